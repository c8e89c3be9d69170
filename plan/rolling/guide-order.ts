import type { HostName } from '../../schema/names';
import type { Batch, Phase } from '../../schema/plan';
import { switchedEnds, takeSwitched } from '../commands/switched-work';
import { closeUnit } from '../commands/systemd';
import { prepare } from '../phases/prepare';
import { batch, phase, undoneBy } from '../phases/phase';
import { proveInstalled, undoCutOver, undoFirstCode, undoFirstStart } from './back-from-new';
import { undoEmptyOldVhost, undoGroup, undoLastGroup, undoStopFirst, undoStopGroup } from './back-guide';
import { undoVhosts } from './back-to-old';
import { frozen } from './freeze';
import { backInReverse, ends, strandedNone } from './leave';
import { makeVhosts, programsFor, tidyVhosts, verifyAll } from './round';
import { mapFor, sideOf, type RollingScope, type Side } from './sides';
import { closeApis, cutOver, engineGone, engines, engineUnit, leftServing, names, takeOut, whoServes } from './steps';
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
  const { scope, first, side } = rolling;
  const allApis = [...first.apis, ...side.apis];
  return [
    undoneBy(prepare({ scope, dumpSeconds, also: programsFor({ rolling }) }), proveInstalled({ rolling, allApis })),
    undoneBy(makeVhosts({ rolling }), undoVhosts({ rolling })),
    undoneBy(freeze({ rolling })),
    undoneBy(stopFirst({ rolling }), undoStopFirst({ rolling })),
    undoneBy(firstCode({ rolling }), undoFirstCode({ rolling })),
    undoneBy(migrateBeside({ rolling })),
    undoneBy(firstStart({ rolling }), undoFirstStart({ rolling })),
    undoneBy(cutOverToNew({ rolling }), undoCutOver({ rolling })),
    undoneBy(emptyOldVhost({ rolling }), undoEmptyOldVhost({ rolling })),
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
    const [last] = left;
    const ready = [rolling.first, ...done].flatMap(({ apis }) => apis);
    const undo = last === undefined ? undoLastGroup({ rolling, group, ready }) : undoGroup({ rolling, group, last });
    return [
      undoneBy(stopGroup({ rolling, group, ready, left }), undoStopGroup({ rolling, group, ready, left })),
      undoneBy(upgradeGroup({ rolling, group, done }), undo),
    ];
  });
}

interface Group extends Side {
  readonly label: string;
}

/** The engine of the last host stays until all others are upgraded: with it the installed code can serve again at once (D2). */
function groupsOf({ rolling }: { rolling: RollingScope }): Group[] {
  const { engines: allEngines, apis } = rolling.side;
  const groups = [
    { label: 'others', ...sideOf({ engines: allEngines.slice(0, -1), apis: apis.slice(0, -1) }) },
    { label: 'last', ...sideOf({ engines: allEngines.slice(-1), apis: apis.slice(-1) }) },
  ];
  return groups.filter(({ hosts }) => hosts.length > 0);
}

/** FREEZE, first half: a wait that may last, while everybody is served. The gate of the next phase follows it. */
function freeze(options: { rolling: RollingScope }): Phase {
  const { rolling } = options;
  const { scope, first, rolling: facts } = rolling;
  return phase({
    scope,
    id: 'freeze',
    title: `Nothing in work, so that an engine may stop`,
    impact: `None: every API serves. Nobody should start a ${facts.work.noun} from now until the engine of ${names({ hosts: first.engines })} has stopped.`,
    reversible: true,
    altersCloud: false,
    wayBack: 'Nothing to undo.',
    batches: [frozen({ rolling, id: 'freeze/nothing-in-work' })],
    serving: mapFor({ rolling, ready: [...first.apis, ...rolling.side.apis] }),
  });
}

/** R5 to R7. What came in between the last look and the engine's end is written down and waited for (C.5). */
function stopFirst(options: { rolling: RollingScope }): Phase {
  const { rolling } = options;
  const { scope, scoped, first, side, vhosts, accepted } = rolling;
  const { work } = rolling.rolling;
  const stopped = { schema: scoped.database.name, work, moment: 'stopped', vhost: vhosts.old } as const;
  return phase({
    scope,
    id: 'first-stop',
    title: `${names(first)} leaves: requests go to ${side.apis.join(' and ')}, its engine stops`,
    impact: `${whoServes(side.apis)}. A ${work.noun} that is started while the engine stops may stay in progress for ever.`,
    reversible: true,
    wayBack: `Start the engine of vhost ${vhosts.old} on ${names(first)}, then its APIs, then let them serve. No database is restored.`,
    gate: {
      question:
        `No ${work.noun} is in work now. The engine of ${names({ hosts: first.engines })} stops next, on the vhost that all use: a ${work.noun} ` +
        'that somebody starts in the half minute it needs may stay in progress for ever. Is nobody going to start one?',
      automatic: scope.openAutomatically,
    },
    preconditions: leftServing({ rolling, phaseId: 'first-stop', ready: [...first.apis, ...side.apis] }),
    batches: [
      takeOut({ rolling, label: 'first-stop', ready: side.apis }),
      ...closeApis({ rolling, label: 'first-stop', hosts: first.apis }),
      engines({ rolling, id: 'first-stop/engines', vhost: vhosts.old, hosts: [...first.engines, ...side.engines] }),
      frozen({ rolling, id: 'first-stop/nothing-in-work' }),
      stopEngines({ rolling, label: 'first-stop', hosts: first.engines }),
      batch({
        hosts: scope.databases.slice(0, 1),
        steps: [takeSwitched({ ...stopped, id: `${scoped.service.name}/in-work-stopped`, accepted })],
      }),
      engines({ rolling, id: 'first-stop/engine-left', vhost: vhosts.old, hosts: side.engines }),
      ...engineGone({ rolling, label: 'first-stop', hosts: first.engines }),
      batch({
        hosts: scope.databases.slice(0, 1),
        steps: [
          switchedEnds({
            ...stopped,
            id: 'first-stop/none-stranded',
            retryForSeconds: scope.cloud.policy.workEndsSeconds,
          }),
        ],
      }),
    ],
    serving: mapFor({ rolling, ready: side.apis }),
  });
}

/** R17, R18: nobody gives the old vhost new work, and what it has ends. Its engines still run. */
function emptyOldVhost(options: { rolling: RollingScope }): Phase {
  const { rolling } = options;
  const { scope, first, side, vhosts } = rolling;
  return phase({
    scope,
    id: 'empty-old',
    title: `Vhost ${vhosts.old}: no API talks there, its work ends`,
    impact: `${whoServes(first.apis)} alone. Waits as long as a ${rolling.rolling.work.noun} that was in work takes.`,
    reversible: true,
    wayBack: backInReverse(rolling),
    preconditions: leftServing({ rolling, phaseId: 'empty-old', ready: first.apis }),
    batches: [
      ...closeApis({ rolling, label: 'empty-old', hosts: side.apis }),
      ...ends({ rolling, moment: 'old', label: 'empty-old' }),
    ],
    serving: mapFor({ rolling, ready: first.apis }),
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
    title: `Vhost ${vhosts.old} is empty: ${names({ hosts })} ${hosts.length === 1 ? 'stops its engine' : 'stop their engines'}`,
    impact: `${whoServes(ready)} with the new code.`,
    reversible: true,
    wayBack: backInReverse(rolling),
    preconditions: leftServing({ rolling, phaseId: label, ready }),
    batches:
      hosts.length === 0
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
          ],
    serving: mapFor({ rolling, ready }),
  });
}

/** Second half of R19, and R21 for the last one. */
function upgradeGroup(options: { rolling: RollingScope; group: Group; done: readonly Side[] }): Phase {
  const { rolling, group, done } = options;
  const { scope, first, vhosts } = rolling;
  const { label } = group;
  const before = [...first.apis, ...done.flatMap(({ apis }) => apis)];
  const ready = [...before, ...group.apis];
  return phase({
    scope,
    id: label,
    title: `${names(group)}: new code, vhost ${vhosts.next}`,
    impact: `${whoServes(before)} with the new code.`,
    reversible: true,
    wayBack: backInReverse(rolling),
    preconditions: leftServing({ rolling, phaseId: label, ready: before }),
    batches: [
      ...newCode({ rolling, group }),
      ...onNewVhost({
        rolling,
        group,
        label,
        engineHosts: [...first.engines, ...done.flatMap((one) => one.engines), ...group.engines],
      }),
      ...(group.apis.length === 0 ? [] : [cutOver({ rolling, label, ready })]),
    ],
    serving: mapFor({ rolling, ready }),
  });
}

function stopEngines(options: { rolling: RollingScope; label: string; hosts: readonly HostName[] }): Batch {
  const { rolling, label, hosts } = options;
  const { name, stopSeconds } = engineUnit(rolling);
  return batch({
    hosts,
    steps: [closeUnit({ id: `${label}/stop-${name}`, unit: name, gracefulStopSeconds: stopSeconds })],
  });
}
