import type { Choice } from '../../../schema/decision';
import type { Effect } from '../../../schema/effect';
import { toyBatch, toyChange, toyPhase, toyPlan, toyProbe } from '../../support/plan';
import { hearQuestions } from './heard-questions';

const schemaAt = (at: 'before' | 'target'): readonly Effect[] => [
  { kind: 'schema', service: 'heat', schema: 'heat', at },
];
const dumped: readonly Effect[] = [{ kind: 'thing', thing: 'dump heat final', exists: true }];
const undo = toyPhase('back-database', [
  toyBatch(['db1'], [toyChange('restore', { effects: schemaAt('before'), confirmation: 'restored?' })]),
]);
const plan = toyPlan({
  phases: [
    toyPhase(
      'stop',
      [
        toyBatch(['ctl1', 'ctl2'], [toyChange('close')]),
        toyBatch(['ctl1'], [toyProbe('silent', { proves: [{ kind: 'silent', service: 'heat' }] })]),
        toyBatch(['db1'], [toyChange('dump', { effects: dumped, confirmation: 'dumped?' })]),
      ],
      { wayBack: { kind: 'undo', phases: [] } },
    ),
    toyPhase(
      'packages',
      [
        toyBatch(
          ['ctl1', 'ctl2'],
          [toyChange('install', { effects: [{ kind: 'code', release: 'target' }], confirmation: 'installed?' })],
        ),
      ],
      { wayBack: { kind: 'undo', phases: [] } },
    ),
    toyPhase(
      'database',
      [toyBatch(['ctl1'], [toyChange('migrate', { effects: schemaAt('target'), confirmation: 'migrated?' })])],
      { wayBack: { kind: 'restore', schemas: ['heat'], loses: 'nothing', phases: [undo] } },
    ),
    toyPhase('start', [toyBatch(['ctl1', 'ctl2'], [toyChange('start')])], {
      wayBack: { kind: 'restore', schemas: ['heat'], loses: 'nothing', phases: [undo] },
    }),
  ],
  finally: { always: [], resolved: [] },
});

describe('a step on which later ones rest', () => {
  it.each<[string, string, readonly Choice[]]>([
    ['the dump that a rollback restores', 'dump@db1', ['retry', 'markDone', 'rollBack', 'abort']],
    ['silence', 'silent@ctl1', ['retry', 'rollBack', 'abort']],
    ['the packages of a host that migrates later', 'install@ctl1', ['retry', 'markDone', 'rollBack', 'abort']],
    ['the packages of another host', 'install@ctl2', ['retry', 'markDone', 'leaveHostOut', 'rollBack', 'abort']],
    ['a migration', 'migrate@ctl1', ['rollBack', 'markDone', 'retry', 'abort']],
    ['no such step', 'start@ctl1', ['retry', 'skip', 'markDone', 'leaveHostOut', 'rollBack', 'abort']],
  ])('cannot be skipped: %s', async (_, failing, choices) => {
    const { offered } = await hearQuestions({ plan, ends: { [failing]: ['failed'] }, answers: ['abort'] });
    expect(offered).toEqual([choices]);
  });

  it.each<[string, Effect, readonly Choice[]]>([
    ['a dump', { kind: 'thing', thing: 'dump heat final', exists: true }, ['retry', 'markDone', 'abort']],
    ['a loaded dump', { kind: 'thing', thing: 'loaded dump heat', exists: true }, ['retry', 'markDone', 'abort']],
    ['a migration', { kind: 'schema', service: 'heat', schema: 'heat', at: 'target' }, ['markDone', 'retry', 'abort']],
    ['a restore', { kind: 'schema', service: 'heat', schema: 'heat', at: 'before' }, ['retry', 'markDone', 'abort']],
    ['new packages', { kind: 'code', release: 'target' }, ['retry', 'markDone', 'leaveHostOut', 'abort']],
    [
      'a guard',
      { kind: 'thing', thing: 'guard: holds', exists: true },
      ['retry', 'skip', 'markDone', 'leaveHostOut', 'abort'],
    ],
  ])('offers only what does no harm: %s', async (_what, effect, choices) => {
    const step = toyChange('a', { effects: [effect], confirmation: 'done?' });
    const { offered, questions } = await hearQuestions({
      plan: toyPlan({ phases: [toyPhase('stop', [toyBatch(['ctl1', 'ctl2'], [step], 1)])], finally: plan.finally }),
      ends: { 'a@ctl1': ['failed'], 'a@ctl2': ['failed'] },
      answers: ['abort', 'abort'],
    });
    expect(offered.at(-1)).toEqual(choices);
    const [at, question] = [effect.kind === 'schema' ? effect.at : null, questions.at(-1)];
    expect(question?.includes('retry: the migration runs again on what it left. Compare')).toBe(at === 'target');
    expect(question?.includes('retry: the restore starts from its beginning.')).toBe(at === 'before');
  });

  it('is done by a word of a person only where its own check says so, too', async () => {
    const { state, offered, questions, starts } = await hearQuestions({
      plan,
      ends: { 'migrate@ctl1': ['failed'], 'migrate/confirmation@ctl1': ['notReady'] },
      answers: ['markDone', 'markDone'],
    });
    expect(state).toBe('completed');
    expect(starts.filter((id) => id.includes('migrate'))).toEqual([
      'migrate@ctl1',
      '!migrate/confirmation@ctl1',
      '!migrate/confirmation@ctl1',
    ]);
    expect(offered).toEqual([
      ['rollBack', 'markDone', 'retry', 'abort'],
      ['rollBack', 'markDone', 'retry', 'abort'],
    ]);
    expect(questions[1]).toContain('ctl1: whether it is done: migrate');
  });

  it('takes nobody at their word where nothing can tell, as of a migration that runs again without harm', async () => {
    const unseen = toyPlan({
      ...plan,
      phases: [
        toyPhase('database', [toyBatch(['ctl1'], [toyChange('migrate', { effects: schemaAt('target') })])], {
          wayBack: { kind: 'restore', schemas: ['heat'], loses: 'nothing', phases: [undo] },
        }),
      ],
    });
    const { offered } = await hearQuestions({
      plan: unseen,
      ends: { 'migrate@ctl1': ['failed'] },
      answers: ['abort'],
    });
    expect(offered).toEqual([['rollBack', 'retry', 'abort']]);
  });

  it('stays what is known of it where nobody can look: a command that may still run is not started beside itself', async () => {
    const { offered } = await hearQuestions({
      plan,
      ends: { 'migrate@ctl1': ['unreachable'], 'migrate/confirmation@ctl1': ['unreachable'] },
      answers: ['markDone', 'abort'],
    });
    expect(offered).toHaveLength(2);
    expect(offered.flat()).not.toContain('retry');
    expect(offered[1]).toEqual(offered[0]);
  });

  it('rolls a failed migration back by restoring what the plan names, and says so', async () => {
    const { state, restored, starts } = await hearQuestions({
      plan,
      ends: { 'migrate@ctl1': ['failed'] },
      answers: ['rollBack'],
    });
    expect({ state, restored, last: starts.at(-1) }).toEqual({
      state: 'rolledBack',
      restored: ['heat'],
      last: 'restore@db1',
    });
  });

  it('offers no host to be left out that alone restores', async () => {
    const { offered } = await hearQuestions({
      plan,
      ends: { 'migrate@ctl1': ['failed'], 'restore@db1': ['failed', 'unreachable'] },
      answers: ['rollBack', 'retry', 'abort'],
    });
    expect(offered.slice(1)).toEqual([
      ['retry', 'markDone', 'abort'],
      ['wait', 'markDone', 'abort'],
    ]);
  });
});
