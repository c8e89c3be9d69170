import type { FenceState, JobOffsets, JobResult, JobStatus } from '../../remote';

/** What a job's script does when nobody hinders it. */
export interface JobPromise {
  readonly exitCode: number;
  readonly out: Buffer;
  readonly err: Buffer;
}

/** What was done to a job that may change its end. Cuts, dead workers and restarts of sshd are none of it. */
export type Disturbance = 'cancelled' | 'supervisorKilled' | 'hostDown' | 'diskIll';

/** A piece of output as one watcher was handed it. */
export interface Part {
  readonly stream: 'out' | 'err';
  readonly offset: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** One controller following one job, from the offsets that its heartbeat gave it. */
export interface Watch {
  readonly watcher: string;
  readonly from: JobOffsets;
  readonly parts: readonly Part[];
  /** null: its process was killed before it could say anything. */
  readonly result: JobResult | null;
}

/** What the host has on disk about a job when all is over. */
export interface HostRecord {
  readonly directory: boolean;
  readonly tombstone: boolean;
  /** The whole result line, from the job or from its tombstone; null: there is none. */
  readonly result: {
    readonly exitCode: number;
    readonly why: string;
    readonly out: number;
    readonly err: number;
  } | null;
  /** A canceller took the start token, so that no supervisor can ever have it. */
  readonly cancelledUnstarted: boolean;
  readonly out: Buffer;
  readonly err: Buffer;
}

/** Everything that is known of one job after the faults have stopped. */
export interface JobHistory {
  readonly name: string;
  readonly jobId: string;
  readonly promise: JobPromise;
  readonly disturbances: readonly Disturbance[];
  /** Lines that its script has appended to the side file, before the job was asked for once more. */
  readonly executions: number;
  readonly watches: readonly Watch[];
  /** By a fresh controller on a good line, after the faults. */
  readonly settled: JobResult;
  /** The same request once more. */
  readonly again: { readonly result: JobResult; readonly executions: number };
  readonly record: HostRecord;
  /** Somebody asked to acknowledge it, so that garbage collection may take it. */
  readonly acknowledged: boolean;
  /** Garbage was collected after that, and nothing hindered it. */
  readonly collected?: boolean;
  /** A cancel that nothing hindered, and what had come of the job when it returned. */
  readonly cancel?: {
    readonly state: JobStatus['state'];
    readonly executions: number;
    readonly survivors: readonly number[];
  };
  /**
   * Whether the host was told of a newer owner than the job's. `beforeStart`: the telling had returned before the job took
   * its start token. `perhaps`: it was on its way.
   */
  readonly fence: 'never' | 'perhaps' | 'beforeStart';
  /** Processes of the job that are alive. */
  readonly survivors: readonly number[];
}

/** A process that has nothing to do with any job. */
export interface Bystander {
  readonly name: string;
  readonly alive: boolean;
  /** Names of the signals that reached it. */
  readonly signals: readonly string[];
}

/** Whom a host said that it obeys. */
export interface FenceReading {
  readonly when: string;
  /** The largest number that the host had confirmed by then. */
  readonly atLeast: number;
  /** Whether a person had been told that the host is theirs; `perhaps`: nobody was told anything. */
  readonly takenOver: 'yes' | 'no' | 'perhaps';
  /** null: it could not say. */
  readonly told: FenceState | null;
}

/** The readings of one cloud's fence, in the order in which they were made. */
export interface FenceHistory {
  readonly name: string;
  readonly readings: readonly FenceReading[];
}

/** A text that was written to a file of a host, and what is there. null: nothing. */
export interface WrittenFile {
  readonly name: string;
  readonly before: string | null;
  readonly written: string;
  readonly found: string | null;
  /** The host said that it is there. */
  readonly wasConfirmed: boolean;
}

export interface RunHistory {
  readonly jobs: readonly JobHistory[];
  readonly bystanders: readonly Bystander[];
  readonly fences?: readonly FenceHistory[];
  readonly files?: readonly WrittenFile[];
}
