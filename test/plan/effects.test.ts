import { everyPhase } from '../../schema/walk-plan';
import { declaredEffects, spokenEffects } from './spoken-effects';
import { fullPlans, rollingPlans } from './toy-plans';

/** The check of a plan believes the effects. Here each is held against the command that has it, in every order there is. */
describe.each(Object.entries({ ...fullPlans, ...rollingPlans }))('the effects of %s', (_, plan) => {
  const { finally: end, ...drawn } = plan();
  const batches = [
    ...everyPhase(drawn).flatMap((phase) => [...phase.batches, ...(phase.serving === null ? [] : [phase.serving])]),
    ...end.always,
    ...end.resolved,
  ];
  const changes = batches.flatMap(({ steps }) => steps.filter((step) => step.kind === 'change'));

  it('are said by every change', () => {
    expect(changes.filter(({ effects }) => effects === undefined)).toEqual([]);
  });

  it('are what its command does, no more and no less', () => {
    const differing = changes
      .map((step) => ({ id: step.id, says: declaredEffects(step).sort(), does: spokenEffects(step).sort() }))
      .filter(({ says, does }) => says.join() !== does.join());
    expect(differing).toEqual([]);
    // The reading of commands sees something.
    expect(changes.flatMap(spokenEffects).length).toBeGreaterThan(8);
  });
});
