import type { HostName } from '../../schema/names';
import { type HostGroup, joined, onHosts } from '../scope/host-group';
import type { GuideScope } from '../scope/rolling-scope';
import { emptyVhost, stealable } from './empty-vhost';
import { batch, type Drawn, onDatabase, phase } from './phase';
import { names } from './rotation';
import { closeApis, closeEngines, engines, startEngine } from './units';

export interface LabelledGroup extends HostGroup {
  readonly label: string;
}

/** One of the groups that leave the old vhost in turn. `left`: those after it. */
export interface Turn {
  readonly rolling: GuideScope;
  readonly group: LabelledGroup;
  readonly done: readonly HostGroup[];
  readonly left: readonly HostGroup[];
}

/**
 * The keeper's engine stays until all others are upgraded: with it the installed code can serve again at once
 * (R-HEAT-29). The others go side by side, unless their APIs serve meanwhile: then one after the other, so that most do.
 */
export function turnsOf({ rolling }: { rolling: GuideScope }): Turn[] {
  const { rest, keeper, switchFirst } = rolling;
  const alone = (host: HostName): LabelledGroup => ({
    label: `next-${host}`,
    ...onHosts({ all: rest, hosts: [host] }),
  });
  const groups = [
    ...(switchFirst ? rest.hosts.map(alone) : [{ label: 'others', ...rest }]),
    { label: 'last', ...keeper },
  ].filter(({ hosts }) => hosts.length > 0);
  return groups.map((group, index) => ({
    rolling,
    group,
    done: groups.slice(0, index),
    left: groups.slice(index + 1),
  }));
}

/** Who serves before a turn. APIs that were switched serve until it is their host's turn, which comes next. */
export function servingBefore({ rolling, done, left }: Omit<Turn, 'group'>): readonly HostName[] {
  return joined(rolling.lead, ...done, ...(rolling.switchFirst ? left : [])).apis;
}

/** Who serves once a turn is over: of the hosts after it, the next one has left rotation already. */
export function servingAfter({ rolling, group, done, left }: Turn): readonly HostName[] {
  return servingBefore({ rolling, done: [...done, group], left: left.slice(1) });
}

/** Dry (C.4) is looked at again right before these engines stop. */
export function stopTurn({ rolling, group, left }: Turn): Drawn {
  const { scope, vhosts, switchFirst } = rolling;
  const label = `${group.label}-stop`;
  const hosts = group.engines;
  const apis = switchFirst ? closeApis({ rolling, label, hosts: group.apis }) : [];
  return phase({
    scope,
    id: label,
    title:
      hosts.length === 0
        ? `${names(group)}: no requests, no engine`
        : `Vhost ${vhosts.old} is empty: ${names({ hosts })} ${hosts.length === 1 ? 'stops its engine' : 'stop their engines'}`,
    batches:
      hosts.length === 0
        ? apis
        : emptyVhost({
            rolling,
            label,
            vhost: vhosts.old,
            moment: 'old',
            apis,
            stop: closeEngines({ rolling, label, hosts }),
            stay: joined(...left).engines,
            gone: hosts,
          }),
  });
}

/** Engines of the old vhost again, beside those that never stopped. */
export function undoStopTurn({ rolling, group, left }: Turn): Drawn {
  const { scope, vhosts } = rolling;
  const label = `back-${group.label}-stop`;
  return phase({
    scope,
    id: label,
    title: `Rollback: engines of ${names({ hosts: group.engines })} on vhost ${vhosts.old}`,
    batches: [
      onDatabase({ scope, steps: [stealable({ rolling, label })] }),
      batch({ hosts: group.engines, steps: startEngine({ rolling, label }) }),
      engines({ rolling, id: `${label}/engines`, vhost: vhosts.old, hosts: joined(group, ...left).engines }),
    ],
  });
}
