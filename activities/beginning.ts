import type { BeginInput, PackedPlan } from '../schema/activities';
import type { Plan } from '../schema/plan';
import { planOf, type RecordedBeginInput, type RecordedMadePlan } from '../schema/recorded';
import { renderRunbook } from '../plan/render/runbook';
import { unpackPlan } from './packed-plan';

/** An approved plan at its start. */
export interface Beginning extends BeginInput {
  readonly plan: Plan;
  /** As they were approved, to the letter: what this worker would write today may be something else. */
  readonly approved: { readonly runbook: string; readonly planJson: string; readonly timesJson: string | null };
}

export function beginningOf(options: { input: RecordedBeginInput; packed: PackedPlan | undefined }): Beginning {
  const { digest, approval, workflowId } = options.input;
  const { plan, runbook, times = null } = approvedOf(options);
  const timesJson = times === null ? null : JSON.stringify(times);
  const approved = { runbook, planJson: JSON.stringify(plan), timesJson };
  return { digest, approval, workflowId, plan: planOf(plan), approved };
}

/** A task that the first workers scheduled brings its plan unpacked and no runbook: only then it is rendered here. */
function approvedOf(options: {
  input: RecordedBeginInput;
  packed: PackedPlan | undefined;
}): Pick<RecordedMadePlan, 'plan' | 'runbook' | 'times'> {
  const { input, packed } = options;
  if (packed !== undefined) return unpackPlan(packed);
  if (input.plan === undefined) throw new Error('a run begins without a plan');
  return { plan: input.plan, runbook: renderRunbook({ plan: planOf(input.plan), stories: null, times: null }) };
}
