import type { ReportInput } from '../../schema/activities';
import type { PlacedOutcome } from '../../schema/outcome';
import { outlineOf } from '../../schema/outline';
import type { Change, Plan } from '../../schema/plan';
import type { InstalledVersions } from '../../report';
import { at } from './moment';
import { toyOutcome } from './outcome';
import { controllers, toyBatch, toyChange, toyPhase, toyPlan, toyProbe, toyWarning } from './plan';

/** A small run that had everything: a failure, a retry, an outage, a warning, a debt. All times are of one minute. */
export const toyInput: ReportInput = {
  runId: '00000000-0000-4000-8000-000000000000',
  cloud: 'cedar',
  plan: outlineOf(upgradedPlan()),
  digest: 'a'.repeat(64),
  state: 'completed',
  startedAt: at(0),
  endedAt: at(50),
  phases: [
    {
      id: 'stop',
      title: 'Stop: services down',
      state: 'complete',
      stepsDone: 3,
      steps: 3,
      startedAt: at(5),
      endedAt: at(15),
    },
    {
      id: 'database',
      title: 'Database: schemas',
      state: 'complete',
      stepsDone: 1,
      steps: 1,
      startedAt: at(15),
      endedAt: at(45),
    },
  ],
  outcomes: [
    outcome({ stepId: 'heat/stop', host: 'ctl1', phaseId: 'stop', from: 6, to: 9 }),
    outcome({
      stepId: 'heat/stop',
      host: 'ctl2',
      phaseId: 'stop',
      from: 6,
      to: 6.2,
      kind: 'unchanged',
      sentence: 'was stopped already',
    }),
    outcome({ stepId: 'heat/drained', host: 'ctl1', phaseId: 'stop', from: 9, to: 9.003 }),
    outcome({
      stepId: 'heat/db-sync',
      host: 'ctl1',
      phaseId: 'database',
      from: 16,
      to: 20,
      kind: 'failed',
      sentence: 'heat-manage db_sync ended with exit code 1. Nothing else runs until you decide.',
      exitCode: 1,
      stderrTail: 'ERROR: <lock wait timeout> & more\n',
    }),
    outcome({ stepId: 'heat/db-sync', host: 'ctl1', phaseId: 'database', from: 30, to: 36, generation: 'g1' }),
    outcome({ stepId: 'host/unquiet-apt', host: 'ctl1', phaseId: 'finally', from: 46, to: 47 }),
  ],
  decisions: [
    {
      gate: 'k7f3a9',
      about: { kind: 'plan', digest: 'a'.repeat(64) },
      choice: 'approve',
      by: 'ana',
      reason: 'CHG-1042',
      accept: ['disk-nearly-full@db1'],
      via: 'update',
      at: at(1),
    },
    {
      gate: 'm2x8qd',
      about: { kind: 'failure', phaseId: 'database', stepId: 'heat/db-sync', host: 'ctl1' },
      choice: 'retry',
      by: 'bo',
      reason: 'blocking query ended',
      accept: [],
      via: 'signal',
      at: at(29),
    },
  ],
  owed: [{ host: 'ctl2', title: 'the hold on heat-common', command: 'apt-mark unhold heat-common' }],
  times: {
    phases: [
      {
        id: 'stop',
        seconds: 8,
        from: { kind: 'run', runId: 'r0', endedAt: '2026-11-02T03:04:05.000Z', from: 'antelope', to: 'bobcat' },
      },
      { id: 'database', seconds: 12, from: { kind: 'sizes' } },
      { id: 'finally', seconds: 5, from: { kind: 'sizes' } },
    ],
    seconds: 25,
    rollbackSeconds: null,
    outageSeconds: 20,
    outages: [
      { service: 'keystone', apis: ['keystone'], seconds: 0, budgetSeconds: 30 },
      { service: 'heat', apis: ['heat-api'], seconds: 20, budgetSeconds: 30 },
    ],
    marks: [
      { stepId: 'heat/stop', host: 'ctl1', closes: ['heat'], opens: [] },
      { stepId: 'heat/db-sync', host: 'ctl1', closes: [], opens: ['heat'] },
    ],
    schemaBytes: { heat: 5e6 },
  },
};

export const toyInstalled: readonly InstalledVersions[] = [
  { host: 'ctl1', versions: { 'heat-common': '1:21.0.0-0lab1', 'python3-new': '1.0-1' } },
  { host: 'ctl2', versions: { 'heat-common': '1:21.0.0-0lab1' } },
];

/** heat-api away from 7.0 to 40.1 s; keystone always there. Asked once a second, three times before the first phase. */
export const toyAvailability = Array.from({ length: 48 }, (_, index) => 2 + index)
  .flatMap((second) => [
    line({ second, api: 'keystone', code: 200, ms: 12 }),
    line({ second, api: 'heat-api', code: second > 7 && second < 40 ? 503 : 200, ms: 100 }),
  ])
  .join('');

export function line(options: { second: number; api: string; code: number; ms: number }): string {
  const { second, api, code, ms } = options;
  return `${Date.parse(at(second))}\t${api}\t${String(code).padStart(3, '0')}\t${ms}\n`;
}

/** Seconds of the night instead of moments. */
export function outcome(
  options: Pick<PlacedOutcome, 'stepId' | 'host' | 'phaseId'> &
    Partial<PlacedOutcome> & { readonly from: number; readonly to: number },
): PlacedOutcome {
  const { from, to, phaseId, ...rest } = options;
  return { ...toyOutcome({ exitCode: 0, startedAt: at(from), endedAt: at(to), ...rest }), phaseId };
}

/** The plan that the run carried out. */
export function upgradedPlan(): Plan {
  const titled = (id: string, title: string): Change => toyChange(id, { title });
  return toyPlan({
    cloudDigest: 'c'.repeat(64),
    hosts: [
      { name: 'ctl1', roles: ['controller'] },
      { name: 'ctl2', roles: ['controller'] },
      { name: 'db1', roles: ['database'] },
    ],
    approvers: ['ana', 'bo'],
    findings: [
      { ...toyWarning, text: '3 GB are free and the dumps need 2.' },
      { id: 'other-mains', level: 'note', host: null, text: 'A note.', remedy: 'Nothing.', sources: ['trap 44'] },
    ],
    packageSets: [
      {
        id: 'set-1',
        hosts: controllers,
        packages: [
          { name: 'heat-common', installed: '1:20.0.0-0lab1', target: '1:21.0.0-0lab1' },
          { name: 'python3-new', installed: null, target: '1.0-1' },
        ],
      },
    ],
    phases: [
      toyPhase(
        'stop',
        [
          toyBatch(controllers, [
            titled('heat/stop', 'stop heat'),
            toyProbe('heat/drained', { title: 'no request is under way' }),
          ]),
        ],
        { title: 'Stop: services down', impact: 'The API of heat is down.' },
      ),
      toyPhase('database', [toyBatch(['ctl1'], [titled('heat/db-sync', 'heat-manage db_sync')])], {
        title: 'Database: schemas',
        impact: 'The API of heat is down.',
      }),
    ],
    finally: {
      always: [],
      resolved: [toyBatch(controllers, [titled('host/unquiet-apt', 'let others install packages again')])],
    },
  });
}
