import { type HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { closeUnit, startUnit } from '../commands/systemd';
import { setVhost } from '../commands/transport';
import type { RollingScope, Side } from '../scope/sides';
import { leaveNew, stealable } from './empty-vhost';
import { frozen } from './freeze';
import { newCode, recordedCode } from './new-code';
import { batch, type Drawn, phase, onDatabase } from './phase';
import { cutOver, names, seenUp, takeOut, whoServes } from './rotation';
import { sideServes } from './side-engine';
import { closeApis, engines, engineUnit, startApis } from './units';

/** The first host on the new vhost, proved by itself before anybody's request reaches it. */
export function firstStart(options: { rolling: RollingScope }): Drawn {
  const { rolling } = options;
  const { scope, first, vhosts } = rolling;
  return phase({
    scope,
    id: 'first-start',
    title: `${names(first)} on vhost ${vhosts.next}, proved out of rotation`,
    batches: [
      ...onNewVhost({ rolling, group: first, label: 'first', engineHosts: first.engines }),
      seenUp({ rolling, label: 'first', hosts: first.apis }),
    ],
  });
}

/**
 * Hosts whose engines stopped long ago and whose APIs get no requests, side by side: the sooner they serve, the
 * shorter one host bears everything.
 */
export function upgradeOthers(options: { rolling: RollingScope; before: readonly Batch[] }): Drawn {
  const { rolling, before } = options;
  const { scope, first, others, vhosts } = rolling;
  const ready = [...first.apis, ...others.apis];
  return phase({
    scope,
    id: 'others',
    title: `${names(others)}: new code, vhost ${vhosts.next}`,
    batches: [
      ...before,
      ...newCode({ rolling, group: others }),
      ...onNewVhost({
        rolling,
        group: others,
        label: 'others',
        engineHosts: [...first.engines, ...others.engines],
      }),
      ...(others.apis.length === 0 ? [] : [cutOver({ rolling, label: 'others', ready })]),
    ],
  });
}

/** The side hosts serve with the new code (R-HEAT-21). */
export function upgradeSide(options: { rolling: RollingScope; allApis: readonly HostName[] }): Drawn {
  const { rolling, allApis } = options;
  const { scope, first, others, side, vhosts } = rolling;
  return phase({
    scope,
    id: 'last',
    title: `${names(side)} on vhost ${vhosts.next}, proved, back in rotation`,
    batches: [
      ...onNewVhost({
        rolling,
        group: side,
        label: 'last',
        engineHosts: [...first.engines, ...others.engines, ...side.engines],
      }),
      cutOver({ rolling, label: 'last', ready: allApis }),
    ],
  });
}

/** The side's APIs stop in the phase after the switch, when the map behind them is that of the new code. */
export function closeSideApis(rolling: RollingScope): Batch[] {
  return closeApis({ rolling, label: 'leave-side', hosts: rolling.side.apis });
}

/** Engines before APIs: an API whose vhost has no engine keeps every caller waiting for a minute (R-HEAT-20). */
export function onNewVhost(options: {
  rolling: RollingScope;
  group: Side;
  label: string;
  engineHosts: readonly HostName[];
}): Batch[] {
  const { rolling, group, label, engineHosts } = options;
  const { scope, scoped, vhosts } = rolling;
  const unit = engineUnit(rolling);
  return [
    batch({
      hosts: group.hosts,
      steps: [setVhost({ id: 'new-vhost/vhost', configFile: scoped.service.configFile, vhost: vhosts.next })],
    }),
    onDatabase({ scope, steps: [stealable({ rolling, label })] }),
    batch({
      hosts: group.engines,
      steps: [
        startUnit({ id: `new-vhost/start-${unit.name}`, unit: unit.name, requirements: ['R-HEAT-16', 'R-HEAT-17'] }),
        ...unit.ready,
      ],
    }),
    engines({ rolling, id: `${label}/engines-consume`, vhost: vhosts.next, hosts: engineHosts }),
    ...startApis({ rolling, label, hosts: group.apis }),
  ];
}

/** No request reaches the new code: what it had in work ends, then it stops. */
export function undoFirstStart({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, first, vhosts } = rolling;
  const label = 'back-first-start';
  return phase({
    scope,
    id: label,
    title: `Back: vhost ${vhosts.next} runs dry, ${names(first)} stops`,
    batches: leaveNew({ rolling, label, groups: [first] }),
  });
}

/** All hosts of the new vhost leave it together: its engines are empty only when no API feeds it. */
export function undoOthers({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, first, others, side, vhosts } = rolling;
  const label = 'back-others';
  return phase({
    scope,
    id: label,
    title: `Back: ${whoServes(side.apis)}, vhost ${vhosts.next} runs dry, ${names(others)} to the recorded code`,
    batches: [
      ...sideServes({ rolling, label }),
      ...leaveNew({ rolling, label, groups: [first, others] }),
      ...recordedCode({ rolling, group: others }),
    ],
  });
}

/**
 * The one engine that leaves a vhost on which others go on serving. It is empty only in a moment in which nothing at all
 * is in work (R-HEAT-29): the phase waits for one, and then a person decides.
 */
export function undoLast(options: { rolling: RollingScope; ready: readonly HostName[] }): Drawn {
  const { rolling, ready } = options;
  const { scope, side } = rolling;
  const label = 'back-last';
  const unit = engineUnit(rolling);
  return phase({
    scope,
    id: label,
    title: `Back: ${names(side)} stops in a moment in which nothing is in work`,
    batches: [
      takeOut({ rolling, label, ready }),
      ...closeApis({ rolling, label, hosts: side.apis }),
      frozen({ rolling, id: `${label}/nothing-in-work` }),
      batch({
        hosts: side.engines,
        steps: [closeUnit({ id: `${label}/stop-${unit.name}`, unit: unit.name, gracefulStopSeconds: null })],
      }),
    ],
  });
}
