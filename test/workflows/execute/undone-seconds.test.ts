import { undoneSeconds } from '../../../workflows/execute/roll-back';
import { createRun } from '../../../workflows/execute/run';
import type { Effects } from '../../../workflows/execute/effects';
import { toyBatch, toyChange, toyPhase, toyPlan } from '../../support/plan';

/** A run on a clock that the test moves. */
function clocked(): { readonly run: ReturnType<typeof createRun>; readonly at: (seconds: number) => void } {
  let now = '2026-11-21T03:00:00.000Z';
  const plan = toyPlan({
    phases: ['prepare', 'stop', 'packages', 'open'].map((id) =>
      toyPhase(id, [toyBatch(['ctl1'], [toyChange(id)])], { wayBack: { kind: 'undo', phases: [] } }),
    ),
  });
  const effects = { now: () => now, show: () => undefined } as unknown as Effects;
  return {
    run: createRun({ plan, effects }),
    at: (seconds) => {
      now = new Date(Date.UTC(2026, 10, 21, 3, 0, seconds)).toISOString();
    },
  };
}

describe('what a rollback costs', () => {
  it('is told by the time that this run took for what is undone, preparations aside', () => {
    const { run, at } = clocked();
    run.journal.phase({ id: 'prepare', state: 'running' });
    at(40);
    run.journal.phase({ id: 'prepare', state: 'complete' });
    expect(undoneSeconds(run)).toEqual([]);
    run.journal.phase({ id: 'stop', state: 'running' });
    at(70);
    run.journal.phase({ id: 'stop', state: 'complete' });
    at(100);
    run.journal.phase({ id: 'packages', state: 'running' });
    at(112);
    expect(undoneSeconds(run)).toEqual(['The phases that it undoes took 42 s.']);
  });
});
