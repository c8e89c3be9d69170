import { toyBatch, toyChange, toyConfirm, toyPhase, toyPlan, toyProbe } from '../../support/plan';
import { hearQuestions } from './heard-questions';
import { executeToy } from './scripted-cloud';
import { scripted } from './scripted-fate';

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
    const { questions, state, restored } = await hearQuestions({
      plan,
      ends: { 'stop@ctl1': ['failed'] },
      answers: ['rollBack'],
    });
    // Phases that never began restore nothing, whatever they would have done.
    expect([state, questions.length, restored]).toEqual(['rolledBack', 1, []]);
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

/** A rolling run: each phase undoes itself, and from the migration on there is another rollback, which restores. */
const restoreOpen = {
  ...toyPhase('restore-open', [toyBatch(['lb1'], [toyChange('restore-serve')])]),
  gate: { question: 'Open the restored service?', automatic: false },
};
const rolling = toyPlan({
  kind: 'partial',
  phases: (['vhosts', 'schema', 'cut-over'] as const).map((id) =>
    toyPhase(id, [toyBatch(['ctl1'], [toyChange(id)])], {
      wayBack: { kind: 'undo', phases: [toyPhase(`back-${id}`, [toyBatch(['ctl1'], [toyChange(`back-${id}`)])])] },
      ...(id === 'cut-over' ? { gate: { question: 'Let the new code serve?', automatic: false } } : {}),
    }),
  ),
  restore: {
    from: 'schema',
    schemas: ['heat'],
    preview: { host: 'db1', probe: toyProbe('what-is-lost') },
    phases: [toyPhase('restore-stop', [toyBatch(['ctl1'], [toyChange('restore-stop')])]), restoreOpen],
  },
  finally: { always: [], resolved: [] },
});

describe('the two rollbacks of a rolling run', () => {
  it('are offered beside each other once the schema is migrated, each with what it costs', async () => {
    const { offered, questions, state } = await hearQuestions({ plan: rolling, ends: {}, answers: ['approve'] });
    expect([state, offered]).toEqual(['completed', [['approve', 'reject', 'rollBack', 'rollBackWithRestore']]]);
    const lines = questions[0]?.split('\n') ?? [];
    expect(lines[1]).toMatch(
      /^rollBack: Undo every started phase, the last one first\. Users are served meanwhile and keep what they wrote\./,
    );
    expect(lines[2]).toMatch(
      /^rollBackWithRestore: Close every API, stop the services, and restore heat, .* Everything that users wrote since the dump is lost\./,
    );
  });

  it('are one before: there is nothing to restore', async () => {
    const { offered, questions } = await hearQuestions({
      plan: rolling,
      ends: { 'vhosts@ctl1': ['failed'] },
      answers: ['abort'],
    });
    expect(offered[0]).toEqual(['retry', 'skip', 'markDone', 'leaveHostOut', 'rollBack', 'abort']);
    expect(questions[0]).not.toContain('rollBackWithRestore');
  });

  it('restores by its own phases alone, after the loss is accepted and before it opens, and says what it restored', async () => {
    const { state, complete, restored, starts, questions, phases } = await hearQuestions({
      plan: rolling,
      ends: { 'cut-over@ctl1': ['failed'] },
      answers: ['approve', 'rollBackWithRestore', 'approve', 'approve'],
    });
    expect({ state, complete, restored }).toEqual({ state: 'rolledBack', complete: true, restored: ['heat'] });
    expect(starts).toEqual([
      ...['vhosts@ctl1', 'schema@ctl1', 'cut-over@ctl1'],
      ...['!what-is-lost@db1', 'restore-stop@ctl1', 'restore-serve@lb1'],
    ]);
    expect(questions[2]).toMatch(/^Restore heat\? What users wrote since the dump is lost\.\n/);
    expect(questions[2]).toContain('is in progress again, with nobody at work on it');
    expect(questions[3]).toBe('Open the restored service?');
    expect(phases.map(({ id }) => id)).toEqual([
      ...['vhosts', 'schema', 'cut-over', 'restore-stop', 'restore-open', 'finally'],
    ]);
  });

  it('goes from the one to the other where the installed code does not work with what the new one wrote', async () => {
    const { state, restored, starts, offered } = await hearQuestions({
      plan: rolling,
      ends: { 'cut-over@ctl1': ['failed'], 'back-schema@ctl1': ['failed'] },
      answers: ['approve', 'rollBack', 'rollBackWithRestore', 'approve', 'approve'],
    });
    expect({ state, restored }).toEqual({ state: 'rolledBack', restored: ['heat'] });
    expect(offered[2]).toEqual(['retry', 'skip', 'markDone', 'leaveHostOut', 'rollBackWithRestore', 'abort']);
    expect(starts.slice(3)).toEqual([
      ...['back-cut-over@ctl1', 'back-schema@ctl1', '!what-is-lost@db1', 'restore-stop@ctl1', 'restore-serve@lb1'],
    ]);
  });

  it('keeps what users wrote when the person does not accept the loss, and asks the question before again', async () => {
    const { state, restored, questions } = await hearQuestions({
      plan: rolling,
      ends: { 'cut-over@ctl1': ['failed'] },
      answers: ['approve', 'rollBackWithRestore', 'reject', 'rollBack'],
    });
    expect({ state, restored }).toEqual({ state: 'rolledBack', restored: [] });
    expect(questions[3]).toBe(questions[1]);
  });

  it('leaves the other one as long as it has changed nothing: its dump may be damaged', async () => {
    const [first, ...rest] = rolling.restore?.phases ?? [];
    if (first === undefined || rolling.restore === undefined) throw new Error('the toy plan has no restore');
    const looked = { ...first, preconditions: [{ host: 'db1', probe: toyProbe('restorable') }] };
    const { state, restored, offered, starts } = await hearQuestions({
      plan: { ...rolling, restore: { ...rolling.restore, phases: [looked, ...rest] } },
      ends: { 'cut-over@ctl1': ['failed'], 'restorable@db1': ['failed'] },
      answers: ['approve', 'rollBackWithRestore', 'approve', 'rollBack'],
    });
    expect({ state, restored }).toEqual({ state: 'rolledBack', restored: [] });
    expect(offered[3]).toEqual(['retry', 'markDone', 'rollBack', 'abort']);
    expect(starts.slice(-4)).toEqual([
      ...['restorable@db1', 'back-cut-over@ctl1', 'back-schema@ctl1', 'back-vhosts@ctl1'],
    ]);
  });

  it('has no third one: in the middle of a restore only its own steps are asked about', async () => {
    const { state, complete, offered } = await hearQuestions({
      plan: rolling,
      ends: { 'cut-over@ctl1': ['failed'], 'restore-stop@ctl1': ['failed'] },
      answers: ['approve', 'rollBackWithRestore', 'approve', 'abort'],
    });
    expect({ state, complete }).toEqual({ state: 'aborted', complete: false });
    expect(offered[3]).toEqual(['retry', 'skip', 'markDone', 'leaveHostOut', 'abort']);
  });
});

describe('what a rollback takes away', () => {
  it('is accepted kind by kind, and as one where nobody could list it', async () => {
    const heard = async (end: 'done' | 'unreachable'): Promise<readonly string[]> => {
      const warnings: string[][] = [];
      const fate = scripted({
        ends: { 'cut-over@ctl1': ['failed'], 'what-is-lost@db1': [end] },
        answers: ['approve', 'rollBackWithRestore', 'reject', 'abort'],
      });
      await executeToy({
        plan: rolling,
        fate: {
          ...fate,
          stdout: ({ id }) => (id === 'what-is-lost@db1' ? '+\tstack\t2\tshop, web\n-\tstack\t1\told\n' : ''),
          answer: (gate) => {
            if (gate.question.about.kind === 'loss') warnings.push([...gate.question.warnings]);
            return fate.answer(gate);
          },
        },
      });
      return warnings.flat();
    };
    expect(await heard('done')).toEqual(['writes-are-lost', 'lost-stacks', 'restored-stacks']);
    expect(await heard('unreachable')).toEqual(['writes-are-lost', 'losses-not-listed']);
  });
});
