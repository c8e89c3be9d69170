import type { HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { startUnit } from '../commands/systemd';
import { setVhost } from '../commands/transport';
import { type HostGroup, joined } from '../scope/host-group';
import type { GuideScope, RollingScope, SideEngineScope } from '../scope/rolling-scope';
import { emptyVhost, stealable, switched } from './empty-vhost';
import { frozen } from './freeze';
import { newCode, recordedCode } from './new-code';
import { batch, type Drawn, onDatabase, phase } from './phase';
import { cutOver, names, seenUp, takeOut, whoServes } from './rotation';
import { serveAgain } from './serve-again';
import { closeApis, closeEngines, engines, engineUnit, startApis } from './units';

interface Joining {
  readonly rolling: RollingScope;
  readonly group: HostGroup;
}

/** The first hosts on the new vhost, proved by themselves before anybody's request reaches them. */
export function firstStart({ rolling, group }: Joining): Drawn {
  return phase({
    scope: rolling.scope,
    id: 'first-start',
    title: `${names(group)} on vhost ${rolling.vhosts.next}, proved out of rotation`,
    batches: [
      ...onNewVhost({ rolling, group, label: 'first', engineHosts: group.engines }),
      seenUp({ rolling, label: 'first', hosts: group.apis }),
    ],
  });
}

/**
 * Hosts whose engines stopped long ago and whose APIs get no requests, side by side: the sooner they serve, the
 * shorter one host bears everything. `before`: what only now is sure to be out of use.
 */
export function upgradeRest(options: { rolling: SideEngineScope; before: readonly Batch[] }): Drawn {
  const { rolling, before } = options;
  const { scope, lead, rest, vhosts } = rolling;
  const { apis, engines: engineHosts } = joined(lead, rest);
  return phase({
    scope,
    id: 'others',
    title: `${names(rest)}: new code, vhost ${vhosts.next}`,
    batches: [
      ...before,
      ...newCode({ rolling, group: rest }),
      ...onNewVhost({ rolling, group: rest, label: 'others', engineHosts }),
      ...(rest.apis.length === 0 ? [] : [cutOver({ rolling, label: 'others', ready: apis })]),
    ],
  });
}

/** The last hosts serve with the new code (R-HEAT-21), beside the others that do already. */
export function upgradeLast(options: Joining & { readonly others: HostGroup }): Drawn {
  const { rolling, group, others } = options;
  const all = joined(others, group);
  return phase({
    scope: rolling.scope,
    id: 'last',
    title: `${names(group)} on vhost ${rolling.vhosts.next}, proved, back in rotation`,
    batches: [
      ...onNewVhost({ rolling, group, label: 'last', engineHosts: all.engines }),
      cutOver({ rolling, label: 'last', ready: all.apis }),
    ],
  });
}

/** Engines before APIs: an API whose vhost has no engine keeps every caller waiting for a minute (R-HEAT-20). */
export function onNewVhost(
  options: Joining & { readonly label: string; readonly engineHosts: readonly HostName[] },
): Batch[] {
  const { rolling, group, label, engineHosts } = options;
  const { scope, scoped } = rolling;
  const vhost = rolling.vhosts.next;
  const unit = engineUnit(rolling);
  return [
    batch({
      hosts: group.hosts,
      steps: [setVhost({ id: 'new-vhost/vhost', configFile: scoped.service.configFile, vhost })],
    }),
    onDatabase({ scope, steps: [stealable({ rolling, label })] }),
    batch({
      hosts: group.engines,
      steps: [
        startUnit({ id: `new-vhost/start-${unit.name}`, unit: unit.name, requirements: ['R-HEAT-16', 'R-HEAT-17'] }),
        ...unit.ready,
      ],
    }),
    engines({ rolling, id: `${label}/engines-consume`, vhost, hosts: engineHosts }),
    ...startApis({ rolling, label, hosts: group.apis }),
  ];
}

/** Hosts that have the new code leave its vhost; `stay`: whose turn comes later. */
export function leaveNew(options: Joining & { readonly label: string; readonly stay?: readonly HostName[] }): Batch[] {
  const { rolling, label, group, stay = [] } = options;
  const moment = 'back-next';
  return emptyVhost({
    rolling,
    label,
    vhost: rolling.vhosts.next,
    moment,
    apis: closeApis({ rolling, label, hosts: group.apis }),
    noted: switched({ rolling, moment, label }),
    stop: closeEngines({ rolling, label, hosts: group.engines, graceful: false }),
    stay,
  });
}

/** No request reaches the new code: what it had in progress ends, then it stops. */
export function undoFirstStart({ rolling, group }: Joining): Drawn {
  const label = 'back-first-start';
  return phase({
    scope: rolling.scope,
    id: label,
    title: `Rollback: vhost ${rolling.vhosts.next} is emptied, ${names(group)} stops`,
    batches: leaveNew({ rolling, label, group }),
  });
}

/**
 * All hosts of the new vhost leave it together: its engines are empty only when no API feeds it. The keeper serves meanwhile, with
 * code that was never replaced.
 */
export function undoRest(options: { rolling: SideEngineScope | GuideScope; group: HostGroup }): Drawn {
  const { rolling, group } = options;
  const { scope, lead, keeper, vhosts } = rolling;
  const label = 'back-others';
  return phase({
    scope,
    id: label,
    title: `Rollback: ${whoServes(keeper.apis)}, vhost ${vhosts.next} is emptied, ${names(group)} to the recorded code`,
    batches: [
      ...serveAgain({ rolling, label, hosts: keeper.apis }),
      ...leaveNew({ rolling, label, group: joined(lead, group) }),
      ...recordedCode({ rolling, group }),
    ],
  });
}

/**
 * The one engine that leaves a vhost on which others go on serving. It is empty only in a moment in which nothing at all
 * is in progress (R-HEAT-29): the phase waits for one, and then a person decides.
 */
export function undoLast(options: Joining & { readonly others: HostGroup }): Drawn {
  const { rolling, group, others } = options;
  const label = 'back-last';
  return phase({
    scope: rolling.scope,
    id: label,
    title: `Rollback: ${names(group)} stops while nothing is in progress`,
    batches: leaveInUse({ rolling, label, group, ready: others.apis }),
  });
}

/** Leaves a vhost that stays in use. */
export function leaveInUse(
  options: Joining & { readonly label: string; readonly ready: readonly HostName[] },
): Batch[] {
  const { rolling, label, group, ready } = options;
  return [
    takeOut({ rolling, label, ready }),
    ...closeApis({ rolling, label, hosts: group.apis }),
    frozen({ rolling, id: `${label}/nothing-in-progress` }),
    closeEngines({ rolling, label, hosts: group.engines, graceful: false }),
  ];
}
