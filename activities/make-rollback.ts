import { ApplicationFailure } from '@temporalio/common';
import { stateDirectory } from '../catalog/platform/apt';
import { changedObjects, sumOfLost } from '../plan/commands/objects';
import { restoredSchemas, type Losses, type RestorePoint } from '../plan/scope/restore-point';
import type { PackedPlan, RollbackInput } from '../schema/activities';
import type { Cloud } from '../schema/cloud';
import { failureType } from '../schema/failure';
import { lostObjectsIn } from '../schema/lost-objects';
import type { Plan } from '../schema/plan';
import { planOf, type RecordedPlan, rollbackRequestOf } from '../schema/recorded';
import { sh } from '../shell/sh';
import { drawRollback } from './draw-plan';
import { knownTimes } from './known-times';
import { leftovers } from './leftovers';
import { cloudOf } from './make-plan';
import { progressOn } from './progress-on-host';
import type { Reach } from './reach';

/** Reads the restore point that is meant and what its run has done, and plans the rollback. Changes nothing but the list of losses beside the dumps. */
export async function makeRollback(options: {
  input: RollbackInput;
  cloudsDirectory: string;
  reachTo: (cloud: Cloud) => Promise<Reach>;
}): Promise<PackedPlan> {
  const { input, cloudsDirectory, reachTo } = options;
  const cloud = await cloudOf({ directory: cloudsDirectory, name: input.cloud });
  const reach = await reachTo(cloud);
  const old = await storedPlan({ reach, restorePoint: input.restorePoint });
  const read = await Promise.all(old.hosts.map(({ name }) => progressOn({ reach, host: name, old })));
  const point = {
    plan: old,
    done: read.flatMap(({ done }) => done),
    started: read.flatMap(({ started }) => started),
  };
  const unread = read.flatMap((one) => one.unread ?? []);
  const holder = await leftovers({ reach });
  const request = rollbackRequestOf(input);
  const { withRestore } = request.options;
  return drawRollback({
    runId: input.runId,
    point,
    approvers: cloud.approvals.approvers,
    cloudDigest: cloud.digest,
    unread,
    changed: read.flatMap((one) => one.changed ?? []),
    holder,
    lost: unread.length > 0 ? null : await lossesOf({ reach, point, runId: input.runId, withRestore }),
    request,
    known: await knownTimes({ reach, runId: old.runId }),
  });
}

/** The plan that the run of this restore point had, from the lock host; `latest`: of the newest one. */
async function storedPlan(options: { reach: Reach; restorePoint: string }): Promise<Plan> {
  const { reach, restorePoint } = options;
  const { lockHost } = reach.cloud;
  const { exitCode, stdout } = await reach.root.run({
    host: lockHost,
    deadlineSeconds: 60,
    maxOutputBytes: 32 * 2 ** 20,
    script: sh`
      cd ${stateDirectory} || exit 1
      wanted=${restorePoint}
      # By the time of the plan: a rollback writes into the restore point that it returns to. A rollback is no restore point.
      for plan in $(ls -1t runs/*/plan.json 2>/dev/null); do
        point=$(basename "$(dirname "$plan")")
        test -s "$plan" && test -d restore-points/"$point" && ! grep -q '"kind":"rollback"' "$plan" && grep -qF ${`"cloud":"${reach.cloud.cloud}"`} "$plan" || continue
        case $wanted in latest|"$point") cat "$plan"; exit 0 ;; esac
      done
      exit 3
    `.text,
  });
  if (exitCode === 0) return planOf(JSON.parse(stdout) as RecordedPlan);
  const what = restorePoint === 'latest' ? 'no restore point' : `no restore point ${restorePoint}`;
  throw ApplicationFailure.create({
    nonRetryable: true,
    type: failureType.restorePointUnknown,
    message: `${lockHost} has ${what} of ${reach.cloud.cloud} with the plan of its run. Nothing was changed. List them: openstack-upgrade restore-points --cloud ${reach.cloud.cloud}.`,
  });
}

/**
 * What users created and deleted since the dump that a restore would load. Null: none is restored. The full list stays beside the dumps, where the run looks for it
 * once nobody can write: of what a person accepted it has every line.
 */
async function lossesOf(options: {
  reach: Reach;
  point: RestorePoint;
  runId: string;
  withRestore: boolean;
}): Promise<Losses | null> {
  const { reach, point, runId } = options;
  const where = restoredSchemas(options);
  if (where === null) return null;
  const { host, schemas } = where;
  const place = `${stateDirectory}/restore-points/${point.plan.runId}`;
  const { stdout } = await reach.root.run({
    host,
    deadlineSeconds: 300,
    maxOutputBytes: 32 * 2 ** 20,
    script: sh`
      all=${`${place}/db/lost-${runId}`}
      ${changedObjects({ restorePoint: sh`${place}`, databases: schemas, into: sh`"$all"` })}
      printf 'sha256\\t%s\\n' ${sumOfLost(sh`"$all"`)}
    `.text,
  });
  const sha256 = /^sha256\t([0-9a-f]{64})$/m.exec(stdout)?.[1];
  return sha256 === undefined ? null : { ...lostObjectsIn(stdout), sha256 };
}
