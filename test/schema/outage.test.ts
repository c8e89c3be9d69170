import { outageMs, outagesOf, settledSteps, usedUpAt, wholeOutageMs } from '../../schema/outage';
import { at } from '../support/moment';

const marks = [
  { stepId: 'heat/close', host: 'lb1', closes: ['heat'], opens: [] },
  { stepId: 'keystone/close', host: 'lb1', closes: ['keystone'], opens: [] },
  { stepId: 'keystone/open', host: 'lb1', closes: [], opens: ['keystone'] },
  { stepId: 'open/serve', host: 'lb1', closes: [], opens: ['heat'] },
  { stepId: 'back-close', host: 'lb1', closes: ['heat', 'keystone'], opens: [] },
  { stepId: 'back-open', host: 'lb1', closes: [], opens: ['heat', 'keystone'] },
];
const step = (stepId: string, seconds: number): { stepId: string; host: string; at: string } => ({
  stepId,
  host: 'lb1',
  at: at(seconds),
});
const outages = outagesOf({
  marks,
  settled: [
    step('heat/close', 10),
    step('keystone/close', 20),
    step('heat/stop', 25),
    step('keystone/open', 60),
    step('open/serve', 100),
    step('back-close', 200),
    step('back-close', 205),
  ],
});

describe('outages of a run', () => {
  it('go from the step that closes to the step that opens, each once, and the last one still lasts', () => {
    expect(outages).toEqual([
      { service: 'heat', fromAt: at(10), toAt: at(100) },
      { service: 'keystone', fromAt: at(20), toAt: at(60) },
      { service: 'heat', fromAt: at(200), toAt: null },
      { service: 'keystone', fromAt: at(200), toAt: null },
    ]);
    expect(outageMs({ outages, service: 'heat', now: at(230) })).toBe(120_000);
    expect(outageMs({ outages, service: 'glance', now: at(230) })).toBe(0);
    expect(wholeOutageMs({ outages: outages.slice(0, 2), now: at(230) })).toBe(90_000);
    expect(wholeOutageMs({ outages, now: at(230) })).toBe(120_000);
    expect(wholeOutageMs({ outages: [], now: at(230) })).toBe(0);
  });

  it.each([
    ['within the first outage', 30, at(40)],
    ['in the one that lasts, in time to come', 500, at(610)],
    ['to the second: that is not over', 90, at(200)],
    ['with the first moment', 0, at(10)],
  ])('use a budget up %s', (_, budgetSeconds, expected) => {
    expect(usedUpAt({ outages, service: 'heat', budgetSeconds })).toBe(expected);
  });

  it('that have ended within the budget have not used it up', () => {
    expect(usedUpAt({ outages: outages.slice(0, 2), service: 'keystone', budgetSeconds: 40 })).toBeNull();
    expect(usedUpAt({ outages: [], service: 'heat', budgetSeconds: 0 })).toBeNull();
  });

  it('count steps that ran well, and those that a person did, in the order in which they ended', () => {
    const outcome = { host: 'lb1', endedAt: at(7) } as const;
    const settled = settledSteps({
      outcomes: [
        { ...outcome, stepId: 'open/serve', kind: 'done', endedAt: at(9) },
        { ...outcome, stepId: 'heat/close', kind: 'failed' },
        { ...outcome, stepId: 'keystone/close', kind: 'unchanged' },
      ],
      decisions: [
        {
          about: { kind: 'confirm', phaseId: 'stop', stepId: 'heat/close', host: 'lb1' },
          choice: 'markDone',
          at: at(8),
        },
        { about: { kind: 'failure', phaseId: 'stop', stepId: 'x', host: 'lb1' }, choice: 'retry', at: at(8) },
        { about: { kind: 'drift', phaseId: 'stop' }, choice: 'markDone', at: at(8) },
      ],
    });
    expect(settled.map(({ stepId }) => stepId)).toEqual(['keystone/close', 'heat/close', 'open/serve']);
  });
});
