import type { HostName } from '../../schema/names';
import type { Phase } from '../../schema/plan';
import { prepare } from '../phases/prepare';
import { phase, undoneBy, type Drawn } from '../phases/phase';
import { proveInstalled, undoCutOver, undoFirstCode, undoFirstStart } from './back-from-new';
import { undoEmptyOldVhost, undoGroup, undoLastGroup, undoStopFirst, undoStopGroup } from './back-guide';
import { turnBack, undoSwitchApis, undoSwitchedGroup } from './back-switched';
import { undoVhosts } from './back-to-old';
import { freeze, stopEngines, stopFirst } from './guide-stop';
import { ends, strandedNone } from './leave';
import { makeVhosts, programsFor, tidyVhosts, verifyAll } from './round';
import { mapFor, sideOf, type RollingScope, type Side } from './sides';
import { closeApis, cutOver, engineGone, engines, leftServing, names, whoServes } from './steps';
import { asConfigured, switchApis, talking } from './switch-apis';
import { cutOverToNew, firstCode, firstStart, migrateBeside, newCode, onNewVhost } from './upgrade-hosts';

/**
 * The order of Heat's upgrade guide (R-HEAT-10..26), for clouds without room for a second engine. All hosts but the first
 * are the side here: they serve with the installed code, on the vhost they always had. The first engine stops while
 * that vhost is in use, so only while nothing is in work; every later one after its vhost was left and ran dry.
 *
 * Unlike the printed one it restarts no engine beforehand: a restart is a stop (C.3), and what it would bring is had
 * without it (time to stop by a drop-in, notifications pinned when a host changes its vhost).
 */
export function guideOrder(options: { rolling: RollingScope; dumpSeconds: number }): readonly Phase[] {
  const { rolling, dumpSeconds } = options;
  const { scope, first, side, switchFirst } = rolling;
  const allApis = [...first.apis, ...side.apis];
  const last = lastOf(rolling);
  return [
    undoneBy(prepare({ scope, dumpSeconds, also: programsFor({ rolling }) }), proveInstalled({ rolling, allApis })),
    undoneBy(makeVhosts({ rolling }), undoVhosts({ rolling })),
    undoneBy(freeze({ rolling })),
    undoneBy(stopFirst({ rolling }), undoStopFirst({ rolling })),
    undoneBy(firstCode({ rolling }), undoFirstCode({ rolling })),
    undoneBy(migrateBeside({ rolling })),
    undoneBy(firstStart({ rolling }), undoFirstStart({ rolling })),
    undoneBy(
      cutOverToNew({ rolling }),
      undoCutOver({ rolling, id: 'cut-over', to: side.apis, code: 'the installed code' }),
    ),
    ...(switchFirst
      ? [undoneBy(switchApis({ rolling }), turnBack({ rolling, last }), ...undoSwitchApis({ rolling, last }))]
      : []),
    undoneBy(emptyOldVhost({ rolling }), switchFirst ? turnBack({ rolling, last }) : undoEmptyOldVhost({ rolling })),
    ...upgradeGroups({ rolling }),
    undoneBy(verifyAll({ rolling, allApis })),
    undoneBy(tidyVhosts({ rolling, allApis })),
  ];
}

/** Two phases for each: one that leaves the old vhost, and one that joins the new one. */
function upgradeGroups({ rolling }: { rolling: RollingScope }): Phase[] {
  return groupsOf({ rolling }).flatMap((group, index, groups) => {
    const done = groups.slice(0, index);
    const left = groups.slice(index + 1);
    const ready = servingAfter({ rolling, done, left: [group, ...left] });
    const after = servingAfter({ rolling, done: [...done, group], left });
    const undo = undoUpgradeOf({ rolling, group, done, left, ready });
    return [
      undoneBy(stopGroup({ rolling, group, ready, left }), ...undoStopOf({ rolling, group, left, ready })),
      undoneBy(upgradeGroup({ rolling, group, done, before: ready, ready: after }), ...undo),
    ];
  });
}

interface Undo {
  readonly rolling: RollingScope;
  readonly group: Group;
  readonly left: readonly Group[];
  readonly ready: readonly HostName[];
}

/** The last one's engine runs on the old vhost again before requests turn there; those of others may follow. */
function undoStopOf(options: Undo): Drawn[] {
  const { rolling, left } = options;
  const engine = undoStopGroup(options);
  if (!rolling.switchFirst) return [engine];
  const turn = turnBack({ rolling, last: lastOf(rolling) });
  return left.length === 0 ? [engine, turn] : [turn, engine];
}

function undoUpgradeOf(options: Undo & { readonly done: readonly Group[] }): Drawn[] {
  const { rolling, group, left, done, ready } = options;
  const [next] = left;
  if (next === undefined) return [undoLastGroup({ rolling, group, ready })];
  if (!rolling.switchFirst) return [undoGroup({ rolling, group, last: next })];
  const last = lastOf(rolling);
  return [turnBack({ rolling, last }), undoSwitchedGroup({ rolling, group, done, last })];
}

interface Group extends Side {
  readonly label: string;
}

/**
 * The engine of the last host stays until all others are upgraded: with it the installed code can serve again at once
 * (R-HEAT-29). The others go side by side, unless their APIs serve meanwhile: then one after the other, so that most do.
 */
function groupsOf({ rolling }: { rolling: RollingScope }): Group[] {
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

function lastOf({ side }: RollingScope): Side {
  return sideOf({ engines: side.engines.slice(-1), apis: side.apis.slice(-1) });
}

/** Who serves once these groups are done. APIs that were switched serve until it is their host's turn, which comes next. */
function servingAfter(options: { rolling: RollingScope; done: readonly Side[]; left: readonly Side[] }): HostName[] {
  const { rolling, done, left } = options;
  const waiting = rolling.switchFirst ? left.slice(1) : [];
  return [rolling.first, ...done, ...waiting].flatMap(({ apis }) => apis);
}

/** Nobody gives the old vhost new work, and what it has ends. Its engines still run. */
function emptyOldVhost(options: { rolling: RollingScope }): Drawn {
  const { rolling } = options;
  const { scope, first, side, vhosts, switchFirst } = rolling;
  const before = switchFirst ? [...first.apis, ...side.apis] : first.apis;
  const ready = servingAfter({ rolling, done: [], left: groupsOf({ rolling }) });
  const label = 'empty-old';
  return phase({
    scope,
    id: label,
    title: `Vhost ${vhosts.old}: no API talks there, its work ends`,
    impact: `${whoServes(before)}${switchFirst ? '' : ' alone'}. Waits as long as a ${rolling.rolling.work.noun} that was in work takes.`,
    preconditions: leftServing({ rolling, phaseId: label, ready: before }),
    batches: [
      ...(switchFirst ? talking : closeApis)({ rolling, label, hosts: side.apis }),
      ...ends({ rolling, moment: 'old', label }),
      // A host leaves at the end of the phase before its own: whoever stops in its own never gets it back half-done.
      ...(switchFirst ? [cutOver({ rolling, label, ready })] : []),
    ],
    serving: mapFor({ rolling, ready }),
  });
}

/** Dry (C.4) is looked at again right before these engines stop. */
function stopGroup(options: {
  rolling: RollingScope;
  group: Group;
  ready: readonly HostName[];
  left: readonly Side[];
}): Drawn {
  const { rolling, group, ready, left } = options;
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
    impact: rolling.switchFirst ? `${whoServes(ready)}.` : `${whoServes(ready)} with the new code.`,
    preconditions: leftServing({ rolling, phaseId: label, ready }),
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
    serving: mapFor({ rolling, ready }),
  });
}

/** New code, and the new vhost, on hosts whose engines have stopped empty (R-HEAT-21). */
function upgradeGroup(options: {
  rolling: RollingScope;
  group: Group;
  done: readonly Side[];
  before: readonly HostName[];
  ready: readonly HostName[];
}): Drawn {
  const { rolling, group, done, before, ready } = options;
  const { scope, first, vhosts } = rolling;
  const { label } = group;
  return phase({
    scope,
    id: label,
    title: `${names(group)}: new code, vhost ${vhosts.next}`,
    impact: rolling.switchFirst ? `${whoServes(before)}.` : `${whoServes(before)} with the new code.`,
    preconditions: leftServing({ rolling, phaseId: label, ready: before }),
    batches: [
      ...newCode({ rolling, group }),
      ...(rolling.switchFirst ? asConfigured({ rolling, label, hosts: group.apis }) : []),
      ...onNewVhost({
        rolling,
        group,
        label,
        engineHosts: [...first.engines, ...done.flatMap((one) => one.engines), ...group.engines],
      }),
      ...(before.join() === ready.join() ? [] : [cutOver({ rolling, label, ready })]),
    ],
    serving: mapFor({ rolling, ready }),
  });
}
