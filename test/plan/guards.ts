import { undoPhasesOf } from '../../schema/walk-plan';
import { type Plan, type Probe, type UndoPhase } from '../../schema/plan';

/** A probe that holds a rolling run up, with every phase that looks. */
export interface Guard {
  readonly probe: Probe;
  /** It is looked at before these phases start, or in the middle of them. */
  readonly before: boolean;
  readonly phases: readonly string[];
}

/** Every guard of a plan, once: probes with the same remedy are the same guard at other places. */
export function guardsOf(plan: Pick<Plan, 'phases'>): Guard[] {
  const back = plan.phases.flatMap(({ wayBack }) => undoPhasesOf(wayBack));
  const all = [...plan.phases, ...back].flatMap((phase) => [
    ...phase.preconditions.map(({ probe }) => ({ probe, before: true, phase: phase.id })),
    ...probesIn(phase).map((probe) => ({ probe, before: false, phase: phase.id })),
  ]);
  return [...new Set(all.map(({ probe }) => keyOf(probe)))].map((key) => {
    const same = all.filter(({ probe }) => keyOf(probe) === key);
    const [first] = same;
    if (first === undefined) throw new Error(`no guard ${key}`);
    return { ...first, phases: [...new Set(same.map(({ phase }) => phase))] };
  });
}

function probesIn({ batches }: UndoPhase): Probe[] {
  return batches.flatMap(({ steps }) => steps.filter((step) => step.kind === 'probe'));
}

function keyOf({ id, remedy }: Probe): string {
  return remedy ?? id;
}
