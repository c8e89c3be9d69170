import { toyBatch, toyChange, toyConfirm, toyPhase, toyPlan, toyProbe } from '../../support/plan';
import { scripted } from './scripted-fate';
import { executeToy } from './scripted-cloud';

/** A person does the second of three steps; another one is what the load balancer needs after the phase. */
const plan = toyPlan({
  phases: [
    toyPhase('move', [toyBatch(['lb1'], [toyChange('a'), toyConfirm('by-hand'), toyChange('b')])], {
      serving: toyBatch(['lb1'], [toyConfirm('serving')]),
    }),
    toyPhase('later', [toyBatch(['ctl1'], [toyChange('c')])]),
  ],
  finally: { always: [toyBatch(['db1'], [toyChange('x')])], resolved: [] },
});

describe('a step that a person does', () => {
  it('waits for the word that it is done, runs nothing on the host, and goes on', async () => {
    const { state, starts, owed, outcomes, decisions, phases } = await executeToy({
      plan,
      fate: scripted({ answers: ['markDone'] }),
    });
    expect({ state, starts, owed }).toEqual({
      state: 'completed',
      starts: ['a@lb1', 'b@lb1', 'c@ctl1', 'x@db1'],
      owed: [],
    });
    expect(outcomes.map(({ stepId }) => stepId)).not.toContain('by-hand');
    expect(decisions).toEqual([
      expect.objectContaining({
        about: { kind: 'confirm', phaseId: 'move', stepId: 'by-hand', host: 'lb1' },
        choice: 'markDone',
      }),
    ]);
    expect(phases.map(({ stepsDone, steps }) => `${String(stepsDone)}/${String(steps)}`)).toEqual([
      '3/3',
      '1/1',
      '2/2',
    ]);
  });

  it('stops the run when a person aborts, which may have begun: the cloud counts as altered', async () => {
    const first = toyPhase('move', [toyBatch(['lb1'], [toyConfirm('by-hand'), toyChange('b')])]);
    const { state, complete, starts } = await executeToy({
      plan: { ...plan, phases: [first] },
      fate: scripted({ answers: ['abort'] }),
    });
    expect({ state, complete, starts }).toEqual({ state: 'aborted', complete: false, starts: ['x@db1'] });
  });

  it('is withdrawn by a cancel', async () => {
    const fate = scripted({
      before: ({ event, controls }) => {
        if (event === 'end a@lb1') controls.cancel();
      },
    });
    const { state, starts, decisions } = await executeToy({ plan, fate });
    expect({ state, starts, decisions }).toEqual({ state: 'cancelled', starts: ['a@lb1', 'x@db1'], decisions: [] });
  });

  it('is owed after a later stop, because nobody but a person can put it back', async () => {
    const fate = scripted({ ends: { 'c@ctl1': ['failed'] }, answers: ['markDone', 'abort'] });
    const { state, owed } = await executeToy({ plan, fate });
    expect({ state, owed }).toEqual({
      state: 'aborted',
      owed: [{ host: 'lb1', title: 'ask for serving', command: '# For a person: Is serving done?' }],
    });
  });
});

describe('a phase that may be left out', () => {
  const last = toyPhase('remove', [toyBatch(['mq1'], [toyChange('a')])], {
    gate: { question: 'Remove it?', automatic: false, mayBeLeftOut: true },
    preconditions: [{ host: 'mq1', probe: toyProbe('unused') }],
  });
  const removing = {
    ...plan,
    phases: [last],
    finally: { always: [], resolved: [toyBatch(['ctl1'], [toyChange('y')])] },
  };

  it.each([
    ['approve', ['unused@mq1', 'a@mq1', 'y@ctl1'], 'complete'],
    ['leavePhaseOut', ['y@ctl1'], 'leftOut'],
  ] as const)('%s ends the run green', async (answer, expected, state) => {
    const end = await executeToy({ plan: removing, fate: scripted({ answers: [answer] }) });
    expect({ state: end.state, complete: end.complete, starts: end.starts, phase: end.phases[0]?.state }).toEqual({
      state: 'completed',
      complete: true,
      starts: expected,
      phase: state,
    });
  });

  it('may be left out when what it needs is not so, and nobody can wave that through', async () => {
    const offered: (readonly string[])[] = [];
    const fate = scripted({
      ends: { 'unused@mq1': ['notReady', 'notReady'] },
      answers: ['approve', 'retry', 'leavePhaseOut'],
    });
    const answer: typeof fate.answer = (gate) => {
      offered.push(gate.question.choices);
      return fate.answer(gate);
    };
    const { state, starts, phases } = await executeToy({ plan: removing, fate: { ...fate, answer } });
    expect({ state, starts, phase: phases[0]?.state }).toEqual({
      state: 'completed',
      starts: ['unused@mq1', '!unused@mq1', 'y@ctl1'],
      phase: 'leftOut',
    });
    expect(offered).toEqual([
      ['approve', 'leavePhaseOut', 'reject'],
      ['retry', 'leavePhaseOut', 'abort'],
      ['retry', 'leavePhaseOut', 'abort'],
    ]);
  });
});
