import { toyBatch, toyChange, toyPhase, toyPlan } from '../../support/plan';
import type { Choice } from '../../../schema/decision';
import { hearQuestions } from './heard-questions';
import { scripted } from './scripted-fate';
import { executeToy } from './scripted-cloud';

const undo = (id: string): ReturnType<typeof toyPhase> =>
  toyPhase(`back-${id}`, [toyBatch(['ctl1', 'ctl2'], [toyChange(`back-${id}`)])]);
const work = (id: string, parts: Parameters<typeof toyPhase>[2] = {}): ReturnType<typeof toyPhase> =>
  toyPhase(id, [toyBatch(['ctl1', 'ctl2'], [toyChange(id)])], {
    wayBack: { kind: 'undo', phases: [undo(id)] },
    ...parts,
  });

/** Prepared without anything to undo, then three phases that are undone by one each. */
const plan = toyPlan({
  phases: [work('prepare', { wayBack: { kind: 'nothing' } }), work('side'), work('code'), work('serve')],
  finally: { always: [], resolved: [toyBatch(['ctl1'], [toyChange('unlock')])] },
});

describe('the way back', () => {
  it('undoes what was begun, the last first, then everything is complete again', async () => {
    const fate = scripted({ ends: { 'code@ctl2': ['failed'] }, answers: ['rollBack'] });
    const { state, complete, starts, phases } = await executeToy({ plan, fate });
    expect({ state, complete, starts }).toEqual({
      state: 'rolledBack',
      complete: true,
      starts: [
        ...['prepare@ctl1', 'prepare@ctl2', 'side@ctl1', 'side@ctl2', 'code@ctl1', 'code@ctl2'],
        ...['back-code@ctl1', 'back-code@ctl2', 'back-side@ctl1', 'back-side@ctl2', 'unlock@ctl1'],
      ],
    });
    expect(phases.map(({ id, state: how }) => `${id} ${how}`)).toEqual([
      ...['prepare complete', 'side complete', 'code stopped', 'back-code complete', 'back-side complete'],
      'finally complete',
    ]);
  });

  it('can be chosen at a gate between two phases, and then undoes only those before it', async () => {
    const asking = toyPlan({
      ...plan,
      phases: plan.phases.map((phase) =>
        phase.id === 'serve' ? { ...phase, gate: { question: 'Serve?', automatic: false } } : phase,
      ),
    });
    const { state, starts } = await executeToy({ plan: asking, fate: scripted({ answers: ['rollBack'] }) });
    expect({ state, last: starts.slice(-5) }).toEqual({
      state: 'rolledBack',
      last: ['back-code@ctl1', 'back-code@ctl2', 'back-side@ctl1', 'back-side@ctl2', 'unlock@ctl1'],
    });
  });

  it('goes to a host again that was left out: there is something to undo there', async () => {
    const fate = scripted({
      ends: { 'side@ctl1': ['failed'], 'code@ctl2': ['failed'] },
      answers: ['leaveHostOut', 'rollBack'],
    });
    const { starts } = await executeToy({ plan, fate });
    expect(starts).toContain('back-side@ctl1');
    expect(starts).not.toContain('code@ctl1');
  });

  it('asks when an undoing step fails, and offers no second way back', async () => {
    const offered: (readonly Choice[])[] = [];
    const fate = scripted({
      ends: { 'code@ctl2': ['failed'], 'back-code@ctl1': ['failed'] },
      answers: ['rollBack', 'retry'],
    });
    const { state } = await executeToy({
      plan,
      fate: {
        ...fate,
        answer: (gate) => {
          offered.push(gate.question.choices);
          return fate.answer(gate);
        },
      },
    });
    expect(state).toBe('rolledBack');
    expect(offered.map((choices) => choices.includes('rollBack'))).toEqual([true, false]);
  });

  it.each([
    ['while only preparations were made', { ends: { 'prepare@ctl1': ['failed'] } }],
    ['beside a command that may still run', { ends: { 'code@ctl1': ['overtime'] } }],
  ] as const)('is not offered %s', async (_, { ends }) => {
    const prepared = toyPlan({
      ...plan,
      phases: plan.phases.map((phase) => ({ ...phase, altersCloud: phase.id !== 'prepare' })),
    });
    const offered: (readonly Choice[])[] = [];
    const fate = scripted({ ends });
    await executeToy({
      plan: prepared,
      fate: {
        ...fate,
        end: (call) => ({ ...fate.end(call), stillRunning: call.id === 'code@ctl1' }),
        answer: ({ question }) => {
          offered.push(question.choices);
          return 'abort';
        },
      },
    });
    expect(offered.length).toBeGreaterThan(0);
    expect(offered.flat()).not.toContain('rollBack');
  });

  it('is not offered by a run that is a rollback itself: half-way it has nothing to return to', async () => {
    const { offered } = await hearQuestions({
      plan: toyPlan({ ...plan, kind: 'rollback', restorePoint: 'earlier' }),
      ends: { 'code@ctl1': ['failed'] },
      answers: ['abort'],
    });
    expect(offered).toEqual([['retry', 'skip', 'markDone', 'leaveHostOut', 'abort']]);
  });

  it('is not offered behind a phase from which only people can restore a database', async () => {
    const restore = { kind: 'restore', schemas: ['heat'], loses: 'nothing', phases: [] } as const;
    const phases = plan.phases.map((phase) => (phase.id === 'side' ? { ...phase, wayBack: restore } : phase));
    const offered: (readonly Choice[])[] = [];
    await executeToy({
      plan: toyPlan({ ...plan, phases }),
      fate: {
        ...scripted({ ends: { 'code@ctl1': ['failed'] } }),
        answer: ({ question }) => {
          offered.push(question.choices);
          return 'abort';
        },
      },
    });
    expect(offered).toEqual([['retry', 'skip', 'markDone', 'leaveHostOut', 'abort']]);
  });

  it('stops where it is when it is cancelled, and the cloud is half-done', async () => {
    const fate = scripted({
      ends: { 'code@ctl2': ['failed'] },
      answers: ['rollBack'],
      before: ({ event, controls }) => {
        if (event === 'end back-code@ctl2') controls.cancel();
      },
    });
    const { state, complete, starts } = await executeToy({ plan, fate });
    expect({ state, complete, last: starts.at(-1) }).toEqual({
      state: 'cancelled',
      complete: false,
      last: 'back-code@ctl2',
    });
  });
});
