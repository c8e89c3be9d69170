import { lossesOf, lostObjectsSentence, writesAreLost } from '../../schema/lost-objects';
import { listed } from '../../schema/names';
import { type Finding, type Plan, serviceNames } from '../../schema/plan';
import { mayRestore } from '../../schema/walk-plan';
import { type Holder, mayTakeOver } from '../../schema/lock-holder';
import { namesPoint } from '../change';
import {
  anyOf,
  type ChangedSince,
  type Losses,
  mayHaveBegun,
  phasesOfRollback,
  type RestorePoint,
  schemasOfRollback,
} from '../scope/restore-point';

interface Asked {
  readonly point: RestorePoint;
  readonly withRestore: boolean;
}

/** Why a run cannot be rolled back by another one. */
export function rollbackBlockers({ point, withRestore }: Asked): Finding[] {
  const old = point.plan;
  const refused = old.kind === 'full' ? [] : rollingBlockers({ point, withRestore });
  if (refused.length > 0) return refused;
  const begun = mayHaveBegun(point);
  const byHand = begun.find(({ wayBack }) => wayBack.kind === 'restore' && wayBack.phases.length === 0);
  if (byHand !== undefined)
    return [
      blocker({
        id: 'rollback-by-hand',
        text: `The plan of run ${old.runId} does not say how "${byHand.title}" is undone: an earlier release of this product made it.`,
        remedy: `roll back by hand with RUNBOOK.txt in /var/lib/openstack-upgrade/runs/${old.runId}; docs/operate.md has the order.`,
      }),
    ];
  const steps = phasesOfRollback({ point, withRestore }).flatMap(({ batches }) =>
    batches.flatMap((batch) => batch.steps),
  );
  if (steps.every((step) => step.kind === 'confirm' || namesPoint(step.script))) return [];
  return [
    blocker({
      id: 'restore-point-of-earlier-release',
      text: `The commands of run ${old.runId} were written by an earlier release of this product and find the restore point only within that run.`,
      remedy: `roll back by hand with the scripts in /var/lib/openstack-upgrade/runs/${old.runId}/steps; docs/operate.md has the order.`,
    }),
  ];
}

/** Undoing its phases depends on where the run stands, to the step; restoring does not, once there is something to restore. */
function rollingBlockers({ point, withRestore }: Asked): Finding[] {
  const { runId, restore, undoneLater } = point.plan;
  const runbook = `RUNBOOK.txt in /var/lib/openstack-upgrade/runs/${runId}`;
  if (!withRestore && undoneLater === true) return [];
  if (!withRestore)
    return [
      blocker({
        id: 'rollback-of-rolling-run',
        text:
          `Run ${runId} upgraded host by host, and there are two rollbacks of it. Without a restore, users are served meanwhile, keep what they wrote, and the ` +
          'schema stays migrated: only that run does this, at its own gates. With a restore, every API is closed, the databases return to the dump from before its ' +
          'first change, and what users wrote since then is lost: this workflow does this when it is asked for.',
        remedy:
          `with a restore: "options": {"withRestore": true} (--with-restore). Without: answer rollBack at a gate of that run while it is open, or afterwards ` +
          `follow "Rollback" in ${runbook}, by hand.`,
      }),
    ];
  if (restore === undefined && undoneLater === undefined)
    return [
      blocker({
        id: 'restore-of-earlier-release',
        text: `The plan of run ${runId} has no rollback with restore: an earlier release of this product made it.`,
        remedy: `roll back by hand with ${runbook}; docs/operate.md has the order.`,
      }),
    ];
  if (mayRestore({ begun: mayHaveBegun(point), restore })) return [];
  return [
    blocker({
      id: 'nothing-to-restore',
      text: `Run ${runId} migrated no database. A restore would take away what users wrote since its dump, and bring nothing back.`,
      remedy:
        undoneLater === true
          ? 'leave "withRestore" out: the rollback without a restore needs none.'
          : `follow "Rollback" in ${runbook}, by hand, from the phase in which that run ended; it restores no database.`,
    }),
  ];
}

/** A run replaces packages once a host, for all its services together: libraries are shared. */
export function chosenServices({ old, services }: { old: Plan; services: readonly string[] | undefined }): Finding[] {
  const names = serviceNames(old);
  const unknown = (services ?? []).filter((name) => !names.includes(name));
  if (unknown.length > 0)
    return [
      blocker({
        id: 'services-not-of-this-run',
        text: `Run ${old.runId} did not upgrade ${listed(unknown)}. It upgraded ${listed(names)}.`,
        remedy:
          'leave "services" out, or choose the restore point of the run that upgraded them: restore-points lists them.',
      }),
    ];
  const rest = names.filter((name) => services !== undefined && !services.includes(name));
  if (rest.length === 0) return [];
  if (!sharePackages({ old, chosen: services ?? [], rest }))
    return [
      blocker({
        id: 'services-of-one-run',
        text: `Run ${old.runId} upgraded ${listed(names)}, on different hosts. A rollback of a part of them was never tried, and is not offered.`,
        remedy: `leave "services" out: ${listed(names)} return together.`,
      }),
    ];
  return [
    blocker({
      id: 'services-share-packages',
      text:
        `Run ${old.runId} replaced the packages of ${listed(names)} together, in one transaction on each host, with the libraries that they share. ` +
        `A rollback of ${listed(services ?? [])} alone would put older libraries under ${listed(rest)}, whose code and database are of ${old.to}.`,
      remedy: `leave "services" out: ${listed(names)} return together.`,
    }),
  ];
}

/** Some host got packages of both in one transaction. */
function sharePackages(options: { old: Plan; chosen: readonly string[]; rest: readonly string[] }): boolean {
  const { old, chosen, rest } = options;
  const carries = (names: readonly string[], set: Plan['packageSets'][number]): boolean =>
    old.services.some(
      ({ name, versionPackage }) => names.includes(name) && set.packages.some((one) => one.name === versionPackage),
    );
  return old.packageSets.some((set) => carries(chosen, set) && carries(rest, set));
}

/** The newest run may not be the one that a person means. */
export function onlyPrepared({ point }: { point: RestorePoint }): Finding[] {
  const { plan: old, done } = point;
  const altering = old.phases.filter(({ altersCloud }) => altersCloud).flatMap(({ batches }) => batches);
  if (altering.some((batch) => anyOf({ batch, bound: done }))) return [];
  return [
    {
      id: 'run-only-prepared',
      level: 'warning',
      host: null,
      text: `Run ${old.runId} completed no step that changes the cloud: it only prepared. There is nothing to roll back but its first steps, if they were started.`,
      remedy: 'list the restore points (restore-points), and name the run that you mean.',
      sources: ['R-OPS-58'],
    },
  ];
}

/** Whose the cloud is now: a rollback takes it from the run that it undoes, and from an earlier rollback of that run. */
export function holderFindings({ old, holder }: { old: Plan; holder: Holder }): Finding[] {
  const { runId, workflowId } = holder;
  if (runId === null) return [];
  const workflow = workflowId ?? '(unknown)';
  if (!mayTakeOver({ holder, restorePoint: old.runId }))
    return [
      blocker({
        id: 'cloud-locked',
        text: `Run ${runId} (workflow ${workflow}) has the lock of ${old.cloud}. It is not the run that would be rolled back.`,
        remedy: 'wait until that run ends, or roll that run back. If it was terminated, start openstackFinish.',
      }),
    ];
  return [
    {
      id: 'run-holds-the-cloud',
      level: 'warning',
      host: null,
      text: `Run ${runId} (workflow ${workflow}) still has the lock of ${old.cloud}. The rollback takes it: every host refuses that run from then on.`,
      remedy: `make sure that workflow ${workflow} is not running any more, then accept.`,
      sources: ['R-OPS-61'],
    },
  ];
}

/** The rollback set is what the run changed (R-OPS-62): what others made since is theirs. */
export function changedByOthers({ old, host, files }: { old: Plan } & ChangedSince): Finding {
  return {
    id: `changed-since@${host}`,
    level: 'note',
    host,
    text:
      `These files on ${host} are not as run ${old.runId} left them: ${listed(files)}. Others changed them since, or an earlier rollback restored them. ` +
      'Those that the run did not change stay as they are now. Those that it changed as well are restored, and what is replaced is kept.',
    remedy: `nothing. What is replaced is kept in /var/lib/openstack-upgrade/restore-points/${old.runId}/failed/config.tar. Check that the installed release works with the files that stay.`,
    sources: ['R-OPS-62'],
  };
}

function blocker(parts: Pick<Finding, 'id' | 'text' | 'remedy'>): Finding {
  return { ...parts, level: 'blocker', host: null, sources: ['R-OPS-58'] };
}

/** What a person accepts by name, kind by kind: nobody learns afterwards that a restore takes writes away. */
export function rollbackLosses(options: Asked & { lost: Losses | null }): Finding[] {
  const { point, lost } = options;
  const old = point.plan;
  const schemas = schemasOfRollback(options);
  if (schemas.length === 0) return [];
  const names = listed(serviceNames(old));
  const then =
    old.kind === 'full'
      ? `as they were when run ${old.runId} had stopped the services`
      : `as run ${old.runId} dumped them before its first change, while users were served. What was in progress then is in progress again, with nobody at work on it`;
  return [
    {
      id: writesAreLost,
      level: 'warning',
      host: null,
      text:
        `The databases ${listed(schemas)} are restored ${then}. What users wrote to ` +
        `${names} since then is lost; what was built for it elsewhere stays, and no service knows it any more. ${lostObjectsSentence(lost)}`,
      remedy:
        'fix the upgraded cloud instead, where that is possible. The databases as they are now are kept as dumps.',
      sources: ['R-OPS-56', 'R-OPS-59'],
    },
    ...lossesOf(lost).map(({ id, text }): Finding => ({
      id,
      level: 'warning',
      host: null,
      text,
      remedy: 'tell their owners, or keep what they wrote: reject, and fix the upgraded cloud.',
      sources: ['R-OPS-56', 'trap 35'],
    })),
  ];
}
