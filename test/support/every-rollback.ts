import { checkRollback } from '../../plan/check';
import { stepsOf, walkPhase, walkStep } from '../../plan/check/walk';
import type { CloudState } from '../../plan/cloud-state';
import type { Batch, Plan } from '../../schema/plan';

/** What is wrong with the rollback from every single step of every phase, in the order in which `order` has the batches of each. */
export function brokenRollbacks(options: {
  plan: Plan;
  before: CloudState;
  order?: (batches: readonly Batch[]) => readonly Batch[];
}): string[] {
  const { plan, before, order = (batches: readonly Batch[]) => batches } = options;
  const { kind } = plan;
  return plan.phases.flatMap((phase, index) => {
    const begun = plan.phases.slice(0, index + 1);
    const start = begun.slice(0, -1).reduce((state, one) => walkPhase({ kind, state, phase: one }).state, before);
    return stepsOf(order(phase.batches)).reduce<{ state: CloudState; found: string[] }>(
      ({ state, found }, { host, step }) => {
        const next = walkStep({ kind, state, host, step }).state;
        const problems = checkRollback({ kind, before, state: next, begun });
        const where = `back from ${phase.id}, after ${step.id}@${host}`;
        return { state: next, found: [...found, ...problems.map(({ sentence }) => `${where}: ${sentence}`)] };
      },
      { state: start, found: [] },
    ).found;
  });
}
