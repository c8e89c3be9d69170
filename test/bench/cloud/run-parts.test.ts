import { secondsByPart, type PartSeconds } from '../../../bench/cloud/parts';
import { engineTime, readJobMs, spansOfRun, type RanStep } from '../../../bench/cloud/run-parts';

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 21, 3, 4, 0) + seconds * 1000).toISOString();

function step(options: {
  readonly id: string;
  readonly phase: string;
  readonly from: number;
  readonly to: number;
  readonly host?: string;
  readonly job?: string;
}): RanStep {
  const { id, phase, from, to, host = 'ctl1', job = null } = options;
  return { phaseId: phase, stepId: id, host, startedAt: at(from), endedAt: at(to), jobId: job };
}

const partsOfRun = (steps: readonly RanStep[]): PartSeconds => secondsByPart(spansOfRun({ steps, jobMs: {} }));

const whole = { fromMs: Date.parse(at(0)), toMs: Date.parse(at(30)) };

it('counts as the engine what no host spent in a command', () => {
  const steps = [
    step({ id: 'packages/install', phase: 'packages', from: 1, to: 11, job: 'job-a' }),
    step({ id: 'packages/install', phase: 'packages', from: 1, to: 9, host: 'ctl2', job: 'job-b' }),
    step({ id: 'heat/answers-heat-api-ctl1', phase: 'start', from: 12, to: 22 }),
  ];
  expect(engineTime({ whole, steps, jobMs: { 'job-a': 9500, 'job-b': 7000 } })).toEqual({
    wholeSeconds: 30,
    commandSeconds: 19.5,
    engineSeconds: 10.5,
    steps: 2,
    engineMsPerStep: 5250,
  });
});

it('names each step with what its host counted, for the file of all figures', () => {
  const steps = [
    step({ id: 'packages/install', phase: 'packages', from: 1, to: 11, job: 'job-a' }),
    step({ id: 'heat/answers-heat-api-ctl1', phase: 'start', from: 12, to: 22 }),
  ];
  expect(spansOfRun({ steps, jobMs: { 'job-a': 9500 } })).toMatchObject([
    { step: 'packages/install', host: 'ctl1', part: 'packages', commandMs: 9500 },
    { step: 'heat/answers-heat-api-ctl1', host: 'ctl1', part: 'proofs', commandMs: null },
  ]);
});

it('takes a job that its host does not list for all of its step', () => {
  const steps = [step({ id: 'heat/close', phase: 'stop', from: 0, to: 3, job: 'job-a' })];
  expect(engineTime({ whole, steps, jobMs: {} })).toMatchObject({ commandSeconds: 3 });
});

it('reads how long jobs ran from the list on their host', () => {
  const done = `step=host/quiet-apt job=f9490c88e31385aee29437554da4c0b1 rc=0 why=exit out=0 err=0 at=2026-11-30T05:02:41Z ms=340
step=restore-point/packages job=fef6f46da15f4e45060923734cd4ae9c rc=0 why=exit out=0 err=0 at=2026-11-30T05:02:43Z ms=2300
step=restore-point/configuration job=032c4e66eb40e37d98ab8e4e168c1417 rc=0 w`;
  expect(readJobMs(done)).toEqual({
    f9490c88e31385aee29437554da4c0b1: 340,
    fef6f46da15f4e45060923734cd4ae9c: 2300,
  });
});

it('knows the parts of an upgrade and of a rollback by their steps', () => {
  const upgrade = [
    ['restore-point/dump-heat-prepare', 'prepare'],
    ['heat/work-ends-open', 'stop'],
    ['heat/close', 'stop'],
    ['heat/stop-heat-api', 'stop'],
    ['database/silent-heat', 'stop'],
    ['restore-point/dump-heat-final', 'stop'],
    ['packages/install', 'packages'],
    ['heat/paste-factories', 'config'],
    ['heat/db-sync', 'database'],
    ['heat/start-heat-api', 'start'],
    ['heat/answers-heat-api-ctl1', 'start'],
    ['heat/proof-create-ctl1', 'verify'],
    ['open/serve', 'open'],
    ['packages/holds-as-before', 'finally'],
  ] as const;
  const steps = upgrade.map(([id, phase], index) => step({ id, phase, from: index, to: index + 1 }));
  expect(partsOfRun(steps)).toEqual({
    prepare: 1,
    close: 2,
    stop: 2,
    dump: 1,
    packages: 1,
    configuration: 1,
    schemas: 1,
    start: 1,
    proofs: 2,
    open: 1,
    'clean up': 1,
  });
  const rollback = [
    ['back-heat/close', 'back-close'],
    ['back-heat/stop-heat-api', 'back-close'],
    ['back/configuration-first', 'back-configuration'],
    ['rollback/silent-heat', 'back-databases'],
    ['restore-point/dump-heat-failed', 'back-databases'],
    ['rollback/restore-heat', 'back-databases'],
    ['back/packages', 'back-packages'],
    ['back/configuration', 'back-packages'],
    ['back-heat/start-heat-api', 'back-stop'],
    ['back-heat/proof-create-ctl1', 'back-stop'],
    ['back-heat/open', 'back-open'],
    ['back-all/packages', 'back-all-code'],
    ['back/versions', 'back-proof'],
  ] as const;
  expect(partsOfRun(rollback.map(([id, phase], index) => step({ id, phase, from: index, to: index + 1 })))).toEqual({
    close: 1,
    stop: 1,
    configuration: 2,
    restore: 2,
    dump: 1,
    packages: 2,
    start: 1,
    proofs: 2,
    open: 1,
  });
  const staged = [
    ['heat/lead-leaves', 'lead-leaves'],
    ['heat/stop-heat-api', 'lead-leaves'],
    ['heat/rest-open', 'lead-leaves'],
    ['packages/install', 'lead-code'],
    ['heat/paste-factories', 'lead-code'],
    ['heat/no-message-closed', 'stop'],
    ['heat/work-ends-stopped', 'stop'],
    ['packages/install', 'rest-code'],
    ['heat/start-heat-api', 'rest-joins'],
    ['join/serve-ctl2', 'rest-joins'],
    ['verify-rest/heat-api', 'verify-rest'],
  ] as const;
  expect(partsOfRun(staged.map(([id, phase], index) => step({ id, phase, from: index, to: index + 1 })))).toEqual({
    close: 3,
    stop: 1,
    open: 2,
    packages: 2,
    configuration: 1,
    start: 1,
    proofs: 1,
  });
});
