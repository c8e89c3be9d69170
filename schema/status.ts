import type { Decision, Gate } from './decision';
import type { HostName, Instant, Series, ServiceName } from './names';

/** What the `status` query answers: the run as data, for programs and for the living page. */
export interface RunStatus {
  readonly runId: string;
  readonly cloud: string;
  readonly kind: 'full' | 'partial' | 'rollback' | 'preflight' | 'finish';
  readonly from: Series | null;
  readonly to: Series;
  readonly services: readonly ServiceName[];
  readonly state: RunState;
  readonly digest: string | null;
  readonly startedAt: Instant;
  readonly phases: readonly PhaseStatus[];
  readonly running: readonly RunningStep[];
  readonly gates: readonly Gate[];
  readonly decisions: readonly Decision[];
  readonly pausedBy: string | null;
  /** Messages that were not understood and changed nothing, newest last. */
  readonly ignored: readonly string[];
  readonly owed: readonly Owed[];
}

export type RunState =
  | 'planning'
  | 'waitingForApproval'
  | 'running'
  | 'paused'
  | 'waitingForDecision'
  | 'tidyingUp'
  | 'completed'
  | 'rejected'
  | 'refused'
  | 'aborted'
  | 'cancelled';

export interface PhaseStatus {
  readonly id: string;
  readonly title: string;
  readonly state: 'waiting' | 'running' | 'complete' | 'stopped';
  readonly stepsDone: number;
  readonly steps: number;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
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
