import type { Programs } from '../programs';
import { everyPhase } from '../schema/walk-plan';
import { type Batch, type Plan, type Program, type Step } from '../schema/plan';

/** Programs whose text stands in a script of the plan: what a person approves with it, named by digest. */
export function programsUsed(options: {
  body: Pick<Plan, 'phases' | 'restore' | 'finally'>;
  programs: Programs;
}): Program[] {
  const scripts = scriptsOf(options.body);
  return Object.values(options.programs).filter(({ text }) => scripts.some((script) => script.includes(text)));
}

function scriptsOf(body: Pick<Plan, 'phases' | 'restore' | 'finally'>): string[] {
  const phases = everyPhase(body);
  const batches: readonly Batch[] = [
    ...phases.flatMap(({ batches: own, serving }) => (serving === null ? own : [...own, serving])),
    ...body.finally.always,
    ...body.finally.resolved,
  ];
  const steps: readonly Step[] = [
    ...phases.flatMap(({ preconditions }) => preconditions.map(({ probe }) => probe)),
    ...batches.flatMap((batch) => batch.steps),
  ];
  return steps.flatMap((step) => {
    if (step.kind === 'confirm') return [];
    return step.kind === 'probe' && step.repair !== undefined ? [step.script, step.repair.step.script] : [step.script];
  });
}
