import { join } from 'node:path';
import type { Gate } from '../../../schema/decision';
import type { PhaseStatus, RunStatus } from '../../../schema/status';
import { renderDetails } from '../../../workflows/desk/details';
import { expectGolden } from '../../support/golden';

const golden = (name: string): string => join(__dirname, 'golden', `${name}.md`);
const at = (time: string): string => `2026-11-21T${time}.000Z`;

const phase = (id: string, title: string, parts: Partial<PhaseStatus>): PhaseStatus => ({
  id,
  title,
  state: 'waiting',
  stepsDone: 0,
  steps: 12,
  startedAt: null,
  endedAt: null,
  ...parts,
});

const running: RunStatus = {
  runId: '00000000-0000-4000-8000-000000000000',
  cloud: 'cedar',
  kind: 'full',
  from: 'antelope',
  to: 'bobcat',
  services: ['keystone', 'heat'],
  state: 'running',
  digest: 'd1ge57',
  fence: 7,
  startedAt: at('03:00:00'),
  phases: [
    phase('prepare', 'Prepare: restore point, packages, canaries', {
      state: 'complete',
      stepsDone: 12,
      startedAt: at('03:04:05'),
      endedAt: at('03:09:00'),
    }),
    phase('stop', 'Stop: APIs closed, services stopped and locked, last dump', {
      state: 'running',
      stepsDone: 3,
      steps: 9,
      startedAt: at('03:09:01'),
    }),
    phase('database', 'Database: schemas, one after the other', { steps: 4 }),
    phase('finally', 'Finally: clean up', { steps: 7 }),
  ],
  running: [
    { step: 'heat/stop-heat-engine@ctl1', host: 'ctl1', title: 'stop and lock heat-engine', since: at('03:09:10') },
    { step: 'heat/stop-heat-engine@ctl2', host: 'ctl2', title: 'stop and lock heat-engine', since: at('03:09:11') },
  ],
  gates: [],
  decisions: [],
  pausedBy: null,
  ignored: [],
  owed: [],
};

const planGate: Gate = {
  code: 'k7f3a9',
  about: { kind: 'plan', digest: 'd1ge57' },
  question: [
    'Upgrade keystone, heat on cedar from antelope to bobcat?',
    '',
    'Warnings, each to be accepted by its id:',
    '',
    '- disk-nearly-full@db1: db1 has 2.1 GB left.',
    '',
    '1. Prepare: restore point, packages, canaries. None: every API serves.',
  ].join('\n'),
  choices: ['approve', 'reject'],
  accept: ['disk-nearly-full@db1'],
  openedAt: at('03:01:00'),
};

const failureGate: Gate = {
  code: 'q2m8xz',
  about: { kind: 'failure', phaseId: 'stop', stepId: 'heat/stop-heat-engine', host: 'ctl2' },
  question:
    'ctl2: stop and lock heat-engine: exited 1: Job timed out. What now?\nThe restore point is in /var/lib/openstack-upgrade/restore-points/0000 on the hosts that it restores.',
  choices: ['retry', 'skip', 'markDone', 'leaveHostOut', 'abort'],
  accept: [],
  openedAt: at('03:12:00'),
};

const confirmGate: Gate = {
  ...failureGate,
  about: { kind: 'confirm', phaseId: 'stop', stepId: 'cut-over/serve', host: 'ctl1' },
  question:
    'On every load balancer: requests go to ctl1. Is it so?\n\n- heat-api: requests to ctl1 (192.0.2.11:8004); none to ctl2 (192.0.2.12:8004)',
  choices: ['markDone', 'abort'],
};

const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

describe('the living page', () => {
  it('shows options of commands as code: the UI draws two hyphens as one dash', () => {
    const gate = {
      ...failureGate,
      question: 'ctl1: heat-manage --config-file /etc/heat/heat.conf db_sync: exited 1: it ended with 1. What now?',
    };
    const page = renderDetails({ status: { ...running, gates: [gate] }, sentence: '' });
    expect(page).toContain('> ctl1: heat-manage `--config-file` /etc/heat/heat.conf db_sync: exited 1');
  });

  it.each<[string, RunStatus, string]>([
    [
      'plan-gate',
      { ...running, state: 'waitingForApproval', phases: [], running: [], gates: [planGate] },
      'Read the runbook (query `plan`), then answer. Plan d1ge57.',
    ],
    ['running', running, ''],
    ['failure', { ...running, state: 'waitingForDecision', running: [running.running[0]!], gates: [failureGate] }, ''],
    ['by-hand', { ...running, state: 'waitingForDecision', running: [], gates: [confirmGate] }, ''],
    [
      'aborted',
      {
        ...running,
        state: 'aborted',
        phases: running.phases.map((one) => ({ ...one, state: 'stopped' as const })),
        running: [],
        ignored: ['There is no open gate "xxxxxx". No gate is open now: there is nothing to answer.'],
        owed: [{ host: 'ctl1', title: 'packages may be upgraded again', command: 'apt-mark unhold heat-api' }],
      },
      'cedar: keystone, heat: aborted between antelope and bobcat; the cloud is half-done and its guards stay.',
    ],
    [
      'over-budget',
      {
        ...running,
        phases: running.phases.map((one, index) => ({ ...one, expectedSeconds: [290, 600, 240, 8][index]! })),
        outages: [
          {
            service: 'keystone',
            expectedSeconds: 62,
            budgetSeconds: null,
            closedSince: at('03:10:30'),
            closedSeconds: 90,
            measuredSeconds: null,
            overBudget: false,
            overBudgetSince: null,
          },
          {
            service: 'heat',
            expectedSeconds: 85,
            budgetSeconds: 60,
            closedSince: at('03:09:20'),
            closedSeconds: 160,
            measuredSeconds: null,
            overBudget: true,
            overBudgetSince: at('03:10:20'),
          },
          {
            service: 'glance',
            expectedSeconds: 0,
            budgetSeconds: 0,
            closedSince: null,
            closedSeconds: 0,
            measuredSeconds: 0.6,
            overBudget: true,
            overBudgetSince: null,
          },
        ],
      },
      '',
    ],
    ['paused', { ...running, state: 'paused', pausedBy: 'ana (looking at the logs)' }, ''],
  ])('%s reads as its golden file', (name, status, sentence) => {
    expectGolden({ file: golden(name), text: `${renderDetails({ status, sentence })}\n` });
  });

  it('shows all of a question about a plan for which there is room, and less of it where there is not', () => {
    const note = '- others-pinned: Two packages stay.';
    const page = (warnings: number): string => {
      const accept = Array.from({ length: warnings }, (_, index) => `disk-nearly-full@db${String(index)}`);
      const gate = { ...planGate, accept, question: `Upgrade?\n${'x'.repeat(2500)}\n${note}` };
      return renderDetails({ status: { ...running, phases: [], running: [], gates: [gate] }, sentence: '' });
    };
    expect(page(1)).toContain(note);
    const crowded = page(60);
    expect(crowded).not.toContain(note);
    expect(crowded).toContain('"gate": "k7f3a9"');
    expect(bytes(crowded)).toBeLessThan(4096);
  });

  it('stays below 4 KB and keeps the gate, however much there is to say', () => {
    const long = 'x'.repeat(5000);
    const crowd: RunStatus = {
      ...running,
      gates: Array.from({ length: 40 }, (_, index) => ({
        ...failureGate,
        code: `code${String(index)}`,
        question: long,
      })),
      phases: Array.from({ length: 30 }, (_, index) => phase(`p${String(index)}`, `Phase ${'é'.repeat(200)}`, {})),
      running: Array.from({ length: 500 }, (_, index) => ({
        ...running.running[0]!,
        step: `step${String(index)}@ctl1`,
      })),
      owed: Array.from({ length: 900 }, () => ({ host: 'ctl1', title: long, command: long })),
      ignored: [long],
    };
    const page = renderDetails({ status: crowd, sentence: long });
    expect(bytes(page)).toBeLessThanOrEqual(4096);
    expect(page).toContain('"gate": "code0"');
    expect(page).toContain('press R');
  });

  it('names hosts with the release before, six of them', () => {
    const remains = [1, 2, 3, 4, 5, 6, 7].map(
      (number) => `ceilometer on cmp${String(number)} is still at 20, and not at 21`,
    );
    const page = renderDetails({ status: { ...running, remains }, sentence: '' });
    expect(page).toContain('**Not done yet**\n\n- ceilometer on cmp1 is still at 20, and not at 21\n');
    expect(page).toContain('- ceilometer on cmp6 is still at 20, and not at 21\n- …and 1 more');
  });

  it('keeps a JSON to paste whole when forty warnings must be accepted', () => {
    const accept = Array.from(
      { length: 40 },
      (_, index) => `disk-nearly-full-below-var-lib@controller${String(index)}`,
    );
    const gate = { ...planGate, accept, question: `Upgrade?\n${accept.map((id) => `- ${id}: text`).join('\n')}` };
    const page = renderDetails({ status: { ...running, gates: [gate] }, sentence: '' });
    expect(bytes(page)).toBeLessThanOrEqual(4096);
    const json: unknown = JSON.parse(/```json\n(.*?)\n```/s.exec(page)![1]!);
    expect(json).toEqual({ gate: 'k7f3a9', by: '', reason: '', accept });
  });
});
