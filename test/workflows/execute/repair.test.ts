import { toyBatch, toyChange, toyPhase, toyPlan, toyProbe } from '../../support/plan';
import { hearQuestions } from './heard-questions';

/** A probe on the database host that the host of the administrator can do something about. */
const probe = toyProbe('empty', { repair: { host: 'ctl1', step: toyChange('mend') } });
const plan = toyPlan({
  phases: [
    toyPhase('stop', [
      toyBatch(['ctl1'], [toyChange('close')]),
      toyBatch(['db1'], [probe]),
      toyBatch(['ctl1'], [toyChange('halt')]),
    ]),
  ],
  finally: { always: [], resolved: [] },
});

describe('the answer repair', () => {
  it('runs what the plan has against it on its host, then looks again, then goes on', async () => {
    const { state, starts, questions } = await hearQuestions({
      plan,
      ends: { 'empty@db1': ['notReady'] },
      answers: ['repair'],
    });
    expect({ state, starts }).toEqual({
      state: 'completed',
      starts: ['close@ctl1', 'empty@db1', '!mend@ctl1', '!empty@db1', 'halt@ctl1'],
    });
    expect(questions[0]).toContain('\nrepair: mend, on ctl1\n');
  });

  it('is run anew each time that a person says so', async () => {
    const { state, starts } = await hearQuestions({
      plan,
      ends: { 'empty@db1': ['notReady', 'notReady'] },
      answers: ['repair', 'repair'],
    });
    expect({ state, mended: starts.filter((id) => id === '!mend@ctl1') }).toEqual({
      state: 'completed',
      mended: ['!mend@ctl1', '!mend@ctl1'],
    });
  });

  it('is a question of its own where it fails, which leaves no host out', async () => {
    const { state, starts, offered } = await hearQuestions({
      plan,
      ends: { 'empty@db1': ['notReady'], 'mend@ctl1': ['failed'] },
      answers: ['repair', 'skip'],
    });
    expect(state).toBe('completed');
    expect(offered[1]).toEqual(['retry', 'skip', 'markDone', 'abort']);
    expect(starts.slice(-2)).toEqual(['!empty@db1', 'halt@ctl1']);
  });

  it('stops the run where a person aborts in the middle of it', async () => {
    const { state, starts } = await hearQuestions({
      plan,
      ends: { 'empty@db1': ['notReady'], 'mend@ctl1': ['failed'] },
      answers: ['repair', 'abort'],
    });
    expect({ state, starts: starts.filter((id) => id.includes('halt')) }).toEqual({ state: 'aborted', starts: [] });
  });

  it('is not offered where the host was not read, nor once its own host was left out', async () => {
    const away = await hearQuestions({ plan, ends: { 'empty@db1': ['unreachable'] }, answers: ['markDone'] });
    expect(away.offered).toEqual([['wait', 'markDone', 'leaveHostOut', 'abort']]);
    const without = await hearQuestions({
      plan,
      ends: { 'close@ctl1': ['failed'], 'empty@db1': ['notReady'] },
      answers: ['leaveHostOut', 'markDone'],
    });
    expect(without.offered[1]).toEqual(['retry', 'wait', 'skip', 'markDone', 'leaveHostOut', 'abort']);
  });
});
