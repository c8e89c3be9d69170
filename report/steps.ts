import type { Decision } from '../schema/decision';
import { isGood, type PlacedOutcome } from '../schema/outcome';
import { everyPhase, stepsOn, type Batch, type Phase, type Plan, type Step } from '../schema/plan';
import { between } from './durations';

/** One execution of a step on a host. A retried step has one for every generation. */
export interface StepRecord extends PlacedOutcome {
  readonly title: string;
  readonly stepKind: Step['kind'];
  readonly durationMs: number;
  readonly good: boolean;
  /** What a person chose when it failed, in order. */
  readonly answers: readonly Pick<Decision, 'choice' | 'by' | 'reason' | 'at'>[];
}

/** Every outcome with what the plan says of its step, in the order of their starts. */
export function stepRecords(options: {
  plan: Plan;
  outcomes: readonly PlacedOutcome[];
  decisions: readonly Decision[];
}): StepRecord[] {
  const { plan, outcomes, decisions } = options;
  return [...outcomes]
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt))
    .map((outcome) => {
      const step = findStep({ plan, outcome });
      const good = isGood(outcome);
      return {
        ...outcome,
        title: step?.title ?? outcome.stepId,
        stepKind: step?.kind ?? 'change',
        durationMs: between({ fromAt: outcome.startedAt, toAt: outcome.endedAt }),
        good,
        answers: good ? [] : answersTo({ outcome, outcomes, decisions }),
      };
    });
}

/** Of its own phase first: phases may look at a host under one id and call it differently. */
function findStep(options: { plan: Plan; outcome: PlacedOutcome }): Step | undefined {
  const { plan, outcome } = options;
  const phases = everyPhase(plan);
  const own = phases.filter(({ id }) => id === outcome.phaseId);
  const steps = [...own, ...phases].flatMap((phase): readonly Step[] => [
    ...phase.preconditions.filter(({ host }) => host === outcome.host).map(({ probe }) => probe),
    ...stepsOn({ batches: batchesOf(phase), host: outcome.host }),
  ]);
  const last = stepsOn({ batches: [...plan.finally.always, ...plan.finally.resolved], host: outcome.host });
  return [...steps, ...last].find(({ id }) => id === outcome.stepId);
}

function batchesOf(phase: Phase): readonly Batch[] {
  return phase.serving === null ? phase.batches : [...phase.batches, phase.serving];
}

/** Decisions at this step's gate that came after this end and before the step's next one. */
function answersTo(options: {
  outcome: PlacedOutcome;
  outcomes: readonly PlacedOutcome[];
  decisions: readonly Decision[];
}): StepRecord['answers'] {
  const { outcome, outcomes, decisions } = options;
  const next = outcomes
    .filter((o) => o.stepId === outcome.stepId && o.host === outcome.host && o.endedAt > outcome.endedAt)
    .map(({ endedAt }) => endedAt)
    .sort()[0];
  return decisions
    .filter(({ about }) => about.kind === 'failure' && about.stepId === outcome.stepId && about.host === outcome.host)
    .filter(({ at }) => at >= outcome.endedAt && (next === undefined || at < next))
    .map(({ choice, by, reason, at }) => ({ choice, by, reason, at }));
}
