import { on } from '../../support/cloud-changes';
import { toyPlan } from '../../support/planned';
import { said } from './said';

const stack = { id: '5c1d0000-0000-4000-8000-000000000001', name: 'web', action: 'UPDATE', since: '2024-01-01' };
const other = { ...stack, id: '5c1d0000-0000-4000-8000-000000000002', name: 'db' };
const hostile = { ...stack, id: "x') OR ('1' = '1" };

const stuckOn = (stuck: (typeof stack)[], inFlight = stuck): Parameters<typeof toyPlan>[0] => ({
  change: on('db1', (host) => ({
    ...host,
    database:
      host.database === null
        ? null
        : { ...host.database, stuckWork: { heat: stuck }, workInFlight: { heat: inFlight } },
  })),
});

const waits = (toy: Parameters<typeof toyPlan>[0]): { title: string; script: string }[] =>
  toyPlan(toy).phases.flatMap(({ batches }) =>
    batches.flatMap((batch) =>
      batch.steps.flatMap((step) => (step.kind === 'probe' && step.id.startsWith('heat/work-ends') ? [step] : [])),
    ),
  );

describe('a stack that nobody works on, in a full run', () => {
  it('is accepted by its id, and not waited for; others are', () => {
    const toy = stuckOn([stack], [stack, other]);
    expect(said(toyPlan(toy))).toEqual([`warning stacks-in-progress@db1`, `warning stuck-${stack.id}@db1`]);
    const [open, closed] = waits(toy);
    expect([open?.title, closed?.title]).toEqual(Array(2).fill('no stack is in progress, but for 1 accepted as stuck'));
    expect(open?.script.split(`id NOT IN ('\\''${stack.id}'\\'')`).length).toBe(2);
    expect(open?.script).not.toContain(other.id);
  });

  it('is no reason to say that one is in progress', () => {
    expect(said(toyPlan(stuckOn([stack])))).toEqual([`warning stuck-${stack.id}@db1`]);
  });

  it('never brings into the statement what is no id', () => {
    expect(waits(stuckOn([hostile]))[0]?.script).not.toContain('OR (');
  });
});
