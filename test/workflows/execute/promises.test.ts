import fc from 'fast-check';
import { plans } from './plans';
import { watchPromises } from './promises';
import { seeded, type Weather } from './seeded-fate';
import { executeToy } from './scripted-cloud';

const weathers: fc.Arbitrary<Weather> = fc.record({
  seed: fc.integer(),
  faultPercent: fc.constantFrom(0, 5, 20, 50),
  meddlePercent: fc.constantFrom(0, 3, 10),
  mayCancel: fc.boolean(),
});

describe('execute keeps its promises', () => {
  it('whatever fails, whoever answers, pauses or cancels, in whatever order', async () => {
    const states: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(plans, weathers, async (plan, weather) => {
        const promises = watchPromises(plan);
        const end = await executeToy({ plan, fate: seeded({ weather, promises }) });
        promises.over(end);
        states[end.state] = (states[end.state] ?? 0) + 1;
      }),
      { numRuns: 2000 },
    );
    // A generator that never aborts or completes would prove nothing.
    expect(Object.keys(states).sort()).toEqual(['aborted', 'cancelled', 'completed', 'rolledBack']);
  }, 120_000);
});
