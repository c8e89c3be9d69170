import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createJobs,
  type JobProgress,
  type JobResult,
  type Jobs,
  type RemoteHost,
  type RunRequest,
  type Transport,
} from '../../../remote';
import { collector, sha256 } from './byte-collector';
import { startCuttingProxy, type CuttingProxy } from '../ssh/cutting-proxy';
import { startSshd, type Sshd } from '../ssh/sshd';
import { TRANSPORTS } from '../ssh/transports-under-test';
import type { WorkerOrder } from './watching-worker';

jest.setTimeout(60_000);
for (const { name, missing } of TRANSPORTS)
  if (missing !== null) process.stderr.write(`NOT TESTED: durable jobs over SSH by ${name}: ${missing}\n`);
const never = new AbortController().signal;

/** Jest refuses an empty table, so what is missing is in it, skipped. */
describe.each(TRANSPORTS)('a durable job over SSH by $name', ({ name: transportName, create, missing }) => {
  if (missing !== null) {
    it.skip(missing, () => undefined);
    return;
  }
  let sshd: Sshd;
  let proxy: CuttingProxy;
  let direct: Transport;
  let cutting: Transport;
  let jobs: Jobs;
  let shaky: Jobs;
  let base = '';

  const proxied = (): RemoteHost => sshd.host({ port: proxy.port, knownHostsFile: join(sshd.directory, 'proxied') });
  const throughProxy = (): Transport =>
    create({
      hosts: [proxied()],
      times: { longestPauseSeconds: 0.05, keepaliveSeconds: 0.2, keepaliveMisses: 2, connectSeconds: 1 },
    });
  const request = (stepId: string, script: string, more: Partial<RunRequest> = {}): RunRequest => {
    return { host: 'ctl1', runId: 'r1', stepId, generation: '0', script, timeoutSeconds: 60, signal: never, ...more };
  };
  const side = (name: string): string => join(sshd.directory, `side-${name}`);
  const runsOf = (name: string): number => readFileSync(side(name), 'utf8').split('\n').length - 1;

  beforeAll(async () => {
    sshd = await startSshd();
    proxy = await startCuttingProxy({ targetPort: sshd.port });
    writeFileSync(join(sshd.directory, 'proxied'), `[127.0.0.1]:${String(proxy.port)} ${sshd.hostKey}\n`);
    base = join(sshd.directory, 'jobs');
    direct = create({ hosts: [sshd.host()] });
    cutting = throughProxy();
    jobs = createJobs({ transport: direct, base });
    shaky = createJobs({ transport: cutting, base });
  });
  afterEach(() => {
    proxy.blackHole(false);
  });
  afterAll(async () => {
    await Promise.all([direct.close(), cutting.close()]);
    await proxy.stop();
    await sshd.stop();
  });

  it('returns everything about its end', async () => {
    const result = await jobs.run(request('end', 'echo "$OSU_HOST $OSU_STEP"; echo oops >&2; exit 3'));
    expect(result).toEqual({
      jobId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      kind: 'exited',
      exitCode: 3,
      why: 'exit',
      stdoutTail: 'ctl1 end\n',
      stderrTail: 'oops\n',
      stdoutBytes: 9,
      stderrBytes: 5,
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      durationMs: expect.any(Number) as number,
    });
    expect(await jobs.ack({ host: 'ctl1', jobId: result.jobId })).toMatchObject({ state: 'EXITED', exitCode: 3 });
  });

  it('hands on binary output byte by byte, and reads it again', async () => {
    const content = randomBytes(3_000_000);
    writeFileSync(join(sshd.directory, 'content'), content);
    const output = collector();
    const script = `cat ${sshd.directory}/content; printf '\\000\\377' >&2`;
    const result = await jobs.run(request('binary', script, { onOutput: output.take }));
    const again = createHash('sha256');
    const read = await jobs.readOutput({
      host: 'ctl1',
      jobId: result.jobId,
      stream: 'out',
      onBytes: (b) => again.update(b),
    });
    expect([output.hash('out'), output.hash('err'), again.digest('hex'), read.bytes]).toEqual([
      sha256(content),
      sha256(Buffer.from([0, 255])),
      sha256(content),
      content.length,
    ]);
  });

  it('finds the job again after the network was silent', async () => {
    const waiting = shaky.run(
      request('silent', `echo ran >> ${side('silent')}; echo a; sleep 1; echo b`, {
        onProgress: once(({ started }) => {
          if (started) proxy.blackHole(true);
          if (started) setTimeout(() => proxy.blackHole(false), 900);
          return started;
        }),
      }),
    );
    expect(await waiting).toMatchObject({ kind: 'exited', exitCode: 0, stdoutTail: 'a\nb\n' });
    expect(runsOf('silent')).toBe(1);
  });

  it('goes on when sshd is restarted', async () => {
    const running = jobs.run(request('restart', 'sleep 0.5; echo still here'));
    await sshd.restart();
    expect(await running).toMatchObject({ kind: 'exited', stdoutTail: 'still here\n' });
  });

  it('only detaches when the caller stops, and the next one attaches', async () => {
    const controller = new AbortController();
    const work = request('detach', `echo ran >> ${side('detach')}; echo a; sleep 0.5; echo b`);
    const first = await jobs.run({
      ...work,
      signal: controller.signal,
      onProgress: ({ offsets }) => {
        if (offsets.out === 2) controller.abort();
      },
    });
    expect(first).toEqual({ jobId: first.jobId, kind: 'detached', started: 'yes', offsets: { out: 2, err: 0 } });
    const output = collector({ out: 2, err: 0 });
    const second = await jobs.run({ ...work, attachOnly: true, offsets: { out: 2, err: 0 }, onOutput: output.take });
    expect(second).toMatchObject({ kind: 'exited', exitCode: 0, stdoutTail: 'a\nb\n' });
    expect([output.hash('out'), runsOf('detach')]).toEqual([sha256(Buffer.from('b\n')), 1]);
  });

  it('leaves a job alone that takes longer than planned', async () => {
    const late = await jobs.run(request('late', 'echo begun; sleep 1.2; echo done', { timeoutSeconds: 0.5 }));
    expect(late).toMatchObject({ kind: 'overtime', state: 'RUNNING', stdoutTail: 'begun\n' });
    expect(await jobs.run(request('late', 'echo begun; sleep 1.2; echo done'))).toMatchObject({
      kind: 'exited',
      exitCode: 0,
    });
  });

  it('ends with its whole tree when it is cancelled', async () => {
    const watching = jobs.run(
      request('cancel', 'sleep 60 & setsid sleep 60 & wait', {
        onProgress: once(({ started, jobId }) => {
          if (started) void jobs.cancel({ host: 'ctl1', jobId, graceSeconds: 1 });
          return started;
        }),
      }),
    );
    expect(await watching).toMatchObject({ kind: 'exited', why: 'cancel' });
  });

  it('refuses another script for the same step', async () => {
    await jobs.run(request('same', 'true'));
    expect(await jobs.run(request('same', 'false'))).toMatchObject({ kind: 'conflict' });
  });

  it('starts nothing for an owner after whom another has come, and says who that is', async () => {
    const fence = { cloud: 'cedar', number: 3 };
    const raised = await jobs.raiseFence({ host: 'ctl1', ...fence, by: 'ana', reason: 'a new\nrun' });
    expect(raised).toEqual({
      number: 3,
      raised: { by: 'ana', reason: 'a new run', at: expect.stringMatching(/Z$/) as string },
      takenOver: null,
    });
    const old = { cloud: 'cedar', number: 2 };
    const result = await jobs.run(request('fenced', `echo ran >> ${side('fenced')}`, { fence: old }));
    expect(result).toMatchObject({
      kind: 'fenced',
      fence: old,
      obeyed: raised,
      text: expect.stringMatching(
        /^ctl1 has belonged to owner 3 of cedar since \S+ by ana \(a new run\); .* owner 2/,
      ) as string,
    });
    expect(existsSync(side('fenced'))).toBe(false);
    expect(await jobs.run(request('fenced', 'true', { fence }))).toMatchObject({ kind: 'exited' });
    expect(await jobs.readFence({ host: 'ctl1', cloud: 'cedar' })).toEqual(raised);
    await expect(jobs.run(request('zero', 'true', { fence: { ...fence, number: 0 } }))).rejects.toThrow(
      'an integer from 1',
    );
  });

  it('reports a host that lost its memory, and starts nothing there', async () => {
    const attach = request('memory', `echo ran >> ${side('memory')}`, { attachOnly: true });
    expect(await jobs.run(attach)).toMatchObject({ kind: 'hostStateLost' });
    await jobs.run(request('memory', `echo ran >> ${side('memory')}`));
    const other = request('memory', `echo ran >> ${side('memory')}`, { incarnation: 'of another disk' });
    expect(await jobs.run(other)).toMatchObject({ kind: 'hostStateLost' });
    expect(runsOf('memory')).toBe(1);
  });

  it('puts the program back where it was removed', async () => {
    rmSync(join(base, 'bin'), { recursive: true });
    expect(await jobs.run(request('removed', 'echo here'))).toMatchObject({ kind: 'exited', stdoutTail: 'here\n' });
  });

  it('says that a host is unreachable, and what may still run', async () => {
    const nowhere = create({ hosts: [sshd.host({ port: 1 })], times: { longestPauseSeconds: 0.05 } });
    const result = await createJobs({ transport: nowhere, base }).run(
      request('off', 'true', { unreachableSeconds: 0.3 }),
    );
    await nowhere.close();
    expect(result).toMatchObject({ kind: 'unreachable', reason: 'unreachable', mayBeRunning: 'no' });
  });

  it('keeps the whole output when workers are killed and others take over', async () => {
    const name = 'workers';
    const script = `echo ran >> ${side(name)}; i=0; while [ $i -lt 60 ]; do echo "line $i"; i=$((i+1)); sleep 0.05; done; exit 4`;
    const files = { outputFile: side('output'), heartbeatFile: side('heartbeat'), resultFile: side('result') };
    let progress: JobProgress | null = null;
    for (let worker = 0; worker < 3; worker += 1) {
      const attach = progress
        ? { attachOnly: progress.started, offsets: progress.offsets, incarnation: progress.incarnation }
        : {};
      const order: WorkerOrder = {
        host: sshd.host(),
        transport: transportName,
        base,
        request: { ...request(name, script), ...attach },
        ...files,
      };
      await workUntil({ order, killed: worker < 2 });
      progress = lastHeartbeat(files.heartbeatFile);
    }
    const parts = readFileSync(files.outputFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as [number, string]);
    const whole = parts.reduce((all, [offset, text]) => {
      const bytes = Buffer.from(text, 'base64');
      expect(offset).toBeLessThanOrEqual(all.length); // no gap; what came again is the same
      expect(all.subarray(offset, offset + bytes.length)).toEqual(bytes.subarray(0, all.length - offset));
      return Buffer.concat([all.subarray(0, offset), bytes]);
    }, Buffer.alloc(0));
    expect(whole.toString()).toBe(Array.from({ length: 60 }, (_, i) => `line ${String(i)}\n`).join(''));
    expect(JSON.parse(readFileSync(files.resultFile, 'utf8')) as JobResult).toMatchObject({
      kind: 'exited',
      exitCode: 4,
    });
    expect(runsOf(name)).toBe(1);
  });
});

/** Runs a worker process; kills it as soon as it has noted something new, or lets it end. */
function workUntil(options: { readonly order: WorkerOrder; readonly killed: boolean }): Promise<void> {
  const { order } = options;
  const worker = spawn(
    process.execPath,
    ['--import', 'tsx', join(__dirname, 'watching-worker.ts'), JSON.stringify(order)],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const noted = (): number => (existsSync(order.outputFile) ? readFileSync(order.outputFile).length : 0);
  const before = noted();
  const timer = setInterval(() => {
    if (options.killed && noted() > before) worker.kill('SIGKILL');
  }, 5);
  return new Promise((resolve) => {
    worker.once('close', () => {
      clearInterval(timer);
      resolve();
    });
  });
}

/** null: it was killed before the first one. */
function lastHeartbeat(path: string): JobProgress | null {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as JobProgress) : null;
}

/** Calls until it has answered true. */
function once(act: (progress: JobProgress) => boolean): (progress: JobProgress) => void {
  let done = false;
  return (progress) => {
    done ||= act(progress);
  };
}
