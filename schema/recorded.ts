import type { BeginInput, MadePlan, PackedPlan, ReportInput } from './activities';
import type { Instant } from './names';
import type { Outcome, PlacedOutcome } from './outcome';
import { everyPhase, stepsOn, type Plan } from './plan';

/**
 * What earlier releases have recorded in Temporal's histories, and tasks that they have scheduled and a newer worker
 * picks up. Each is read once, where it comes in, into the shape of today: nobody behind the border knows an old one.
 */

export type RecordedPlan = Plan;

export type RecordedMadePlan = Omit<MadePlan, 'plan'> & { readonly plan: RecordedPlan };

/** What `openstackPlan` returned: the first workers recorded plans as they are, until one was too large for Temporal. */
export type RecordedPlanning = PackedPlan | RecordedMadePlan;

/** The first workers sent the plan in it, without its runbook. */
export type RecordedBeginInput = BeginInput & { readonly plan?: RecordedPlan };

export function planOf(recorded: RecordedPlan): Plan {
  return recorded;
}

/** Outcomes of the first workers do not name their phase. */
export type RecordedReportInput = Omit<ReportInput, 'outcomes'> & {
  readonly outcomes: readonly (Outcome & { readonly phaseId?: string })[];
};

export function reportInputOf(recorded: RecordedReportInput): ReportInput {
  const { plan, phases } = recorded;
  const finallyAt = phases.find(({ id }) => id === 'finally')?.startedAt ?? null;
  return {
    ...recorded,
    outcomes: recorded.outcomes.map((outcome) => ({
      ...outcome,
      phaseId: outcome.phaseId ?? likelyPhase({ plan, outcome, finallyAt }),
    })),
  };
}

/** The first phase that has this step on this host. Tidying up repeats some: then its time tells. */
function likelyPhase(options: { plan: Plan; outcome: Outcome; finallyAt: Instant | null }): PlacedOutcome['phaseId'] {
  const { plan, outcome, finallyAt } = options;
  const { stepId, host, startedAt } = outcome;
  if (finallyAt !== null && startedAt >= finallyAt) return 'finally';
  const phase = everyPhase(plan).find(({ preconditions, batches, serving }) =>
    [
      ...preconditions.filter((bound) => bound.host === host).map(({ probe }) => probe),
      ...stepsOn({ batches: serving === null ? batches : [...batches, serving], host }),
    ].some(({ id }) => id === stepId),
  );
  return phase?.id ?? 'finally';
}
