import type { Effect } from '../../../schema/effect';
import { toyBatch, toyChange, toyPhase, toyPlan } from '../../support/plan';
import { hearQuestions } from './heard-questions';

const set = (states: Readonly<Record<string, 'ready' | 'maint'>>): Effect[] =>
  Object.entries(states).map(([server, state]) => ({
    kind: 'rotation',
    server: server as `${string}/${string}`,
    state,
    reaches: null,
  }));

const plan = toyPlan({
  phases: [
    toyPhase('stop', [
      toyBatch(
        ['lb1'],
        [toyChange('close-heat', { effects: set({ 'heat_api/ctl1': 'maint', 'heat_api/ctl2': 'maint' }) })],
      ),
      toyBatch(
        ['lb1'],
        [toyChange('take-out', { effects: set({ 'glance_api/ctl1': 'maint', 'glance_api/ctl2': 'ready' }) })],
      ),
      toyBatch(['ctl1'], [toyChange('halt')]),
      toyBatch(
        ['lb1'],
        [toyChange('open-heat', { effects: set({ 'heat_api/ctl1': 'ready', 'heat_api/ctl2': 'maint' }) })],
      ),
      toyBatch(['ctl1'], [toyChange('look')]),
    ]),
  ],
  finally: { always: [], resolved: [] },
});

describe('a question about a failed step', () => {
  it('says which APIs the run has closed, and since when; one open server is enough to serve', async () => {
    const { questions } = await hearQuestions({
      plan,
      ends: { 'halt@ctl1': ['failed'], 'look@ctl1': ['failed'] },
      answers: ['retry', 'abort'],
    });
    expect(questions[0]).toContain('\nClosed at the load balancer: heat_api since 03:00:00 UTC.\n');
    expect(questions[1]).not.toContain('Closed at the load balancer');
  });

  it('has commands to look with', async () => {
    const unit = toyPlan({
      phases: [
        toyPhase('stop', [
          toyBatch(['ctl1'], [toyChange('halt', { effects: [{ kind: 'process', unit: 'heat-engine', runs: false }] })]),
        ]),
      ],
      finally: { always: [], resolved: [] },
    });
    const { questions } = await hearQuestions({ plan: unit, ends: { 'halt@ctl1': ['failed'] }, answers: ['abort'] });
    expect(questions[0]?.split('```')[1]?.trim().split('\n')).toEqual([
      'ssh ctl1 sudo systemctl status heat-engine --no-pager',
      'ssh ctl1 sudo journalctl --unit heat-engine --lines 50 --no-pager',
      'ssh ctl1 sudo systemctl --failed --no-pager',
    ]);
  });
});
