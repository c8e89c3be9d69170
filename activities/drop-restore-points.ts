import { ApplicationFailure } from '@temporalio/common';
import { stateDirectory } from '../catalog/platform/apt';
import { failureType } from '../schema/failure';
import type { DropRequest } from '../schema/request';
import type { DroppedRestorePoints, RestorePoint } from '../schema/restore-point';
import { oneLine } from '../shell/one-line';
import { sh } from '../shell/sh';
import { SudoRefused, TransportError } from '../remote';
import { readLock } from './cloud-lock';
import { hostsOfRun } from './hosts-of-run';
import type { Reach } from './reach';
import { restorePoints } from './restore-points';

const dayMs = 24 * 3600 * 1000;

/** Deletes what was named, on every host: dumps, archives, packages, and the second copy. Never while a run holds the cloud. */
export async function dropRestorePoints(options: {
  reach: Reach;
  input: DropRequest;
  now: Date;
}): Promise<DroppedRestorePoints> {
  const { reach, input, now } = options;
  refuseStranger(options);
  const lock = await readLock({ reach });
  if (lock !== null)
    throw refused(
      `${reach.cloud.cloud} belongs to run ${lock['run'] ?? '(unknown)'}: a rollback may need every restore point until it is resolved. Nothing was deleted. ` +
        'Let that run end, roll back, or start openstackFinish first.',
    );
  const chosen = chosenOf({ points: await restorePoints({ reach }), input, now });
  const ended = await Promise.all(chosen.points.map((point) => drop({ reach, input, point })));
  return {
    schemaVersion: 1,
    dropped: ended.flatMap((one) => (one.sentence === null ? [{ runId: one.runId, bytes: one.bytes }] : [])),
    refused: [
      ...chosen.refused,
      ...ended.flatMap(({ runId, sentence }) => (sentence === null ? [] : [{ runId, sentence }])),
    ],
  };
}

function refuseStranger({ reach, input }: { reach: Reach; input: DropRequest }): void {
  const { approvers } = reach.cloud.approvals;
  if (approvers.length === 0 || approvers.includes(input.by)) return;
  throw refused(
    `${input.by} is not an approver of ${reach.cloud.cloud} (${approvers.join(', ')}), so nothing was deleted.`,
  );
}

/** By name: exactly these. By age: never the newest, whatever its age. The list is the newest first. */
export function chosenOf(options: { points: readonly RestorePoint[]; input: DropRequest; now: Date }): {
  readonly points: readonly RestorePoint[];
  readonly refused: DroppedRestorePoints['refused'];
} {
  const { points, input, now } = options;
  const { restorePoints: named, olderThanDays } = input;
  if (olderThanDays === undefined)
    return {
      points: points.filter(({ runId }) => named.includes(runId)),
      refused: named
        .filter((runId) => !points.some((point) => point.runId === runId))
        .map((runId) => ({ runId, sentence: `There is no restore point ${runId}.` })),
    };
  const before = now.getTime() - olderThanDays * dayMs;
  return { points: points.slice(1).filter(({ madeAt }) => Date.parse(madeAt) < before), refused: [] };
}

interface End {
  readonly runId: string;
  readonly bytes: number;
  /** Null: it is gone on every host. */
  readonly sentence: string | null;
}

async function drop(options: { reach: Reach; input: DropRequest; point: RestorePoint }): Promise<End> {
  const { reach, input, point } = options;
  const { runId, bytes } = point;
  const { lockHost } = reach.cloud;
  const others = (await hostsOfRun({ reach, runId })).filter((host) => host !== lockHost);
  // The lock host says first whether it may be; its own files go last, because the list of restore points is made from them.
  if (!(await isResolved({ reach, runId })))
    return {
      runId,
      bytes,
      sentence: `How run ${runId} ended is not known: ${stateDirectory}/runs/${runId}/DONE is missing on ${lockHost}. Nothing of it was deleted. If no rollback needs it, delete it by hand on every host.`,
    };
  const left = (await Promise.all(others.map((host) => dropOn({ reach, input, runId, host })))).flatMap(
    (sentence) => sentence ?? [],
  );
  const last = left.length > 0 ? left : [await dropOn({ reach, input, runId, host: lockHost })];
  const sentences = last.filter((sentence) => sentence !== null);
  return {
    runId,
    bytes,
    sentence: sentences.length === 0 ? null : `${sentences.join('; ')}. The rest of it is deleted; drop it again then.`,
  };
}

async function isResolved({ reach, runId }: { reach: Reach; runId: string }): Promise<boolean> {
  const { exitCode } = await reach.root.run({
    host: reach.cloud.lockHost,
    deadlineSeconds: 60,
    script: sh`cd ${stateDirectory} && test -e ${`runs/${runId}/DONE`} && test ! -e lock`.text,
  });
  return exitCode === 0;
}

/** Null: it is gone. */
async function dropOn(options: {
  reach: Reach;
  input: DropRequest;
  runId: string;
  host: string;
}): Promise<string | null> {
  const { reach, input, runId, host } = options;
  const words = `restore point ${runId} deleted by ${oneLine(input.by)}: ${oneLine(input.reason)}`;
  try {
    const { exitCode, stderr } = await reach.root.run({
      host,
      deadlineSeconds: 600,
      script: sh`
        cd ${stateDirectory} 2>/dev/null || exit 0
        test -e ${`restore-points/${runId}`} || test -e ${`pool/${runId}`} || exit 0
        logger -t openstack-upgrade ${words} || true
        rm -rf ${`pool/${runId}`} ${`restore-points/${runId}`}
      `.text,
    });
    return exitCode === 0 ? null : `${host}: it could not be deleted: ${stderr.trim().slice(-300)}`;
  } catch (error) {
    if (!(error instanceof TransportError || error instanceof SudoRefused)) throw error;
    return error.message.replace(/\.$/, '');
  }
}

function refused(message: string): ApplicationFailure {
  return ApplicationFailure.create({ nonRetryable: true, type: failureType.restorePointKept, message });
}
