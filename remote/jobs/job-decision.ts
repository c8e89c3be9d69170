import { explainFence, type Fence } from './fence';
import type { JobResult } from './job';
import type { JobStatus } from './job-status';
import type { JobView } from './job-view';

/** What to do with an answer of the host. `again` asks once more with a verb that cannot start a second execution. */
export type JobDecision =
  | { readonly kind: 'result'; readonly result: JobResult }
  | { readonly kind: 'again'; readonly verb: 'ensure' | 'follow'; readonly isTrouble: boolean };

/** A supervisor needs milliseconds from its lock to its token. */
const STUCK_START_SECONDS = 60;

/**
 * Every state and the controller's decision (see README.md). `knownStarted`: this watcher, or an earlier one whose
 * heartbeat we have, saw the token consumed; from then on a host without the job has lost its memory, and starting
 * again would be the second execution that must never happen.
 */
export function decide(options: {
  readonly host: string;
  readonly jobId: string;
  readonly status: JobStatus;
  readonly view: JobView;
  readonly knownStarted: boolean;
  readonly incarnation?: string;
  readonly secondsStarting: number;
  readonly fence?: Fence;
}): JobDecision {
  const { host, jobId, status, view } = options;
  const result = (one: JobResult): JobDecision => ({ kind: 'result', result: one });
  const timing = {
    ...(status.startedAt === undefined ? {} : { startedAt: status.startedAt }),
    ...(status.elapsedMs === undefined ? {} : { durationMs: status.elapsedMs }),
  };

  const lost = (what: string): JobDecision =>
    result({
      jobId,
      kind: 'hostStateLost',
      text: `${host} has no record of job ${jobId}, which was started before: ${what}. The host was reinstalled or restored from a snapshot, or another machine answers at its address. Nothing was started again. Check by hand whether the command took effect.`,
    });
  const interrupted = (how: 'reboot' | 'killed'): JobDecision =>
    result({
      jobId,
      kind: 'interrupted',
      how,
      text: explainInterruption({ host, jobId, how }),
      ...view.tail(),
      ...timing,
    });

  if (options.incarnation !== undefined && status.incarnation !== '' && status.incarnation !== options.incarnation) {
    return lost('its job directory is a different one');
  }
  switch (status.state) {
    case 'EXITED':
    case 'DONE_GC':
      if (status.exitCode === undefined || status.why === 'supervisor_term') {
        return interrupted(status.otherBoot || status.why === 'INTERRUPTED_REBOOT' ? 'reboot' : 'killed');
      }
      return result({
        jobId,
        kind: 'exited',
        exitCode: status.exitCode,
        why: status.why === 'cancel' ? 'cancel' : 'exit',
        ...(status.state === 'DONE_GC' ? { outputRemoved: true } : {}),
        ...(status.leftBehind ? { leftBehind: true } : {}),
        ...view.tail(),
        ...timing,
      });
    case 'INTERRUPTED_REBOOT':
      return interrupted('reboot');
    case 'INTERRUPTED_KILLED':
      return interrupted('killed');
    case 'ABSENT':
      return options.knownStarted ? lost('no such job') : again({ verb: 'ensure', isTrouble: true });
    case 'CLAIMED':
      return options.knownStarted ? lost('its start token is gone') : again({ verb: 'ensure', isTrouble: true });
    case 'STARTING':
      return options.secondsStarting < STUCK_START_SECONDS
        ? again({ verb: 'follow', isTrouble: false })
        : result({
            jobId,
            kind: 'hostFault',
            text: `The supervisor of job ${jobId} on ${host} has not started the command for ${String(STUCK_START_SECONDS)} seconds. The command has not been started, but may still start when the host recovers. Read jobs/${jobId}/sup.log in the job directory of the host.`,
          });
    case 'WAITING_MUTEX':
    case 'RUNNING':
    case 'ORPHANED':
      return again({ verb: 'follow', isTrouble: false });
    case 'NOT_READY': // it has booted since it was looked at: the next turn looks again
    case 'BAD_UPLOAD':
      return again({ verb: 'ensure', isTrouble: true });
    case 'CONFLICT':
      return result({
        jobId,
        kind: 'conflict',
        text: `${host} already has job ${jobId}, with a different script or mutex. Nothing was started. A step must not change within a run. To run it again on purpose, use a new generation (retry).`,
      });
    case 'NO_SPACE':
      return result({
        jobId,
        kind: 'noSpace',
        text: `No space or no inodes left for the job directory of ${host}. The command was not started. Free some, then retry. ${status.text}`.trim(),
      });
    case 'HOST_FAULT':
      return result({
        jobId,
        kind: 'hostFault',
        text: `${host} cannot run the job: ${status.text || 'no message'}. ${options.knownStarted ? 'The command was started before and may still be running' : 'The command was not started'}.`,
      });
    case 'FENCED': {
      const obeyed = status.fence ?? { number: 0, raised: null, takenOver: null };
      const { fence } = options;
      const text = explainFence({ host, fence, state: obeyed });
      return result({ jobId, kind: 'fenced', ...(fence === undefined ? {} : { fence }), obeyed, text });
    }
    default:
      return status.state satisfies never;
  }
}

function again(options: { readonly verb: 'ensure' | 'follow'; readonly isTrouble: boolean }): JobDecision {
  return { kind: 'again', ...options };
}

function explainInterruption(options: {
  readonly host: string;
  readonly jobId: string;
  readonly how: 'reboot' | 'killed';
}): string {
  const cause =
    options.how === 'reboot'
      ? `${options.host} was rebooted while the command was running`
      : `the command's supervisor on ${options.host} was killed or stopped (out of memory, a shutdown, a person), and the command with it`;
  return `Job ${options.jobId} has no exit code: ${cause}. None of its processes is left, and it is not known how far it got. It is not started again automatically. Check its effect before you decide.`;
}
