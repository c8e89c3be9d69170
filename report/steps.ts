import type { Decision } from '../schema/decision';
import { isGood, type PlacedOutcome } from '../schema/outcome';
import type { PlanOutline, StepOutline } from '../schema/outline';
import { between } from './durations';

/** One execution of a step on a host. A retried step has one for every generation. */
export interface StepRecord extends PlacedOutcome {
  readonly title: string;
  readonly stepKind: StepOutline['kind'];
  readonly durationMs: number;
  readonly good: boolean;
  /** What a person chose when it failed, in order. */
  readonly answers: readonly Pick<Decision, 'choice' | 'by' | 'reason' | 'at'>[];
}

/** Every outcome with what the plan says of its step, in the order of their starts. */
export function stepRecords(options: {
  plan: PlanOutline;
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
function findStep(options: { plan: PlanOutline; outcome: PlacedOutcome }): StepOutline | undefined {
  const { plan, outcome } = options;
  const own = plan.phases.filter(({ id }) => id === outcome.phaseId);
  const steps = [...own, ...plan.phases].flatMap((phase) => phase.steps);
  return [...steps, ...plan.putBack].find(({ id, hosts }) => id === outcome.stepId && hosts.includes(outcome.host));
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
