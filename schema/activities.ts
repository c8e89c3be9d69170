import type { Decision } from './decision';
import type { ExpectedTimes } from './expected-times';
import type { HostName, Instant, Kind, Series } from './names';
import type { Outcome, PlacedOutcome } from './outcome';
import type { OutputPart, ReadOutputInput } from './output';
import type { PlanOutline } from './outline';
import type { Plan } from './plan';
import type {
  DroppedRestorePoints,
  FetchedRestorePoint,
  RestorePoint,
  RestorePointDetails,
  VerifiedRestorePoint,
} from './restore-point';
import type { StepToRun } from './step-to-run';
import type { DropRequest, Request, RollbackRequest } from './request';
import type { Owed, PhaseStatus, RunState } from './status';

/**
 * Everything the workflows may ask the outside world for. Activities implement it; workflows see only this shape.
 * The names appear in the Temporal UI in front of each row's summary.
 */
export interface Activities {
  /** Reads the cloud file, surveys every host, plans. Changes nothing but `/var/lib/openstack-upgrade/survey`. */
  openstackPlan(input: PlanInput): Promise<PackedPlan>;
  /** Lists the restore points of a cloud. Changes nothing. */
  openstackRestorePoints(input: { readonly cloud: string }): Promise<readonly RestorePoint[]>;
  /** What a restore point holds, as its manifest says. Changes nothing. */
  openstackShowRestorePoint(input: ChosenRestorePoint): Promise<RestorePointDetails>;
  /** Reads and hashes every file of a restore point. Changes nothing. */
  openstackVerifyRestorePoint(input: ChosenRestorePoint): Promise<VerifiedRestorePoint>;
  /** Brings files that are missing or damaged back from the second copy. */
  openstackFetchRestorePoint(input: ChosenRestorePoint): Promise<FetchedRestorePoint>;
  /** Deletes restore points that no run needs any more. */
  openstackDropRestorePoints(input: DropRequest): Promise<DroppedRestorePoints>;
  /** Reads a restore point and what its run has done, and plans the rollback. Changes nothing. */
  openstackPlanRollback(input: RollbackInput): Promise<PackedPlan>;
  /** After approval: takes the cloud's lock and lays plan and runbook on the hosts. Idempotent for its owner. */
  openstackBegin(input: BeginInput, packed: PackedPlan): Promise<Begun>;
  /** One step on one host. Returns every expected outcome; throws only for bugs and its own cancellation. */
  openstackStep(input: StepInput): Promise<Outcome>;
  /** Ends a running job and all it started, proved empty. Nothing else kills. */
  openstackKill(input: KillInput): Promise<Outcome>;
  /** Pulls evidence from the hosts and writes the report, after every phase and at the end. */
  openstackReport(input: ReportInput): Promise<ReportPlace>;
  /** A person takes the cloud from the run that holds it; that run's requests are refused on every host from then on. */
  openstackTakeOver(input: TakeOverInput): Promise<TakenOver>;
  /** Gives the lock back, or leaves the mark `half-done` on it. */
  openstackEnd(input: EndInput): Promise<void>;
  /** What an earlier run left behind on this cloud, for openstackFinish. */
  openstackLeftovers(input: { readonly cloud: string }): Promise<Leftovers>;
  /** The report of a run, for programs that cannot reach the hosts. Null: there is none. */
  openstackReadReport(input: ReadReportInput): Promise<ReadReport | null>;
  /** What a step's command has printed, part by part, for people who follow it. Changes nothing. */
  openstackReadOutput(input: ReadOutputInput): Promise<OutputPart>;
}

export interface ReadReportInput {
  readonly cloud: string;
  readonly runId: string;
}

/** Both files, gzipped and in base64: Temporal's JSON has no bytes below the top. */
export interface ReadReport {
  readonly json: string;
  readonly html: string;
}

export interface PlanInput {
  readonly runId: string;
  readonly kind: Kind;
  readonly request: Request;
}

export interface ChosenRestorePoint {
  readonly cloud: string;
  /** A run's id, or `latest`. */
  readonly restorePoint: string;
}

/** `options`: absent where an earlier worker scheduled it (schema/recorded.ts reads it). */
export interface RollbackInput extends Omit<RollbackRequest, 'options'> {
  readonly runId: string;
  readonly options?: RollbackRequest['options'];
}

export interface MadePlan {
  readonly plan: Plan;
  /** SHA-256 of the plan, without what is only expected of its times: what an approval is bound to. */
  readonly digest: string;
  /** The plan as a text for people, complete enough to go on by hand. */
  readonly runbook: string;
  /** Null, or absent where an earlier worker planned: nothing is expected of a plan without phases. */
  readonly times?: ExpectedTimes | null;
}

/**
 * A MadePlan: its JSON with each text once (schema/texts-once.ts), gzipped. As it is, that of three controllers has 1.1 MB, and Temporal
 * refuses payloads above 2 MB; packed it has less than a tenth.
 */
export type PackedPlan = Uint8Array;

export interface BeginInput {
  readonly digest: string;
  readonly approval: Decision;
  readonly workflowId: string;
}

export type Begun =
  | { readonly kind: 'begun'; readonly fence: number }
  | { readonly kind: 'locked'; readonly sentence: string }
  | { readonly kind: 'unreachable'; readonly sentence: string }
  | { readonly kind: 'notWritten'; readonly sentence: string };

export interface StepInput {
  readonly runId: string;
  readonly cloud: string;
  readonly cloudDigest: string;
  readonly host: HostName;
  readonly step: StepToRun;
  /** `0`, or a uuid made when a person chose retry: the same generation never starts twice. */
  readonly generation: string;
  /** How often a person answered "wait": each gives the step its time once more. */
  readonly waits?: number;
  /** Find the job, never start it: somebody waits for what runs after the run was told to stop. */
  readonly attachOnly?: boolean;
  /** Number of the lock under which the run acts; a host refuses one that is not its owner's. */
  readonly fence?: number;
}

export interface KillInput {
  readonly runId: string;
  readonly cloud: string;
  readonly host: HostName;
  readonly stepId: string;
  readonly generation: string;
  readonly by: string;
  readonly reason: string;
  readonly fence?: number;
}

export interface ReportInput {
  readonly runId: string;
  readonly cloud: string;
  readonly plan: PlanOutline;
  readonly digest: string;
  readonly state: RunState;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly phases: readonly PhaseStatus[];
  readonly outcomes: readonly PlacedOutcome[];
  readonly decisions: readonly Decision[];
  readonly owed: readonly Owed[];
  /** What was expected. Absent where an earlier worker planned. */
  readonly times?: ExpectedTimes | null;
}

export interface ReportPlace {
  readonly host: HostName;
  readonly json: string;
  readonly html: string;
  readonly availability: readonly ApiAvailability[];
  /** What people want to read first: "heat 20.0.0 -> 21.0.0 on ctl1, ctl2". */
  readonly versions: readonly string[];
  /** "heat: closed 1 min 31 s; expected 1 min 25 s; budget 15 min". Absent in histories of workers that did not tell it. */
  readonly outages?: readonly string[];
  /** "ceilometer on cmp1 is still at 1:20.0.0, and not at 1:21.0.0". Absent: no host that the run left is. */
  readonly remains?: readonly string[];
}

/** Watch of one API through the whole run, in requests and milliseconds. */
export interface ApiAvailability {
  readonly api: string;
  readonly requests: number;
  readonly failures: number;
  /** Longest time between two good answers. */
  readonly longestGapMs: number;
  /** Sum of all gaps in which at least one request failed. */
  readonly downtimeMs: number;
  readonly outages: readonly { readonly fromAt: Instant; readonly toAt: Instant }[];
  /** The same watch before anything was altered. Absent in histories of workers that did not tell it. */
  readonly baseline?: Baseline;
}

/** What users got of an API without us: what the numbers of a run are to be held against (trap 53). */
export interface Baseline {
  readonly requests: number;
  readonly failures: number;
  readonly longestGapMs: number;
}

export interface EndInput {
  readonly cloud: string;
  readonly runId: string;
  readonly lockHost: HostName;
  readonly mark: 'clean' | 'half-done';
  /** The lock is left alone when it has another number by now: a person took it over. */
  readonly fence?: number;
}

export interface TakeOverInput {
  readonly cloud: string;
  /** The run that is believed to hold the lock; another one is not touched. */
  readonly holder: string;
  /** A name for this one act, so that doing it twice gives the same number. */
  readonly seizure: string;
  readonly workflowId: string;
  readonly by: string;
  readonly reason: string;
}

/** `untold`: a sentence for each host that could not be told, and would still obey the old owner. */
export type TakenOver =
  | { readonly kind: 'taken'; readonly fence: number; readonly untold: readonly string[] }
  | { readonly kind: 'refused'; readonly sentence: string };

export interface Leftovers {
  readonly runId: string | null;
  readonly plan: Plan | null;
  readonly digest: string | null;
  readonly workflowId: string | null;
  /** The words of the lock: run, workflow, who approved, since when, its number. */
  readonly lock: string;
  readonly lockHost: HostName;
  /** Who may decide about this cloud when the run's own plan cannot be read. */
  readonly approvers: readonly string[];
  readonly to: Series | null;
  /** Services that do not run and servers that get no requests: nothing but a person starts or opens them again. */
  readonly stillDown: readonly string[];
  /** Hosts that earlier runs left with the release before. Absent where an earlier worker looked. */
  readonly remains?: readonly string[];
}
