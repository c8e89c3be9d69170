import type { HostName } from '../../schema/names';
import type { Phase } from '../../schema/plan';
import { prepare } from '../phases/prepare';
import { phase, undoneBy } from '../phases/phase';
import { proveInstalled, undoCutOver, undoFirstCode, undoFirstStart } from './back-from-new';
import { undoEmptyOldVhost, undoGroup, undoLastGroup, undoStopFirst, undoStopGroup } from './back-guide';
import { undoVhosts } from './back-to-old';
import { freeze, stopEngines, stopFirst } from './guide-stop';
import { backInReverse, ends, strandedNone } from './leave';
import { makeVhosts, programsFor, tidyVhosts, verifyAll } from './round';
import { mapFor, sideOf, type RollingScope, type Side } from './sides';
import { closeApis, cutOver, engineGone, engines, leftServing, names, whoServes } from './steps';
import { asConfigured, switchApis, talking } from './switch-apis';
import { cutOverToNew, firstCode, firstStart, migrateBeside, newCode, onNewVhost } from './upgrade-hosts';

/**
 * The order of Heat's upgrade guide (runbook 4.2), for clouds without room for a second engine. All hosts but the first
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
  // From there on no run goes back by itself: which hosts would have to leave the new vhost is known only as it happens.
  const undone = (one: Phase, ...back: readonly Phase[]): Phase => (switchFirst ? one : undoneBy(one, ...back));
  return [
    undoneBy(prepare({ scope, dumpSeconds, also: programsFor({ rolling }) }), proveInstalled({ rolling, allApis })),
    undoneBy(makeVhosts({ rolling }), undoVhosts({ rolling })),
    undoneBy(freeze({ rolling })),
    undoneBy(stopFirst({ rolling }), undoStopFirst({ rolling })),
    undoneBy(firstCode({ rolling }), undoFirstCode({ rolling })),
    undoneBy(migrateBeside({ rolling })),
    undoneBy(firstStart({ rolling }), undoFirstStart({ rolling })),
    undoneBy(cutOverToNew({ rolling }), undoCutOver({ rolling })),
    ...(switchFirst ? [switchApis({ rolling })] : []),
    undone(emptyOldVhost({ rolling }), undoEmptyOldVhost({ rolling })),
    ...upgradeGroups({ rolling, undone }),
    undone(verifyAll({ rolling, allApis })),
    undone(tidyVhosts({ rolling, allApis })),
  ];
}

/** Two phases for each: one that leaves the old vhost, and one that joins the new one. */
function upgradeGroups(options: { rolling: RollingScope; undone: typeof undoneBy }): Phase[] {
  const { rolling, undone } = options;
  return groupsOf({ rolling }).flatMap((group, index, groups) => {
    const done = groups.slice(0, index);
    const left = groups.slice(index + 1);
    const [last] = left;
    const ready = servingAfter({ rolling, done, left: [group, ...left] });
    const after = servingAfter({ rolling, done: [...done, group], left });
    const undo = last === undefined ? undoLastGroup({ rolling, group, ready }) : undoGroup({ rolling, group, last });
    return [
      undone(stopGroup({ rolling, group, ready, left }), undoStopGroup({ rolling, group, ready, left })),
      undone(upgradeGroup({ rolling, group, done, before: ready, ready: after }), undo),
    ];
  });
}

interface Group extends Side {
  readonly label: string;
}

/**
 * The engine of the last host stays until all others are upgraded: with it the installed code can serve again at once
 * (D2). The others go side by side, unless their APIs serve meanwhile: then one after the other, so that most do.
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
    { label: 'last', ...sideOf({ engines: allEngines.slice(-1), apis: apis.slice(-1) }) },
  ].filter(({ hosts }) => hosts.length > 0);
}

/** Who serves once these groups are done. APIs that were switched serve until it is their host's turn, which comes next. */
function servingAfter(options: { rolling: RollingScope; done: readonly Side[]; left: readonly Side[] }): HostName[] {
  const { rolling, done, left } = options;
  const waiting = rolling.switchFirst ? left.slice(1) : [];
  return [rolling.first, ...done, ...waiting].flatMap(({ apis }) => apis);
}

/** R17, R18: nobody gives the old vhost new work, and what it has ends. Its engines still run. */
function emptyOldVhost(options: { rolling: RollingScope }): Phase {
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
    reversible: true,
    wayBack: backInReverse(rolling),
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

/** First half of R19, and R20 for the last one: dry is looked at again right before these engines stop. */
function stopGroup(options: {
  rolling: RollingScope;
  group: Group;
  ready: readonly HostName[];
  left: readonly Side[];
}): Phase {
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
    reversible: true,
    wayBack: backInReverse(rolling),
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

/** Second half of R19, and R21 for the last one. */
function upgradeGroup(options: {
  rolling: RollingScope;
  group: Group;
  done: readonly Side[];
  before: readonly HostName[];
  ready: readonly HostName[];
}): Phase {
  const { rolling, group, done, before, ready } = options;
  const { scope, first, vhosts } = rolling;
  const { label } = group;
  return phase({
    scope,
    id: label,
    title: `${names(group)}: new code, vhost ${vhosts.next}`,
    impact: rolling.switchFirst ? `${whoServes(before)}.` : `${whoServes(before)} with the new code.`,
    reversible: true,
    wayBack: backInReverse(rolling),
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
