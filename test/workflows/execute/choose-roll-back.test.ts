import { toyBatch, toyChange, toyConfirm, toyPhase, toyPlan, toyProbe } from '../../support/plan';
import { hearQuestions } from './heard-questions';

const back = {
  ...toyPhase('back-open', [toyBatch(['lb1'], [toyChange('back-serve')])]),
  gate: { question: 'Open again?', automatic: false },
};
const preview = { host: 'db1', probe: toyProbe('what-is-lost') };
const restore = { kind: 'restore', schemas: ['heat'], phases: [] } as const;
const plan = toyPlan({
  phases: [
    toyPhase('stop', [toyBatch(['ctl1'], [toyChange('stop')])], { wayBack: { kind: 'undo', phases: [back] } }),
    toyPhase('migrate', [toyBatch(['ctl1'], [toyChange('migrate')])], {
      wayBack: { ...restore, loses: 'nothing', phases: [toyPhase('back-database', [])] },
    }),
    toyPhase('open', [toyBatch(['lb1'], [toyChange('serve'), toyConfirm('look')])], {
      gate: { question: 'Open?', automatic: false },
      preconditions: [{ host: 'ctl1', probe: toyProbe('ready') }],
      wayBack: { ...restore, loses: 'writes since opening', phases: [toyPhase('back-database', [])], preview },
    }),
  ],
  finally: { always: [], resolved: [] },
});

describe('the choice to roll back', () => {
  it('shows what users would lose before anything is undone, and asks before it opens', async () => {
    const { state, questions, offered, starts } = await hearQuestions({
      plan,
      ends: { 'serve@lb1': ['failed'] },
      answers: ['approve', 'rollBack', 'approve', 'approve'],
    });
    expect(state).toBe('rolledBack');
    expect(offered.slice(2)).toEqual([
      ['approve', 'reject'],
      ['approve', 'reject'],
    ]);
    expect(questions[2]).toMatch(/^Restore heat\? What users wrote since the dump is lost\.\n/);
    expect(questions[2]).toContain('Created since then, and lost: nothing that is listed.');
    expect(questions[3]).toBe('Open again?');
    expect(starts.slice(-2)).toEqual(['!what-is-lost@db1', 'back-serve@lb1']);
  });

  it.each<[string, Record<string, ('failed' | 'notReady')[]>, number]>([
    ['a failed step', { 'serve@lb1': ['failed'] }, 1],
    ['a check before the phase', { 'ready@ctl1': ['notReady', 'notReady'] }, 1],
    ['a step that a person does', {}, 1],
  ])('can be taken back when the loss is seen: the question before is asked again, at %s', async (_, ends) => {
    const { state, questions } = await hearQuestions({
      plan,
      ends,
      answers: ['approve', 'rollBack', 'reject', 'abort'],
    });
    expect(state).toBe('aborted');
    expect(questions).toHaveLength(4);
    expect(questions[3]?.split('\n')[0]).toBe(questions[1]?.split('\n')[0]);
  });

  it('says so where nobody can list what is lost', async () => {
    const { questions } = await hearQuestions({
      plan,
      ends: { 'serve@lb1': ['failed'], 'what-is-lost@db1': ['unreachable'] },
      answers: ['approve', 'rollBack', 'reject', 'abort'],
    });
    expect(questions[2]).toContain('db1: look at what-is-lost: unreachable. What that is, nobody has listed.');
  });

  it('asks nothing more where nobody could write, but still before users reach a restored database', async () => {
    const { questions, state } = await hearQuestions({
      plan,
      ends: { 'migrate@ctl1': ['failed'] },
      answers: ['rollBack', 'approve'],
    });
    expect([state, questions.slice(1)]).toEqual(['rolledBack', ['Open again?']]);
  });

  it('asks nothing at all where no database is restored', async () => {
    const { questions, state } = await hearQuestions({
      plan,
      ends: { 'stop@ctl1': ['failed'] },
      answers: ['rollBack'],
    });
    expect([state, questions.length]).toEqual(['rolledBack', 1]);
  });

  it('leaves the APIs closed when the person does not want them open', async () => {
    const { state, complete, starts } = await hearQuestions({
      plan,
      ends: { 'migrate@ctl1': ['failed'] },
      answers: ['rollBack', 'reject'],
    });
    expect([state, complete, starts.includes('back-serve@lb1')]).toEqual(['aborted', false, false]);
  });
});
