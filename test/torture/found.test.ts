import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { begin, crashJob } from './crash-job';
import { makePlace } from './crash-place';
import { whyNoCrashPoints } from './crash-points';
import { recordWay, runWithFault } from './crash-run';
import { HOST, startCrashStage, type CrashStage, type Verb } from './crash-stage';
import { faultWords, pointsOf, recordingWords, type FaultPoint } from './fault-point';
import { supervisorOf } from './host-evidence';
import { violations } from './invariants';
import { startFirst } from './scenarios/start';
import { handBack, takeOver } from './scenarios/take-over';
import { createShellHost, killSupervisor, sessionOf, SHELLS } from '../remote/jobs/shell-host';

jest.setTimeout(60_000);
const noBox = whyNoCrashPoints();
if (noBox !== null) process.stderr.write(`NOT TESTED: a disk that fails: ${noBox}\n`);
/** Where the program keeps a result while the disk takes nothing. */
const SPARE = '/run/openstack-upgrade';

/** What the torture has found, each cut down to the least that shows it. */
describe.each(SHELLS)('found by torture, in $shell', ({ path }) => {
  const mayWriteSpare = process.getuid?.() === 0;
  if (!mayWriteSpare) process.stderr.write('NOT TESTED: a stale spare result: only root may write to /run\n');

  (mayWriteSpare ? it : it.skip)('a spare result of another life of the host is not believed', async () => {
    const host = createShellHost({ path });
    const id = `stale-${String(process.pid)}`;
    const spare = join(SPARE, `${id}.rc`);
    mkdirSync(SPARE, { recursive: true });
    writeFileSync(spare, 'v1 rc=0 why=exit out=0 err=0 at=2026-01-01T00:00:00Z ms=0 end\n');
    try {
      await host.ensure({ id, script: 'sleep 60', seconds: 0 });
      await host.untilAtWork(id);
      killSupervisor({ host, id });
      process.kill(-sessionOf({ host, id }), 'SIGKILL');
      const { status } = await host.verb('follow', host.base, id, 0, 0, 20);
      expect(status?.state).toBe('INTERRUPTED_KILLED');
    } finally {
      rmSync(spare, { force: true });
      host.dispose();
    }
  });

  (noBox === null ? it : it.skip)('an exit code that the command never gave is not told', async () => {
    const place = makePlace();
    try {
      const options = { shell: path, place, scenario: startFirst };
      const point = (await recordWay(options)).points.find(
        (one) => one.syscall === 'openat' && /\/jobs\/\w+\/out$/.test(one.path),
      );
      const { history, reached } = await runWithFault({ ...options, fault: { kind: 'EIO', point: point! } });
      expect({ reached, violations: violations(history) }).toEqual({ reached: true, violations: [] });
    } finally {
      place.forget();
    }
  });

  it('a job that was cancelled before it started is never told as interrupted', async () => {
    const host = createShellHost({ path, crashAt: 'before-token' });
    try {
      await host.ensure({ id: 'early', script: 'true', seconds: 0 });
      // A canceller that has taken the token and is not yet, or never, at its result.
      writeFileSync(
        join(host.base, 'jobs', 'early', 'started'),
        'boot=of-a-canceller:1 sup=0 at=2026-01-01T00:00:00Z\n',
      );
      expect(await host.status('early')).toMatchObject({ state: 'EXITED', why: 'cancel', exitCode: 143 });
    } finally {
      host.dispose();
    }
  });

  it('what an interrupted collection has left of a job is not started, and goes with the next', async () => {
    const host = createShellHost({ path });
    try {
      const script = `echo ran >> ${host.side}`;
      await host.ensure({ id: 'done', script });
      await host.verb('ack', host.base, 'done');
      // As a release before this one left it: the tombstone, and the job without its token.
      writeFileSync(join(host.base, 'tomb/done'), host.file('jobs/done/rc'));
      for (const name of ['started', 'acked', 'rc']) rmSync(join(host.base, 'jobs/done', name));
      const { status } = await host.ensure({ id: 'done', script });
      const token = existsSync(join(host.base, 'jobs/done/started'));
      expect({ state: status?.state, token, runs: host.runs() }).toEqual({ state: 'DONE_GC', token: false, runs: 1 });
      rmSync(join(host.base, 'jobs/done/sha'));
      expect((await host.ensure({ id: 'done', script })).status?.state).toBe('DONE_GC');
      await host.verb('gc', host.base, 0);
      expect({ jobs: readdirSync(join(host.base, 'jobs')), tmp: readdirSync(join(host.base, 'tmp')) }).toEqual({
        jobs: [],
        tmp: [],
      });
    } finally {
      host.dispose();
    }
  });

  it('a job that a sleeper publishes once more, after it ran and was collected, is not started', async () => {
    const host = createShellHost({ path, crashAt: 'before-token' });
    try {
      await host.ensure({ id: 'late', script: `echo ran >> ${host.side}`, seconds: 0 });
      writeFileSync(join(host.base, 'tomb/late'), 'v1 rc=0 why=exit out=0 err=0 at=x ms=0 end\n');
      const sleeper = createShellHost({ path, base: host.base });
      await sleeper.verb('run', host.base, 'late');
      sleeper.dispose();
      expect({ state: (await host.status('late'))?.state, runs: host.runs() }).toEqual({ state: 'DONE_GC', runs: 0 });
    } finally {
      host.dispose();
    }
  });

  (noBox === null ? it : it.skip)('a person is told whose the host is, also when its disk fails', async () => {
    const place = makePlace();
    try {
      for (const scenario of [takeOver, handBack]) {
        const options = { shell: path, place, scenario };
        const { points } = await recordWay(options);
        const point = points.find((one) => one.syscall === 'fsync' && one.path === place.base);
        const { history, reached } = await runWithFault({ ...options, fault: { kind: 'EIO', point: point! } });
        expect({ reached, violations: violations(history) }).toEqual({ reached: true, violations: [] });
      }
    } finally {
      place.forget();
    }
  });

  (noBox === null ? it : it.skip)('a cancel that the disk refuses says so, to a worker and to a person', async () => {
    const place = makePlace();
    const stage = await startCrashStage({ shell: path, place, isBare: false, hasCrashPoints: false });
    try {
      const holder = crashJob({ stage, step: 'holder', mutex: 'm', body: 'sleep 300' });
      const waiting = crashJob({ stage, step: 'waiting', mutex: 'm' });
      await begin({ stage, job: holder, until: 'RUNNING' });
      await begin({ stage, job: waiting, until: 'WAITING_MUTEX' });
      await stage.powerCut(); // it is published, and nobody is at it
      const token = (pid: string): FaultPoint => {
        return { syscall: 'fsync', path: join(place.base, 'jobs', waiting.jobId, `started.${pid}`), nth: 1 };
      };
      stage.traceVerbs({ words: faultWords({ kind: 'EIO', point: token('10001') }), verbs: ['cancel'] });
      const status = await stage.controller().cancel({ host: HOST, jobId: waiting.jobId, graceSeconds: 0 });
      expect(status).toMatchObject({
        state: 'HOST_FAULT',
        text: expect.stringMatching(/Input\/output error/) as string,
      });
      stage.traceVerbs({ words: faultWords({ kind: 'EIO', point: token('20001') }), verbs: ['kill'] });
      const { said, exitCode } = await stage.person('kill', waiting.jobId, '--by', 'ana', '--reason', 'it hangs');
      expect({ said, exitCode }).toEqual({
        said: expect.stringMatching(/not completed: .*Input\/output/) as string,
        exitCode: 1,
      });
    } finally {
      stage.mend();
      await stage.stop();
      place.forget();
    }
  });

  (noBox === null ? it : it.skip)('a raise that is repeated is durable, also when the one before failed', async () => {
    const synced = await syncedBy({
      shell: path,
      verbs: ['fence'],
      act: async (stage) => {
        const request = { host: HOST, cloud: 'cedar', number: 2, by: 'ana', reason: 'a new run' };
        await stage.controller().raiseFence(request);
        return () => stage.controller().raiseFence(request);
      },
    });
    expect(synced).toEqual(['/fences/cedar', '/fences']);
  });

  (noBox === null ? it : it.skip)('written files are durable with their directories', async () => {
    const synced = await syncedBy({
      shell: path,
      verbs: ['write'],
      act: (stage) => {
        const directory = join(stage.place.base, 'runs/r1');
        const files = { 'RUNBOOK.txt': 'first\n', 'steps/1.sh': 'true\n' };
        return Promise.resolve(() => stage.controller().writeFiles({ host: HOST, directory, files }));
      },
    });
    expect(synced).toEqual(expect.arrayContaining(['/runs', '/runs/r1', '/runs/r1/steps']));
  });
});

/** In one shell only, because it lasts as long as the grace that is taken where none could be read. */
it('a job that ignores TERM ends also when the disk refused to note its grace', async () => {
  const host = createShellHost(SHELLS[0]!);
  try {
    const script = `trap '' TERM; echo ran >> ${host.side}; while :; do sleep 1; done`;
    await host.ensure({ id: 'stubborn', script, seconds: 0 });
    await host.untilRan();
    writeFileSync(join(host.base, 'jobs/stubborn/grace'), '');
    process.kill(supervisorOf({ base: host.base, jobId: 'stubborn' })!, 'SIGUSR1');
    const { status } = await host.verb('follow', host.base, 'stubborn', 0, 0, 40);
    expect(status).toMatchObject({ state: 'EXITED', why: 'cancel' });
  } finally {
    host.dispose();
  }
});

/** What is made durable below the job directory by what `act` returns, in this order. */
async function syncedBy(options: {
  readonly shell: string;
  readonly verbs: readonly Verb[];
  readonly act: (stage: CrashStage) => Promise<() => Promise<unknown>>;
}): Promise<readonly string[]> {
  const place = makePlace();
  const stage = await startCrashStage({ ...options, place, isBare: false, hasCrashPoints: false });
  try {
    const request = await options.act(stage);
    stage.traceVerbs({ words: recordingWords(), verbs: options.verbs });
    await request();
    return pointsOf({ record: stage.traced(), base: place.base })
      .filter(({ syscall }) => syscall === 'fsync')
      .map((point) => point.path.slice(place.base.length));
  } finally {
    stage.mend();
    await stage.stop();
    place.forget();
  }
}
