import { faultOf } from '../../lab/faults/fail-step';
import type { Plan } from '../../schema/plan';
import { boundId } from '../../schema/step-name';
import { drillStates, tellingStates } from '../support/drill-states';
import { toyPartialPlan, toyPlan } from '../support/planned';

const staged = (): Plan => toyPlan({ request: { options: { full: { order: 'staged' } } } });

function boundSteps(plan: Plan, kinds: readonly string[]): string[] {
  return plan.phases.flatMap(({ batches }) =>
    batches.flatMap(({ hosts, steps }) =>
      steps
        .filter(({ kind }) => kinds.includes(kind))
        .flatMap(({ id }) => hosts.map((host) => boundId({ stepId: id, host }))),
    ),
  );
}

describe('the states that a drill fails in', () => {
  it.each<[string, () => Plan]>([
    ['all at once', () => toyPlan({})],
    ['in stages', staged],
    ['rolling', () => toyPartialPlan({})],
  ])('hold every step of a plan once, and the end of every change: %s', (_, draw) => {
    const plan = draw();
    const states = drillStates(plan.phases);
    const steps = boundSteps(plan, ['change', 'probe']);
    expect(states.flatMap((state) => state.steps).toSorted()).toEqual(steps.toSorted());
    expect(
      states
        .map(({ words }) => words)
        .filter((words) => words.endsWith(':after'))
        .toSorted(),
    ).toEqual(
      boundSteps(plan, ['change'])
        .map((words) => `${words}:after`)
        .toSorted(),
    );
    expect(new Set(states.map(({ words }) => words)).size).toBe(states.length);
    // What a state is made by is a step of the plan.
    const made = states.map(({ words }) => faultOf(words)).map(({ stepId, host }) => `${stepId}@${host ?? ''}`);
    expect(made.filter((one) => !steps.includes(one))).toEqual([]);
    expect(states.length).toBeLessThan(steps.length);
  });

  it('take a check for the state that the change before it has left, and a phase for a state of its own', () => {
    const states = drillStates(toyPlan({}).phases);
    const of = (words: string): readonly string[] | undefined => states.find((one) => one.words === words)?.steps;
    expect(of('packages/no-auto-start@ctl1')).toEqual(['packages/no-auto-start@ctl1', 'packages/no-auto-start@ctl2']);
    expect(of('packages/install@ctl1:after')).toEqual(['packages/still-stopped@ctl1', 'packages/hold-new@ctl1']);
    expect(of('heat/db-sync@ctl1:after')).toEqual([]);
  });

  it('come in the order of what a wrong rollback would cost: preparations last', () => {
    const words = drillStates(staged().phases).map((state) => state.words);
    const place = (one: string): number => words.indexOf(one);
    expect(place('heat/db-sync@ctl1:after')).toBeGreaterThanOrEqual(0);
    expect(place('heat/db-sync@ctl1:after')).toBeLessThan(place('packages/no-auto-start@ctl1:after'));
    expect(place('packages/no-auto-start@ctl1:after')).toBeLessThan(place('packages/fetch@ctl1:after'));
    expect(words.at(-1)).toMatch(/^(?:restore-point|prepare|packages|canary|heat)\//);
  });

  it('are, of a rolling run, the migrated schema, the cut-over, the last packages and the last host that joins', () => {
    expect(tellingStates(toyPartialPlan({}).phases).map(({ words }) => words)).toEqual([
      'heat/db-sync@ctl1:after',
      'cut-over/serve@lb1:after',
      'packages/install@ctl2:after',
      'last/serve@lb1:after',
    ]);
  });
});
