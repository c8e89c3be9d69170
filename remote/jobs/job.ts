import { createHash } from 'node:crypto';
import type { Fence, FenceState } from './fence';
import type { TransportErrorKind } from '../ssh/transport';

/** What makes a job the same job. The same four give the same id on every worker, attempt and day. */
export interface JobKey {
  readonly runId: string;
  readonly step: string;
  readonly host: string;
  /** '0', or a uuid made when a person chooses to run the step again: never a counter that a reset could repeat. */
  readonly generation: string;
}

/** 32 hex digits; the name under which the job is found again from anywhere. */
export function jobId(key: JobKey): string {
  const text = JSON.stringify([key.runId, key.step, key.host, key.generation]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Bytes of each stream that have been handed on. */
export interface JobOffsets {
  readonly out: number;
  readonly err: number;
}

/** The states of facts a host reports; README.md tells what each means. */
export type JobState =
  | 'ABSENT'
  | 'CLAIMED'
  | 'STARTING'
  | 'WAITING_MUTEX'
  | 'RUNNING'
  | 'ORPHANED'
  | 'EXITED'
  | 'INTERRUPTED_REBOOT'
  | 'INTERRUPTED_KILLED'
  | 'DONE_GC';

/** Small enough for a heartbeat: give it back as `attachOnly: started`, `offsets`, `incarnation` on the next attempt. */
export interface JobProgress {
  readonly jobId: string;
  readonly state: JobState;
  /** The start token is consumed. From here on the job must be found again, never started. */
  readonly started: boolean;
  readonly offsets: JobOffsets;
  /** Random id of the host's job directory: a reimaged host has another one. */
  readonly incarnation: string;
  readonly elapsedSeconds: number;
  /** While WAITING_MUTEX: which resource, and the job that has it. */
  readonly waitingFor?: { readonly mutex: string; readonly holder: string };
}

export interface JobTail {
  /** The last 2 KB, as text. The full output stays on the host until garbage collection: `readOutput`. */
  readonly stdoutTail: string;
  readonly stderrTail: string;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
}

interface Timing {
  /** By the host's clock, for display. */
  readonly startedAt?: string;
  /** By a clock that nobody can set. */
  readonly durationMs?: number;
}

/** How a job ended, or why we stopped watching it. `text` is for an operator; `jobId` finds the job on the host. */
export type JobResult = { readonly jobId: string } & (
  | ({
      readonly kind: 'exited';
      readonly exitCode: number;
      /** `cancel`: `cancel()` ended it. `exit`: it ended by itself. */
      readonly why: 'exit' | 'cancel';
      /** Garbage collection has taken the output; the exit code is the recorded one. */
      readonly outputRemoved?: true;
      /** After `cancel`: processes that would not die were seen. */
      readonly leftBehind?: true;
    } & JobTail &
      Timing)
  | ({
      /** It was started, is dead, and left no exit code: nobody knows how far it came. Nothing of it runs any more. */
      readonly kind: 'interrupted';
      readonly how: 'reboot' | 'killed';
      readonly text: string;
    } & JobTail &
      Timing)
  | {
      /** The host does not answer (or refuses us, see `reason`). `mayBeRunning` says what is known of the job. */
      readonly kind: 'unreachable';
      readonly reason: TransportErrorKind;
      readonly mayBeRunning: 'no' | 'yes' | 'unknown';
      readonly text: string;
    }
  | { readonly kind: 'noSpace'; readonly text: string }
  | { readonly kind: 'hostFault'; readonly text: string }
  | { readonly kind: 'conflict'; readonly text: string }
  | { readonly kind: 'hostStateLost'; readonly text: string }
  | {
      /** The host obeys somebody else now, so it was not started. `fence`: whom this request was of. */
      readonly kind: 'fenced';
      readonly fence?: Fence;
      readonly obeyed: FenceState;
      readonly text: string;
    }
  | ({
      /** The time limit passed. The job was left alone and goes on. */
      readonly kind: 'overtime';
      readonly state: JobState;
      readonly elapsedSeconds: number;
      readonly offsets: JobOffsets;
      readonly text: string;
    } & JobTail)
  | {
      /** The caller's signal: nobody watches any more, the job (if it was started) goes on. */
      readonly kind: 'detached';
      readonly started: 'no' | 'yes' | 'unknown';
      readonly offsets: JobOffsets;
    }
);
