import type { OutcomeKind } from '../../../schema/outcome';
import { toyBatch, toyChange, toyPhase, toyPlan, toyProbe } from '../../support/plan';
import { hearQuestions } from './heard-questions';

const looks = (host: string): string[] => [
  'To see for yourself:',
  '```',
  `ssh ${host} sudo systemctl --failed --no-pager`,
  `ssh ${host} sudo journalctl --priority err --lines 30 --no-pager`,
  '```',
];

const nothing = { always: [], resolved: [] };

describe('the question about a failed step', () => {
  it.each<[OutcomeKind, string[]]>([
    ['notReady', ['Fix: wait for web.', ...looks('db1')]],
    ['unreachable', []],
  ])(
    'says what helps against a guard that does not hold, and not against a host that is away: %s',
    async (kind, more) => {
      const probe = toyProbe('p', { remedy: 'wait for web.' });
      const { questions } = await hearQuestions({
        plan: toyPlan({ phases: [toyPhase('stop', [toyBatch(['db1'], [probe])])], finally: nothing }),
        ends: { 'p@db1': [kind] },
        answers: ['markDone'],
      });
      expect(questions).toEqual([[`db1: look at p: ${kind}. What now?`, ...more].join('\n')]);
    },
  );

  it('says what would run nowhere without the host, and where the restore point is', async () => {
    const plan = toyPlan({
      phases: [toyPhase('stop', [toyBatch(['ctl1', 'ctl2'], [toyChange('a')]), toyBatch(['ctl1'], [toyChange('c')])])],
      finally: nothing,
    });
    const { questions, offered } = await hearQuestions({ plan, ends: { 'c@ctl1': ['failed'] }, answers: ['skip'] });
    expect(questions).toEqual([
      [
        'ctl1: c: failed. What now?',
        'leaveHostOut: these steps run on no other host and will not be done: c.',
        'The restore point is in /var/lib/openstack-upgrade/restore-points/00000000-0000-4000-8000-000000000000 on the hosts that it restores.',
        ...looks('ctl1'),
      ].join('\n'),
    ]);
    expect(offered).toEqual([['retry', 'skip', 'markDone', 'leaveHostOut', 'abort']]);
  });

  it('names what would run nowhere without the host, and not what is done', async () => {
    const plan = toyPlan({
      phases: [
        toyPhase('prepare', [toyBatch(['ctl1'], [toyChange('dumped')])]),
        toyPhase('stop', [
          toyBatch(['ctl1'], [toyChange('stopped'), toyChange('c')]),
          toyBatch(['ctl2'], [toyChange('b')]),
        ]),
        toyPhase('open', [toyBatch(['ctl1'], [toyChange('later')]), toyBatch(['ctl1', 'ctl2'], [toyChange('both')])]),
      ],
      finally: nothing,
    });
    const { questions, offered } = await hearQuestions({ plan, ends: { 'c@ctl1': ['failed'] }, answers: ['skip'] });
    expect(offered).toEqual([['retry', 'skip', 'markDone', 'leaveHostOut', 'abort']]);
    expect(questions[0]?.split('\n').filter((line) => line.startsWith('leaveHostOut'))).toEqual([
      'leaveHostOut: these steps run on no other host and will not be done: c, later.',
    ]);
  });

  it('of a later rollback names the restore point of the run that is undone: its own directory is empty', async () => {
    const plan = toyPlan({
      kind: 'rollback',
      restorePoint: '11111111-1111-4111-8111-111111111111',
      phases: [toyPhase('back-code', [toyBatch(['ctl1'], [toyChange('a')])])],
      finally: nothing,
    });
    const { questions } = await hearQuestions({ plan, ends: { 'a@ctl1': ['failed'] }, answers: ['skip'] });
    expect(questions[0]).toContain(
      'The restore point is in /var/lib/openstack-upgrade/restore-points/11111111-1111-4111-8111-111111111111 on the hosts',
    );
  });
});
