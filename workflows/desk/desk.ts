import { condition, setCurrentDetails, uuid4 } from '@temporalio/workflow';
import type { ReportPlace } from '../../schema/activities';
import type { ExpectedTimes } from '../../schema/expected-times';
import { expectedOf } from '../../schema/expected-words';
import type { Instant } from '../../schema/names';
import type { Outage } from '../../schema/outage';
import type { PhaseStatus, RunState, RunStatus } from '../../schema/status';
import { renderDetails } from './details';
import { createGates, type Gates } from './gates';
import type { RunningCall } from '../execute/journal';
import { budgetsUsedUp, outageStatuses } from './outage-status';
import { followInSearch } from './search-attributes';

/** What the run says about itself, in one place: the page, the queries and the search attributes are made of it. */
export interface Desk {
  readonly gates: Gates;
  readonly status: () => RunStatus;
  /** Changes what is said and redraws the page. */
  readonly tell: (part: Partial<Told>) => void;
  readonly told: () => Told;
  /** When outages of this run use budgets up, in the past or to come. */
  readonly budgetsUsedUp: () => readonly Instant[];
}

/** What the desk was told; gates and decisions it knows itself. */
export interface Told extends Omit<RunStatus, 'gates' | 'decisions' | 'state' | 'running' | 'outages'> {
  /** How far the run has come; an open gate or a pause shows on top of it. */
  readonly stage: RunState;
  readonly running: readonly RunningCall[];
  readonly runbook: string | null;
  readonly report: ReportPlace | null;
  /** What is expected of the plan. Null: there is none, or an earlier worker made it. */
  readonly times: ExpectedTimes | null;
  /** What the run has closed, and opened again. */
  readonly outages: readonly Outage[];
  /** The sentence under the headline. */
  readonly sentence: string;
}

export function now(): Instant {
  return new Date().toISOString();
}

/** Waits for something that a message, an activity or a cancel request brings about. */
export async function until(holds: () => boolean): Promise<void> {
  await condition(holds);
}

/** Sets up a run's desk. Call it before the first await, so that no message comes too early. */
export function openDesk(start: Pick<Told, 'kind' | 'cloud' | 'to' | 'services' | 'sentence'>): Desk {
  const search = followInSearch();
  let told: Told = {
    ...start,
    runId: uuid4(),
    from: null,
    stage: 'planning',
    digest: null,
    fence: null,
    startedAt: now(),
    phases: [],
    running: [],
    pausedBy: null,
    ignored: [],
    owed: [],
    runbook: null,
    report: null,
    times: null,
    outages: [],
  };
  const gates = createGates({
    uuid: uuid4,
    now,
    until,
    changed: () => {
      redraw();
    },
  });
  const status = (): RunStatus => statusOf({ told, gates });
  const redraw = (): void => {
    setCurrentDetails(renderDetails({ status: status(), sentence: told.sentence }));
    search(status());
  };
  redraw();
  return {
    gates,
    status,
    told: () => told,
    budgetsUsedUp: () => budgetsUsedUp(told),
    tell: (part) => {
      told = { ...told, ...part };
      redraw();
    },
  };
}

function statusOf(options: { told: Told; gates: Gates }): RunStatus {
  const { told, gates } = options;
  const { runId, cloud, kind, from, to, services, digest, fence, startedAt, phases, pausedBy, ignored, owed } = told;
  const remains = told.remains ?? told.report?.remains;
  return {
    runId,
    cloud,
    kind,
    from,
    to,
    services,
    state: stateOf({ stage: told.stage, gates, paused: pausedBy !== null }),
    digest,
    fence,
    startedAt,
    phases: phases.map((phase) => withExpected({ phase, times: told.times })),
    running: told.running.map(({ step, host, title, since }) => ({ step, host, title, since })),
    gates: gates.open(),
    decisions: gates.decisions(),
    pausedBy,
    ignored,
    owed,
    ...(remains === undefined ? {} : { remains }),
    outages: outageStatuses({ ...told, now: now() }),
  };
}

function withExpected(options: { phase: PhaseStatus; times: ExpectedTimes | null }): PhaseStatus {
  const { phase, times } = options;
  const expected = expectedOf({ times, id: phase.id });
  return expected === null ? phase : { ...phase, expectedSeconds: expected.seconds };
}

function stateOf(options: { stage: RunState; gates: Gates; paused: boolean }): RunState {
  const { stage, gates, paused } = options;
  const open = gates.open();
  if (open.some(({ choices }) => choices.includes('approve'))) return 'waitingForApproval';
  if (open.length > 0) return 'waitingForDecision';
  return paused && (stage === 'running' || stage === 'rollingBack') ? 'paused' : stage;
}
