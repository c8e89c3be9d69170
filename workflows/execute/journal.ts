import type { HostName, Instant } from '../../schema/names';
import type { PlacedOutcome } from '../../schema/outcome';
import { boundId } from '../../schema/step-name';
import { withoutConfirms } from '../../schema/walk-plan';
import { type Batch, type CommandStep, type Phase, type Plan } from '../../schema/plan';
import type { Owed, PhaseStatus, RunningStep } from '../../schema/status';

/** The pseudo-phase under which `finally` shows. */
export const finallyPhaseId = 'finally';

/** Where a run stands: what the page, the status query and the report are made of. */
export interface Progress {
  readonly phases: readonly PhaseStatus[];
  readonly running: readonly RunningCall[];
  readonly outcomes: readonly PlacedOutcome[];
  readonly owed: readonly Owed[];
  /** What was done is being undone. */
  readonly rollingBack: boolean;
}

/** A running step with the generation that a kill must name. */
export interface RunningCall extends RunningStep {
  readonly phaseId: string;
  readonly stepId: string;
  readonly generation: string;
}

export interface Journal {
  readonly progress: () => Progress;
  readonly phase: (options: { readonly id: string; readonly state: PhaseStatus['state'] }) => void;
  readonly started: (options: {
    readonly phaseId: string;
    readonly host: HostName;
    readonly step: CommandStep;
    readonly generation: string;
  }) => void;
  readonly ended: (options: {
    readonly host: HostName;
    readonly step: CommandStep;
    readonly outcome: PlacedOutcome;
  }) => void;
  /** The step needs nothing more: it is done, or a person said so. */
  readonly settled: (phaseId: string) => void;
  /** From here on these phases undo the run; what was not begun will not be. */
  readonly rollsBack: (phases: readonly Phase[]) => void;
  /** `finally` starts, with these batches. */
  readonly cleaning: (batches: readonly Batch[]) => void;
  readonly owes: (owed: readonly Owed[]) => void;
}

/** Keeps a run's progress and shows each change. */
export function createJournal(options: {
  plan: Pick<Plan, 'phases' | 'finally'>;
  now: () => Instant;
  show: (progress: Progress) => void;
}): Journal {
  const { plan, now, show } = options;
  let progress: Progress = { phases: phasesOf(plan), running: [], outcomes: [], owed: [], rollingBack: false };
  const advance = (part: Partial<Progress>): void => {
    progress = { ...progress, ...part };
    show(progress);
  };
  const changePhase = (id: string, change: (phase: PhaseStatus) => PhaseStatus): void => {
    advance({ phases: progress.phases.map((phase) => (phase.id === id ? change(phase) : phase)) });
  };
  return {
    progress: () => progress,
    phase: ({ id, state }) => {
      changePhase(id, (phase) => ({ ...phase, state, ...instants({ phase, state, now: now() }) }));
    },
    started: ({ phaseId, host, step, generation }) => {
      const id = boundId({ stepId: step.id, host });
      const call = { step: id, phaseId, stepId: step.id, host, title: step.title, since: now(), generation };
      advance({ running: [...progress.running, call] });
    },
    ended: ({ host, step, outcome }) => {
      const id = boundId({ stepId: step.id, host });
      advance({
        running: progress.running.filter((call) => call.step !== id || call.generation !== outcome.generation),
        outcomes: [...progress.outcomes, outcome],
      });
    },
    settled: (phaseId) => {
      changePhase(phaseId, (phase) => ({ ...phase, stepsDone: phase.stepsDone + 1 }));
    },
    rollsBack: (phases) => {
      const begun = progress.phases.filter(({ state }) => state !== 'waiting');
      advance({ phases: [...begun, ...phases.map(waiting), ...progress.phases.slice(-1)], rollingBack: true });
    },
    cleaning: (batches) => {
      const steps = count(batches);
      changePhase(finallyPhaseId, (phase) => ({ ...phase, state: 'running', steps, startedAt: now() }));
    },
    owes: (owed) => {
      if (owed.length > 0) advance({ owed: [...progress.owed, ...owed] });
    },
  };
}

function instants(options: {
  phase: PhaseStatus;
  state: PhaseStatus['state'];
  now: Instant;
}): Pick<PhaseStatus, 'startedAt' | 'endedAt'> {
  const { phase, state, now } = options;
  const ended = state === 'complete' || state === 'leftOut' || state === 'stopped';
  return {
    startedAt: phase.startedAt ?? (state === 'waiting' || state === 'leftOut' ? null : now),
    endedAt: ended ? now : null,
  };
}

function phasesOf(plan: Pick<Plan, 'phases' | 'finally'>): PhaseStatus[] {
  const batches = [...plan.finally.always, ...plan.finally.resolved];
  const cleanup = { id: finallyPhaseId, title: 'Finally: clean up', batches, serving: null };
  return [...plan.phases, cleanup].map(waiting);
}

function waiting({ id, title, batches, serving }: Pick<Phase, 'id' | 'title' | 'batches' | 'serving'>): PhaseStatus {
  const steps = count(serving === null ? batches : [...batches, withoutConfirms(serving)]);
  return { id, title, state: 'waiting', stepsDone: 0, steps, startedAt: null, endedAt: null };
}

function count(batches: readonly Batch[]): number {
  return batches.reduce((sum, { hosts, steps }) => sum + hosts.length * steps.length, 0);
}
