import type { StepInput } from '../schema/activities';
import type { Instant } from '../schema/names';
import { withoutOutput, type Outcome } from '../schema/outcome';
import type { StepToRun } from '../schema/step-to-run';
import type { Reach } from './reach';
import type { JobProgress } from '../remote';

/** What an earlier attempt of the same activity knew: it travels in heartbeats. */
export type StepMemory = JobMemory | ProbeMemory;

type JobMemory = Pick<JobProgress, 'started' | 'offsets' | 'incarnation'>;

/** A probe's time counts from its first look: else a worker that dies again and again would put off its question for ever. */
export interface ProbeMemory {
  readonly lookingSinceAt: Instant;
}

/** One step on one host, with all that its attempt has at hand. */
export interface StepRun<S extends StepToRun = StepToRun> {
  readonly input: StepInput & { readonly step: S };
  readonly reach: Reach;
  readonly memory: StepMemory | null;
  readonly remember: (
    progress:
      | JobProgress
      | (ProbeMemory & { readonly looked: number; readonly said: string })
      | { readonly carrying: string; readonly bytes: number; readonly of: number },
  ) => void;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** How it ended, before it is dated and shortened for history. */
export type StepEnd = Pick<
  Outcome,
  'kind' | 'sentence' | 'exitCode' | 'stillRunning' | 'stdoutTail' | 'stderrTail' | 'jobId'
>;

export function bare(options: Pick<StepEnd, 'kind' | 'sentence'>): StepEnd {
  return { ...options, ...withoutOutput };
}

/** The caller's own reason, so that Temporal knows a shutdown from a cancellation. */
export function detached(signal: AbortSignal): Error {
  return signal.reason instanceof Error
    ? signal.reason
    : new Error('stopped following the job; the job continues on its host');
}
