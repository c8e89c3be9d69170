import type { KillInput } from '../schema/activities';
import { outcomeOf, type Outcome } from '../schema/outcome';
import type { Reach } from './reach';
import { jobId, type JobStatus } from '../remote';

/** Seconds a command gets between TERM and KILL. */
const graceSeconds = 10;

/** Ends a job and everything it started. Nothing else does: not cancel, not pause, not a worker's end. */
export async function killStep(options: {
  reach: Reach;
  input: KillInput;
  signal: AbortSignal;
  now: () => Date;
}): Promise<Outcome> {
  const { reach, input, signal, now } = options;
  const { host, stepId, runId, generation, by } = input;
  const startedAt = now().toISOString();
  const id = jobId({ runId, step: stepId, host, generation });
  const status = await reach.jobs.cancel({
    host,
    jobId: id,
    graceSeconds,
    signal,
    ...(input.fence === undefined ? {} : { fence: { cloud: input.cloud, number: input.fence } }),
  });
  const over =
    status.state === 'EXITED' ||
    status.state === 'ABSENT' ||
    status.state.startsWith('INTERRUPTED') ||
    status.state === 'DONE_GC';
  return outcomeOf({
    kind: over ? 'done' : 'failed',
    call: input,
    sentence: over
      ? `${host}: ${stepId} was ended by ${by}; none of its processes is left. Check what it has done before you continue.`
      : `${host}: ${whyNotEnded({ stepId, status })}`,
    stillRunning: !over,
    startedAt,
    endedAt: now().toISOString(),
    jobId: id,
  });
}

function whyNotEnded(options: { stepId: string; status: JobStatus }): string {
  const { stepId, status } = options;
  switch (status.state) {
    case 'FENCED':
      return `${stepId} was not ended: the host now belongs to ${ownerOf(status)}. Ask them.`;
    case 'NO_SPACE':
    case 'HOST_FAULT':
      return `${stepId} was not ended, because the host could not write to its disk: ${status.text}. Fix the disk, then send kill again.`;
    default:
      return `${stepId} is still ${status.state} after the kill. Check its processes on the host.`;
  }
}

function ownerOf({ fence }: JobStatus): string {
  const holder = fence?.takenOver ?? fence?.raised ?? null;
  return holder === null ? 'another owner' : `${holder.by || 'somebody'} (since ${holder.at}: ${holder.reason})`;
}
