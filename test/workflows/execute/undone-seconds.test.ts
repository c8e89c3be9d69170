import { rollbackLines, undoneSeconds } from '../../../workflows/execute/rollback-cost';
import { createRun } from '../../../workflows/execute/run';
import type { Effects } from '../../../workflows/execute/effects';
import { toyOutcome } from '../../support/outcome';
import { toyBatch, toyChange, toyPhase, toyPlan, toyProbe } from '../../support/plan';

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

  it('is an outage where databases are restored: longer than what this run itself took to dump, load and replace packages', () => {
    const dump = toyChange('dump', { effects: [{ kind: 'thing', thing: 'dump heat prepare', exists: true }] });
    const load = toyChange('load', { effects: [{ kind: 'thing', thing: 'loaded dump heat', exists: true }] });
    const code = toyChange('install', { effects: [{ kind: 'code', release: 'target' }] });
    const plan = toyPlan({
      kind: 'partial',
      phases: [toyPhase('prepare', [toyBatch(['db1'], [dump, load]), toyBatch(['ctl1', 'ctl2'], [code])])],
      restore: {
        from: 'prepare',
        schemas: ['heat'],
        phases: [],
        preview: { host: 'db1', probe: toyProbe('what-is-lost') },
      },
    });
    const run = createRun({ plan, effects: { show: () => undefined, now: () => '' } as unknown as Effects });
    const ended = (step: typeof dump, host: string, seconds: number): void => {
      const [startedAt, endedAt] = [0, seconds].map((at) => new Date(Date.UTC(2026, 10, 21, 3, 0, at)).toISOString());
      const outcome = toyOutcome({ stepId: step.id, host, startedAt: startedAt ?? '', endedAt: endedAt ?? '' });
      run.journal.ended({ host, step, outcome: { ...outcome, phaseId: 'prepare' } });
    };
    ended(dump, 'db1', 12);
    ended(load, 'db1', 30);
    ended(code, 'ctl1', 50);
    ended(code, 'ctl2', 95);
    expect(rollbackLines({ run, choices: ['approve', 'rollBackWithRestore'] })).toEqual([
      expect.stringMatching(
        /^rollBackWithRestore: .* Expect an outage of more than 137 s: in this run, to dump and load took 42 s, to replace packages 95 s on one host\.$/,
      ),
    ]);
    expect(rollbackLines({ run, choices: ['approve', 'rollBack'] })).toEqual([]);
  });
});
