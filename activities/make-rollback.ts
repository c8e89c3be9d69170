import { ApplicationFailure } from '@temporalio/common';
import { stateDirectory } from '../catalog/platform/apt';
import { changedSince } from '../plan/commands/changed-since';
import { changedObjects } from '../plan/commands/objects';
import { type ChangedSince, restoredSchemas, type Losses, type RestorePoint } from '../plan/scope/restore-point';
import type { PackedPlan, RollbackInput } from '../schema/activities';
import type { Cloud } from '../schema/cloud';
import { failureType } from '../schema/failure';
import { lostObjectsIn } from '../schema/lost-objects';
import { type Finding, type Plan } from '../schema/plan';
import { planOf, type RecordedPlan, rollbackRequestOf } from '../schema/recorded';
import { sh } from '../shell/sh';
import { SudoRefused, TransportError } from '../remote';
import { drawRollback } from './draw-plan';
import { boundId } from '../schema/step-name';
import { leftovers } from './leftovers';
import { cloudOf } from './make-plan';
import type { Reach } from './reach';

/** Reads the restore point that is meant and what its run has done, and plans the rollback. Changes nothing. */
export async function makeRollback(options: {
  input: RollbackInput;
  cloudsDirectory: string;
  reachTo: (cloud: Cloud) => Promise<Reach>;
}): Promise<PackedPlan> {
  const { input, cloudsDirectory, reachTo } = options;
  const cloud = await cloudOf({ directory: cloudsDirectory, name: input.cloud });
  const reach = await reachTo(cloud);
  const old = await storedPlan({ reach, restorePoint: input.restorePoint });
  const read = await Promise.all(old.hosts.map(({ name }) => doneOn({ reach, host: name, runId: old.runId })));
  const point = { plan: old, done: read.flatMap(({ done }) => done) };
  const unread = read.flatMap((one) => one.unread ?? []);
  const holder = await leftovers({ reach });
  return drawRollback({
    runId: input.runId,
    point,
    approvers: cloud.approvals.approvers,
    cloudDigest: cloud.digest,
    unread,
    changed: read.flatMap((one) => one.changed ?? []),
    holder,
    lost: unread.length > 0 ? null : await lossesOf({ reach, point }),
    request: rollbackRequestOf(input),
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

/** What users created and deleted since the dump that a restore would load. Null: none is restored. */
async function lossesOf(options: { reach: Reach; point: RestorePoint }): Promise<Losses | null> {
  const { reach, point } = options;
  const where = restoredSchemas(point);
  if (where === null) return null;
  const { host, schemas } = where;
  const place = `${stateDirectory}/restore-points/${point.plan.runId}`;
  const { stdout } = await reach.root.run({
    host,
    deadlineSeconds: 300,
    maxOutputBytes: 32 * 2 ** 20,
    script: sh`
      all=$(mktemp)
      ${changedObjects({ restorePoint: sh`${place}`, databases: schemas, into: sh`"$all"` })}
      printf 'sha256\\t%s\\n' "$(sha256sum < "$all" | cut -d ' ' -f 1)"
      rm -f "$all"
    `.text,
  });
  const sha256 = /^sha256\t([0-9a-f]{64})$/m.exec(stdout)?.[1];
  return sha256 === undefined ? null : { ...lostObjectsIn(stdout), sha256 };
}

/** Between what a run has done on a host and what others have changed there since. */
const changedMark = '-- changed since';

interface Read {
  readonly done: readonly string[];
  readonly changed: ChangedSince | null;
  readonly unread: Finding | null;
}

async function doneOn(options: { reach: Reach; host: string; runId: string }): Promise<Read> {
  const { reach, host, runId } = options;
  try {
    // Every host of a run has this file from the beginning: without it nobody knows how far the run came.
    const { exitCode, stdout } = await reach.root.run({
      host,
      deadlineSeconds: 60,
      script: sh`
        cat ${`${stateDirectory}/runs/${runId}/DONE`} || exit 1
        echo ${changedMark}
        cd / && ${changedSince({ restorePoint: sh`${`${stateDirectory}/restore-points/${runId}`}` })}
      `.text,
    });
    if (exitCode !== 0)
      return {
        done: [],
        changed: null,
        unread: unreadHost({ host, sentence: `The list of completed steps of run ${runId} is missing on ${host}.` }),
      };
    const [done = '', changed = ''] = stdout.split(`${changedMark}\n`);
    const files = changed.split('\n').filter((line) => line !== '');
    return {
      done: doneSteps(done).map((stepId) => boundId({ stepId, host })),
      changed: files.length === 0 ? null : { host, files },
      unread: null,
    };
  } catch (error) {
    if (!(error instanceof TransportError || error instanceof SudoRefused)) throw error;
    return { done: [], changed: null, unread: unreadHost({ host, sentence: error.message }) };
  }
}

/** `step=packages/fetch job=... rc=0 ...`; 200: it was so already. */
export function doneSteps(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const found = /^step=(\S+) .*\brc=(?:0|200)\b/.exec(line);
    return found?.[1] === undefined ? [] : [found[1]];
  });
}

function unreadHost({ host, sentence }: { host: string; sentence: string }): Finding {
  return {
    id: `host-unread@${host}`,
    level: 'blocker',
    host,
    text: `${sentence} What the run has done there is not known.`,
    remedy:
      'make the host and this file readable, then start the rollback again; else roll back by hand with RUNBOOK.txt.',
    sources: ['R-OPS-58'],
  };
}
