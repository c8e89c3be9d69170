import type { Decision } from '../schema/decision';
import type { Instant } from '../schema/names';
import { isGood, type Outcome } from '../schema/outcome';
import { everyPhase, stepsOn, type Batch, type Phase, type Plan, type Step } from '../schema/plan';
import { between } from './durations';

/** One execution of a step on a host. A retried step has one for every generation. */
export interface StepRecord extends Outcome {
  /** Of the plan; `finally` for what ran when everything else had settled. */
  readonly phaseId: string;
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
  outcomes: readonly Outcome[];
  decisions: readonly Decision[];
  /** When the run began to tidy up, null while it has not. */
  finallyAt: Instant | null;
}): StepRecord[] {
  const { plan, outcomes, decisions, finallyAt } = options;
  return [...outcomes]
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt))
    .map((outcome) => {
      const found = findStep({ plan, outcome });
      const good = isGood(outcome);
      return {
        ...outcome,
        // Tidying up repeats a phase's own step (the load balancer's state): its time tells the two apart.
        phaseId: finallyAt !== null && outcome.startedAt >= finallyAt ? 'finally' : (found?.phaseId ?? 'finally'),
        title: found?.step.title ?? outcome.stepId,
        stepKind: found?.step.kind ?? 'change',
        durationMs: between({ fromAt: outcome.startedAt, toAt: outcome.endedAt }),
        good,
        answers: good ? [] : answersTo({ outcome, outcomes, decisions }),
      };
    });
}

function findStep(options: { plan: Plan; outcome: Outcome }): { phaseId: string; step: Step } | undefined {
  const { plan, outcome } = options;
  const places = [
    ...everyPhase(plan).map((phase) => ({ phaseId: phase.id, batches: batchesOf(phase), probes: phase.preconditions })),
    { phaseId: 'finally', batches: [...plan.finally.always, ...plan.finally.resolved], probes: [] },
  ];
  for (const { phaseId, batches, probes } of places) {
    const steps: readonly Step[] = [
      ...probes.filter(({ host }) => host === outcome.host).map(({ probe }) => probe),
      ...stepsOn({ batches, host: outcome.host }),
    ];
    const step = steps.find(({ id }) => id === outcome.stepId);
    if (step !== undefined) return { phaseId, step };
  }
  return undefined;
}

function batchesOf(phase: Phase): readonly Batch[] {
  return phase.serving === null ? phase.batches : [...phase.batches, phase.serving];
}

/** Decisions at this step's gate that came after this end and before the step's next one. */
function answersTo(options: {
  outcome: Outcome;
  outcomes: readonly Outcome[];
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
