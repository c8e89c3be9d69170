import type { Decision, Gate } from './decision';
import type { HostName, Instant, PlanKind, Series, ServiceName } from './names';
import type { Finding } from './plan';

/** What the `status` query answers: the run as data, for programs and for the living page. */
export interface RunStatus {
  readonly runId: string;
  readonly cloud: string;
  readonly kind: PlanKind | 'preflight' | 'finish';
  readonly from: Series | null;
  readonly to: Series;
  readonly services: readonly ServiceName[];
  readonly state: RunState;
  readonly digest: string | null;
  /** Number of the cloud's lock under which this run acts; null: it has no lock. Hosts refuse an older one. */
  readonly fence: number | null;
  readonly startedAt: Instant;
  readonly phases: readonly PhaseStatus[];
  readonly running: readonly RunningStep[];
  readonly gates: readonly Gate[];
  readonly decisions: readonly Decision[];
  readonly pausedBy: string | null;
  /** Messages that were not understood and changed nothing, newest last. */
  readonly ignored: readonly string[];
  readonly owed: readonly Owed[];
  /** Hosts that the run left with the release before, once it has ended. Absent: none. */
  readonly remains?: readonly string[];
  /** Of each service, once a plan is made. Absent where an earlier worker runs. */
  readonly outages?: readonly OutageStatus[];
}

export type RunState =
  | 'planning'
  | 'waitingForApproval'
  | 'running'
  | 'rollingBack'
  | 'paused'
  | 'waitingForDecision'
  | 'tidyingUp'
  | 'completed'
  | 'rolledBack'
  | 'rejected'
  | 'refused'
  | 'aborted'
  | 'cancelled';

export interface PhaseStatus {
  readonly id: string;
  readonly title: string;
  /** leftOut: a person left it undone, and the run went on. */
  readonly state: 'waiting' | 'running' | 'complete' | 'leftOut' | 'stopped';
  readonly stepsDone: number;
  readonly steps: number;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  /** How long it is expected to take. Absent where nothing is expected of it. */
  readonly expectedSeconds?: number;
}

/** How long nobody has served a service in this run, beside what was expected and its budget. */
export interface OutageStatus {
  readonly service: ServiceName;
  readonly expectedSeconds: number;
  readonly budgetSeconds: number | null;
  /** When the present outage began. Null: the run has not closed it. */
  readonly closedSince: Instant | null;
  /** All outages, when the status was made. */
  readonly closedSeconds: number;
  /** As requests from outside saw it, when the last report was made. Null: not yet. */
  readonly measuredSeconds: number | null;
  /** Closed by the run, or down as measured, for longer than its budget. */
  readonly overBudget: boolean;
  /** When the outages that the run made had used the budget up. Null: they have not. */
  readonly overBudgetSince: Instant | null;
}

export interface RunningStep {
  readonly step: string;
  readonly host: HostName;
  readonly title: string;
  readonly since: Instant;
}

/** Something this run put on a host and has not taken back, with the command that does it. */
export interface Owed {
  readonly host: HostName;
  readonly title: string;
  readonly command: string;
}

/** What a workflow returns, made to be read in the UI. */
export interface RunResult {
  readonly state: 'completed' | 'rolledBack' | 'aborted' | 'rejected';
  readonly sentence: string;
  readonly cloud: string;
  readonly from: Series | null;
  readonly to: Series;
  /** "heat 20.0.0 -> 21.0.0 on ctl1, ctl2". */
  readonly versions: readonly string[];
  /** "heat: 12 of 3402 requests failed, longest gap 31.2 s". */
  readonly availability: readonly string[];
  /** "heat: closed 1 min 31 s, down 1 min 32 s as measured; expected 1 min 25 s; budget 15 min". Absent where an earlier worker ran. */
  readonly outages?: readonly string[];
  readonly report: { readonly host: HostName; readonly json: string; readonly html: string } | null;
  /** "2026-11-21T03:04:05.678Z ana: approve plan (CHG-1042), gate k7f3a9, by update". */
  readonly decisions: readonly string[];
  readonly owed: readonly Owed[];
  /** Hosts with the release before: the upgrade is not done while there is one. Absent: none. */
  readonly remains?: readonly string[];
}

/** What `openstackPreflight` returns: what a run would find now. Nothing was altered. */
export interface PreflightResult {
  readonly state: 'completed';
  readonly sentence: string;
  readonly cloud: string;
  readonly from: Series;
  readonly to: Series;
  readonly digest: string;
  readonly blockers: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly notes: readonly Finding[];
  /** How long a run would take, and close its services: sentences. Absent where an earlier worker planned. */
  readonly expected?: readonly string[];
}
