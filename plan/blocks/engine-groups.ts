import { type HostName } from '../../schema/names';
import { type RollingScope, type Side, sideOf } from '../scope/sides';
import { ends, stealable, strandedNone } from './empty-vhost';
import { batch, type Drawn, phase, onDatabase } from './phase';
import { names } from './rotation';
import { closeApis, engineGone, engines, startEngine, stopEngines } from './units';

export interface Group extends Side {
  readonly label: string;
}

/**
 * The engine of the last host stays until all others are upgraded: with it the installed code can serve again at once
 * (R-HEAT-29). The others go side by side, unless their APIs serve meanwhile: then one after the other, so that most do.
 */
export function groupsOf({ rolling }: { rolling: RollingScope }): Group[] {
  const { engines: allEngines, apis } = rolling.side;
  const others = sideOf({ engines: allEngines.slice(0, -1), apis: apis.slice(0, -1) });
  const alone = (host: HostName): Group => {
    const own = (hosts: readonly HostName[]): HostName[] => hosts.filter((one) => one === host);
    return { label: `next-${host}`, ...sideOf({ engines: own(others.engines), apis: own(others.apis) }) };
  };
  return [
    ...(rolling.switchFirst ? others.hosts.map(alone) : [{ label: 'others', ...others }]),
    { label: 'last', ...lastOf(rolling) },
  ].filter(({ hosts }) => hosts.length > 0);
}

export function lastOf({ side }: RollingScope): Side {
  return sideOf({ engines: side.engines.slice(-1), apis: side.apis.slice(-1) });
}

/** Who serves once these groups are done. APIs that were switched serve until it is their host's turn, which comes next. */
export function servingAfter(options: {
  rolling: RollingScope;
  done: readonly Side[];
  left: readonly Side[];
}): HostName[] {
  const { rolling, done, left } = options;
  const waiting = rolling.switchFirst ? left.slice(1) : [];
  return [rolling.first, ...done, ...waiting].flatMap(({ apis }) => apis);
}

/** Dry (C.4) is looked at again right before these engines stop. */
export function stopGroup(options: {
  rolling: RollingScope;
  group: Group;
  ready: readonly HostName[];
  left: readonly Side[];
}): Drawn {
  const { rolling, group, left } = options;
  const { scope, vhosts } = rolling;
  const label = `${group.label}-stop`;
  const hosts = group.engines;
  return phase({
    scope,
    id: label,
    title:
      hosts.length === 0
        ? `${names(group)}: no requests, no engine`
        : `Vhost ${vhosts.old} is empty: ${names({ hosts })} ${hosts.length === 1 ? 'stops its engine' : 'stop their engines'}`,
    batches: [
      ...(rolling.switchFirst ? closeApis({ rolling, label, hosts: group.apis }) : []),
      ...(hosts.length === 0
        ? []
        : [
            ...ends({ rolling, moment: 'old', label }),
            stopEngines({ rolling, label, hosts }),
            engines({
              rolling,
              id: `${label}/engines-left`,
              vhost: vhosts.old,
              hosts: left.flatMap((one) => one.engines),
            }),
            ...engineGone({ rolling, label, hosts }),
            strandedNone({ rolling, moment: 'old', label }),
          ]),
    ],
  });
}

/** Engines of the old vhost again, beside those that never stopped. */
export function undoStopGroup(options: {
  rolling: RollingScope;
  group: Side & { readonly label: string };
  ready: readonly string[];
  left: readonly Side[];
}): Drawn {
  const { rolling, group, left } = options;
  const { scope, vhosts } = rolling;
  const label = `back-${group.label}-stop`;
  const hosts = [...group.engines, ...left.flatMap((one) => one.engines)];
  return phase({
    scope,
    id: label,
    title: `Back: engines of ${names({ hosts: group.engines })} on vhost ${vhosts.old}`,
    batches: [
      onDatabase({ scope, steps: [stealable({ rolling, label })] }),
      batch({ hosts: group.engines, steps: startEngine({ rolling, label }) }),
      engines({ rolling, id: `${label}/engines`, vhost: vhosts.old, hosts }),
    ],
  });
}
