import type { ReportInput } from '../../schema/activities';
import type { PlacedOutcome } from '../../schema/outcome';
import { outlineOf } from '../../schema/outline';
import type { Change, Plan, Probe } from '../../schema/plan';
import type { InstalledVersions } from '../../report';

/** A small run that had everything: a failure, a retry, an outage, a warning, a debt. All times are of one minute. */
export const toyInput: ReportInput = {
  runId: '00000000-0000-4000-8000-000000000000',
  cloud: 'cedar',
  plan: outlineOf(toyPlan()),
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

/** `at(4.2)`: 3:00:04.2 in the night. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 10, 21, 3, 0, 0) + Math.round(seconds * 1000)).toISOString();
}

export function outcome(
  options: Pick<PlacedOutcome, 'stepId' | 'host' | 'phaseId'> &
    Partial<PlacedOutcome> & { readonly from: number; readonly to: number },
): PlacedOutcome {
  const { from, to, ...rest } = options;
  return {
    kind: 'done',
    generation: '0',
    sentence: 'done',
    exitCode: 0,
    stillRunning: false,
    startedAt: at(from),
    endedAt: at(to),
    stdoutTail: '',
    stderrTail: '',
    jobId: null,
    ...rest,
  };
}

export function toyPlan(): Plan {
  return {
    schemaVersion: 1,
    kind: 'full',
    runId: '00000000-0000-4000-8000-000000000000',
    cloud: 'cedar',
    cloudDigest: 'c'.repeat(64),
    from: 'antelope',
    to: 'bobcat',
    services: [
      { name: 'keystone', versionPackage: 'keystone', apis: ['keystone'] },
      { name: 'heat', versionPackage: 'heat-common', apis: ['heat-api', 'heat-api-cfn'] },
    ],
    hosts: [
      { name: 'ctl1', roles: ['controller'] },
      { name: 'ctl2', roles: ['controller'] },
      { name: 'db1', roles: ['database'] },
    ],
    lockHost: 'db1',
    approvers: ['ana', 'bo'],
    findings: [
      {
        id: 'disk-nearly-full@db1',
        level: 'warning',
        host: 'db1',
        text: '3 GB are free and the dumps need 2.',
        remedy: 'Free some room.',
        sources: ['R-OPS-9'],
      },
      {
        id: 'other-mains',
        level: 'note',
        host: null,
        text: 'A note.',
        remedy: 'Nothing.',
        sources: ['trap 44'],
      },
    ],
    packageSets: [
      {
        id: 'set-1',
        hosts: ['ctl1', 'ctl2'],
        packages: [
          { name: 'heat-common', installed: '1:20.0.0-0lab1', target: '1:21.0.0-0lab1' },
          { name: 'python3-new', installed: null, target: '1.0-1' },
        ],
      },
    ],
    phases: [
      phase(
        'stop',
        'Stop: services down',
        ['ctl1', 'ctl2'],
        [change('heat/stop', 'stop heat'), probe('heat/drained', 'no request is under way')],
      ),
      phase('database', 'Database: schemas', ['ctl1'], [change('heat/db-sync', 'heat-manage db_sync')]),
    ],
    finally: {
      always: [],
      resolved: [
        {
          hosts: ['ctl1', 'ctl2'],
          maxFailures: 0,
          steps: [change('host/unquiet-apt', 'let others install packages again')],
        },
      ],
    },
  };
}

function phase(
  id: string,
  title: string,
  hosts: readonly string[],
  steps: Plan['phases'][number]['batches'][number]['steps'],
): Plan['phases'][number] {
  return {
    id,
    title,
    impact: 'The API of heat is down.',
    wayBack: { kind: 'restore', schemas: [], loses: 'nothing' },
    altersCloud: true,
    preconditions: [],
    gate: null,
    batches: [{ hosts, maxFailures: 0, steps }],
    serving: null,
  };
}

function change(id: string, title: string): Change {
  return {
    kind: 'change',
    id,
    title,
    script: 'true',
    check: null,
    run: 'true',
    effects: [],
    onInterrupted: 'ask',
    timeoutSeconds: 60,
    mutex: null,
    requirements: [],
  };
}

function probe(id: string, title: string): Probe {
  return {
    kind: 'probe',
    id,
    title,
    script: 'true',
    expect: {},
    retryForSeconds: 0,
    everySeconds: 1,
    timeoutSeconds: 60,
    requirements: [],
  };
}
