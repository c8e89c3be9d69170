import type { ReportPlace, MadePlan } from '../schema/activities';
import type { Gate, GateSubject } from '../schema/decision';
import type { Approve, Decide, Kill, Pause, Reject, Resume } from '../schema/messages';
import type {
  DroppedRestorePoints,
  FetchedRestorePoint,
  RestorePoint,
  RestorePointDetails,
  VerifiedRestorePoint,
} from '../schema/restore-point';
import type { PreflightResult, RunResult, RunStatus } from '../schema/status';
import type { FetchedReport } from './fetch-report';
import type { ListedRun, ListFilter } from './list-runs';
import type { DropWish, PointRef } from './point-ref';
import type { RunRef } from './run-ref';
import type { StartedRun, StartOptions } from './start-run';
import type { OutputEvent, OutputOptions } from './step-output';
import type { WatchEvent, WatchOptions } from './watch';

/**
 * Everything a person or a program asks of an upgrade. Whatever is not done throws an UpgradeError: a code, a sentence,
 * its cause. A run is named by its id, or pinned to one execution by what `start...` returned.
 */
export interface UpgradeClient {
  /** Plans and looks; alters nothing. `request` as in the UI's start form; with `kind: 'partial'` at the rolling one. */
  readonly preflight: (request: unknown, options?: StartOptions) => Promise<StartedRun>;
  readonly startFull: (request: unknown, options?: StartOptions) => Promise<StartedRun>;
  /** One service, host by host, while it serves. */
  readonly startPartial: (request: unknown, options?: StartOptions) => Promise<StartedRun>;
  /** Returns a cloud to the restore point of an earlier run, however that run ended. Asks for approval. */
  readonly rollback: (request: unknown, options?: StartOptions) => Promise<StartedRun>;
  /** What `rollback` can return to, the newest first. */
  readonly restorePoints: (request: { readonly cloud: string }) => Promise<readonly RestorePoint[]>;
  /** What one of them holds. `restorePoint`: the id of its run; default: the newest. */
  readonly restorePoint: (request: PointRef) => Promise<RestorePointDetails>;
  /** Reads and hashes every file of it, and of its second copy. Changes nothing. */
  readonly verifyRestorePoint: (request: PointRef) => Promise<VerifiedRestorePoint>;
  /** Brings damaged and missing files back from the second copy. */
  readonly fetchRestorePoint: (request: PointRef) => Promise<FetchedRestorePoint>;
  /** Deletes restore points; refused while a run holds the cloud. */
  readonly dropRestorePoints: (request: DropWish) => Promise<DroppedRestorePoints>;
  /** Puts back what a terminated run left on a cloud. */
  readonly finish: (request: { readonly cloud: string }) => Promise<StartedRun>;
  /** Only takes a cloud's lock from the run that holds it; puts nothing back. Asks for approval. */
  readonly breakLock: (request: { readonly cloud: string }) => Promise<StartedRun>;

  readonly status: (run: RunRef) => Promise<RunStatus>;
  /** The runbook: what an approval is about. */
  readonly plan: (run: RunRef) => Promise<string>;
  /** The same as data, with its digest: phases, steps, findings. */
  readonly planData: (run: RunRef) => Promise<MadePlan>;
  /** Where the report lies, or null while none is written. */
  readonly report: (run: RunRef) => Promise<ReportPlace | null>;
  /** The report's files themselves, read from their host by a worker. */
  readonly fetchReport: (run: RunRef) => Promise<FetchedReport>;
  /** What a step has printed, all of it, and with `follow` what it prints until it ends; secrets are taken out. */
  readonly output: (run: RunRef, options: OutputOptions) => AsyncGenerator<OutputEvent, void, undefined>;
  /** What happens, as it happens, to the end of the run or until the signal. */
  readonly watch: (run: RunRef, options?: WatchOptions) => AsyncGenerator<WatchEvent, void, undefined>;
  /** The next gate (of one kind); one that is open already counts. */
  readonly waitForGate: (
    run: RunRef,
    options?: WatchOptions & { readonly about?: GateSubject['kind'] },
  ) => Promise<Gate>;
  /** Waits for the end. */
  readonly result: (run: RunRef) => Promise<VersionedResult>;
  /** False once the run has ended, however it did. */
  readonly isOpen: (run: RunRef) => Promise<boolean>;
  readonly list: (filter?: ListFilter) => Promise<readonly ListedRun[]>;
  /** Whether a worker polls the task queue. Without one a run that was started waits, and says nothing. */
  readonly taskQueue: () => Promise<{ readonly name: string; readonly polled: boolean }>;

  /** With a `digest` instead of a gate: approves that plan, and refuses when the run asks for another. */
  readonly approve: (run: RunRef, message: Approval) => Promise<string>;
  readonly reject: (run: RunRef, message: MessageOf<Reject>) => Promise<string>;
  readonly decide: (run: RunRef, message: MessageOf<Decide>) => Promise<string>;
  readonly pause: (run: RunRef, message: MessageOf<Pause>) => Promise<string>;
  readonly resume: (run: RunRef, message: MessageOf<Resume>) => Promise<string>;
  readonly kill: (run: RunRef, message: MessageOf<Kill>) => Promise<string>;
  /** Asks the run to end: it starts no further step, tidies up and gives the lock back. */
  readonly cancel: (run: RunRef) => Promise<void>;
}

/** A result with the version of its shape: a field may be added within one, and none is taken away or changed. */
export type VersionedResult = (RunResult | PreflightResult) & { readonly schemaVersion: 1 };

/** What may be left out is filled in by the schema. */
export type MessageOf<T> = Omit<T, 'reason' | 'accept'> & Partial<Pick<T, keyof T & ('reason' | 'accept')>>;

export type Approval =
  MessageOf<Approve> | (Omit<MessageOf<Approve>, 'gate'> & { readonly gate?: never; readonly digest: string });
