import { listed, type HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { nobodyHolds } from '../commands/database';
import { startUnit } from '../commands/systemd';
import { setVhost } from '../commands/transport';
import { configurationOn, installOn, migrateOn } from '../phases/middle';
import { batch, phase, type Drawn } from '../phases/phase';
import { stealable, switched } from './leave';
import { mapFor, type RollingScope, type Side } from './sides';
import {
  closeApis,
  cutOver,
  engines,
  engineUnit,
  leftServing,
  names,
  proofOn,
  seenUp,
  startApis,
  whoServes,
} from './steps';

/** New code on hosts whose services are stopped and locked. */
export function firstCode(options: { rolling: RollingScope }): Drawn {
  const { rolling } = options;
  const { scope, first, side } = rolling;
  return phase({
    scope,
    id: 'first-code',
    title: `New code on ${names(first)}`,
    impact: `${whoServes(side.apis)} alone.`,
    preconditions: leftServing({ rolling, phaseId: 'first-code', ready: side.apis }),
    batches: newCode({ rolling, group: first }),
    serving: mapFor({ rolling, ready: side.apis }),
  });
}

/** The schema while the installed code serves, and the proof that it still does (R-HEAT-11..13). */
export function migrateBeside(options: { rolling: RollingScope }): Drawn {
  const { rolling } = options;
  const { scope, scoped, first, side } = rolling;
  return phase({
    scope,
    id: 'database',
    title: `Schema, while ${whoServes(side.apis)} with the installed code`,
    impact: `${whoServes(side.apis)} alone. Nobody should notice the migration.`,
    preconditions: leftServing({ rolling, phaseId: 'database', ready: side.apis }),
    batches: [
      // Behind an ALTER that waits for somebody's transaction every request of the service queues up (trap 25).
      batch({ hosts: scope.databases, steps: [nobodyHolds({ schema: scoped.database.name })] }),
      migrateOn({ scoped, host: first.engines[0] ?? '', others: 'serving' }),
      batch({
        hosts: [scope.proofHost],
        steps: side.apis.flatMap((host) => proofOn({ rolling, label: 'database', host })),
      }),
    ],
    serving: mapFor({ rolling, ready: side.apis }),
  });
}

/** The first host on the new vhost, proved by itself before anybody's request reaches it. */
export function firstStart(options: { rolling: RollingScope }): Drawn {
  const { rolling } = options;
  const { scope, first, side, vhosts } = rolling;
  return phase({
    scope,
    id: 'first-start',
    title: `${names(first)} on vhost ${vhosts.next}, proved out of rotation`,
    impact: `${whoServes(side.apis)} alone.`,
    preconditions: leftServing({ rolling, phaseId: 'first-start', ready: side.apis }),
    batches: [
      ...onNewVhost({ rolling, group: first, label: 'first', engineHosts: first.engines }),
      seenUp({ rolling, label: 'first', hosts: first.apis }),
    ],
    serving: mapFor({ rolling, ready: side.apis }),
  });
}

/** The new code serves. Asked before, because from here on going back is the way in reverse. */
export function cutOverToNew(options: { rolling: RollingScope }): Drawn {
  const { rolling } = options;
  const { scope, first, side } = rolling;
  const title = `Requests go to ${listed(first.apis)} alone, which runs the new code`;
  return phase({
    scope,
    id: 'cut-over',
    title,
    impact: `${whoServes(first.apis)} alone until the others follow.`,
    gate: {
      question:
        `The new code on ${names(first)} is proved and gets no requests yet; ${whoServes(side.apis)} with the ` +
        'installed code. Until now going back needs no more than packages and configuration; afterwards it is the way ' +
        'in reverse. Let the new code serve?',
      automatic: scope.openAutomatically,
    },
    preconditions: leftServing({ rolling, phaseId: 'cut-over', ready: side.apis }),
    batches: [
      cutOver({ rolling, label: 'cut-over', ready: first.apis }),
      switched({ rolling, moment: rolling.sideOn }),
    ],
    serving: mapFor({ rolling, ready: first.apis }),
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
    impact: `${whoServes(first.apis)} alone until ${listed(others.apis) || 'they'} follow.`,
    preconditions: leftServing({ rolling, phaseId: 'others', ready: first.apis }),
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
    serving: mapFor({ rolling, ready }),
  });
}

/** New code on the side hosts, once nothing of theirs is in work. */
export function sideCode(options: { rolling: RollingScope }): Drawn {
  const { rolling } = options;
  const { scope, first, others, side } = rolling;
  const ready = [...first.apis, ...others.apis];
  return phase({
    scope,
    id: 'last-code',
    title: `New code on ${names(side)}`,
    impact: `${whoServes(ready)} with the new code.`,
    preconditions: leftServing({ rolling, phaseId: 'last-code', ready }),
    batches: newCode({ rolling, group: side }),
    serving: mapFor({ rolling, ready }),
  });
}

/** The side hosts serve with the new code (R-HEAT-21). */
export function upgradeSide(options: { rolling: RollingScope; allApis: readonly HostName[] }): Drawn {
  const { rolling, allApis } = options;
  const { scope, first, others, side, vhosts } = rolling;
  const ready = [...first.apis, ...others.apis];
  return phase({
    scope,
    id: 'last',
    title: `${names(side)} on vhost ${vhosts.next}, proved, back in rotation`,
    impact: `${whoServes(ready)} with the new code.`,
    preconditions: leftServing({ rolling, phaseId: 'last', ready }),
    batches: [
      ...onNewVhost({
        rolling,
        group: side,
        label: 'last',
        engineHosts: [...first.engines, ...others.engines, ...side.engines],
      }),
      cutOver({ rolling, label: 'last', ready: allApis }),
    ],
    serving: mapFor({ rolling, ready: allApis }),
  });
}

/** The side's APIs stop in the phase after the switch, when the map behind them is that of the new code. */
export function closeSideApis(rolling: RollingScope): Batch[] {
  return closeApis({ rolling, label: 'leave-side', hosts: rolling.side.apis });
}

export function newCode(options: { rolling: RollingScope; group: Side }): Batch[] {
  const { scope } = options.rolling;
  const { hosts } = options.group;
  return [
    ...scope.packageSets.map((set) =>
      installOn({ scope, set, hosts: set.hosts.filter((host) => hosts.includes(host)) }),
    ),
    configurationOn({ scope, hosts }),
  ];
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
    batch({ hosts: scope.databases.slice(0, 1), steps: [stealable({ rolling, label })] }),
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
