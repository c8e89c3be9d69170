import type { HostName } from '../../schema/names';
import type { Batch, Phase } from '../../schema/plan';
import { nothingInWork } from '../commands/freeze';
import { switchedEnds, takeSwitched } from '../commands/switched-work';
import { closeUnit } from '../commands/systemd';
import { prepare } from '../phases/prepare';
import { batch, phase } from '../phases/phase';
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
    prepare({ scope, dumpSeconds, also: programsFor({ rolling }) }),
    makeVhosts({ rolling }),
    freeze({ rolling }),
    stopFirst({ rolling }),
    firstCode({ rolling }),
    migrateBeside({ rolling }),
    firstStart({ rolling }),
    cutOverToNew({ rolling }),
    emptyOldVhost({ rolling }),
    ...groupsOf({ rolling }).map((group, index, groups) =>
      upgradeGroup({ rolling, group, label: group.label, done: groups.slice(0, index), left: groups.slice(index + 1) }),
    ),
    verifyAll({ rolling, allApis }),
    tidyVhosts({ rolling, allApis }),
  ];
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

function frozen(options: { rolling: RollingScope; id: string }): Batch {
  const { scope, scoped, rolling, accepted } = options.rolling;
  return batch({
    hosts: scope.databases.slice(0, 1),
    steps: [
      nothingInWork({
        id: options.id,
        schema: scoped.database.name,
        work: rolling.work,
        accepted,
        retryForSeconds: scope.cloud.policy.workEndsSeconds,
      }),
    ],
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

/** R19, and R20, R21 for the last one: dry is looked at again right before these engines stop. */
function upgradeGroup(options: {
  rolling: RollingScope;
  group: Side;
  label: string;
  done: readonly Side[];
  left: readonly Side[];
}): Phase {
  const { rolling, group, label, done, left } = options;
  const { scope, first, vhosts } = rolling;
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
      ...leaveOldVhost({ rolling, label, hosts: group.engines, staying: left.flatMap((one) => one.engines) }),
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

function leaveOldVhost(options: {
  rolling: RollingScope;
  label: string;
  hosts: readonly HostName[];
  staying: readonly HostName[];
}): Batch[] {
  const { rolling, label, hosts, staying } = options;
  if (hosts.length === 0) return [];
  return [
    ...ends({ rolling, moment: 'old', label }),
    stopEngines({ rolling, label, hosts }),
    engines({ rolling, id: `${label}/engines-left`, vhost: rolling.vhosts.old, hosts: staying }),
    ...engineGone({ rolling, label, hosts }),
    strandedNone({ rolling, moment: 'old', label }),
  ];
}

function stopEngines(options: { rolling: RollingScope; label: string; hosts: readonly HostName[] }): Batch {
  const { rolling, label, hosts } = options;
  const { name, stopSeconds } = engineUnit(rolling);
  return batch({
    hosts,
    steps: [closeUnit({ id: `${label}/stop-${name}`, unit: name, gracefulStopSeconds: stopSeconds })],
  });
}
