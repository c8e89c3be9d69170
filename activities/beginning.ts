import type { BeginInput, PackedPlan } from '../schema/activities';
import type { Plan } from '../schema/plan';
import { unpackPlan } from './packed-plan';

/** An approved plan at its start. */
export type Beginning = BeginInput & { readonly plan: Plan };

export function beginningOf(options: { input: BeginInput; packed: PackedPlan | undefined }): Beginning {
  const { input, packed } = options;
  if (packed !== undefined) return { ...input, plan: unpackPlan(packed).plan };
  if (input.plan === undefined) throw new Error('a run begins without a plan');
  return { ...input, plan: input.plan };
}
