import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { supervisorProgram } from '../../../remote/jobs/supervisor-program';
import { createShellHost, killSupervisor, sessionOf, SHELLS, type ShellHost } from './shell-host';

jest.setTimeout(30_000);

const hosts: ShellHost[] = [];
const host = (options: Parameters<typeof createShellHost>[0]): ShellHost => {
  const one = createShellHost(options);
  hosts.push(one);
  return one;
};
afterAll(() => hosts.forEach((one) => one.dispose()));

const mayMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
if (!mayMount) process.stderr.write('NOT TESTED: a full disk: this user may not mount a tmpfs\n');
const whenItMayMount = mayMount ? it : it.skip;

const whenRoot = process.getuid?.() === 0 ? it : it.skip;
if (process.getuid?.() !== 0) process.stderr.write('NOT TESTED: results kept in /run: only root may write there\n');

const ran = (one: ShellHost): string => `echo ran >> ${one.side}`;

describe.each(SHELLS)('the job program in $shell', ({ path }) => {
  const plain = host({ path });

  it('runs a script with its own names, umask and empty stdin, and keeps exit code and output', async () => {
    const script = 'echo "$OSU_HOST $OSU_RUN $OSU_STEP $OSU_JOB $(umask) $(pwd)"; cat; echo oops >&2; exit 7';
    const { out, err, mark, status } = await plain.ensure({ id: 'plain', script });
    expect({ out, err, mark }).toEqual({ out: 'h1 r1 s/plain plain 0022 /\n', err: 'oops\n', mark: 'X' });
    expect(status).toMatchObject({ state: 'EXITED', exitCode: 7, why: 'exit', outBytes: out.length, errBytes: 5 });
    expect(plain.file('runs/r1/DONE')).toMatch(/^step=s\/plain job=plain rc=7 why=exit out=\d+ err=5 at=.*Z ms=\d+\n$/);
  });

  it('starts a job once when eight controllers race', async () => {
    const one = host({ path });
    const script = `${ran(one)}; sleep 0.2; echo done`;
    const answers = await Promise.all(Array.from({ length: 8 }, () => one.ensure({ id: 'race', script })));
    expect(answers.map(({ out, status }) => [out, status?.state, status?.exitCode])).toEqual(
      Array.from({ length: 8 }, () => ['done\n', 'EXITED', 0]),
    );
    expect(one.runs()).toBe(1);
  });

  it('does not run again when asked again', async () => {
    const one = host({ path });
    await one.ensure({ id: 'again', script: ran(one) });
    await one.ensure({ id: 'again', script: ran(one) });
    await one.verb('run', one.base, 'again');
    expect(one.runs()).toBe(1);
  });

  it('refuses another script under the same id', async () => {
    await plain.ensure({ id: 'conflict', script: 'true' });
    expect((await plain.ensure({ id: 'conflict', script: 'false' })).status?.state).toBe('CONFLICT');
  });

  it('publishes nothing when the upload was cut or changed', async () => {
    const cut = await plain.ensure({ id: 'cut', script: 'echo whole', upload: '# openstack-up' });
    expect(cut.status?.state).toBe('BAD_UPLOAD');
    expect((await plain.status('cut'))?.state).toBe('ABSENT');
    expect((await plain.ensure({ id: 'cut', script: 'echo whole' })).out).toBe('whole\n');
  });

  it('starts nothing when it has booted since it was looked at', async () => {
    const [id, script] = ['not-looked-at', 'true'];
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    expect((await plain.ensure({ id, script, boot: 'of another day' })).status?.state).toBe('NOT_READY');
    expect((await plain.status(id))?.state).toBe('ABSENT');
    expect((await plain.ensure({ id, script, boot: bootId })).status?.state).toBe('EXITED');
  });

  it('never starts in attach mode', async () => {
    const { status } = await plain.ensure({ id: 'attach', script: 'true', mode: 'attach' });
    expect(status?.state).toBe('ABSENT');
    expect(existsSync(join(plain.base, 'jobs/attach'))).toBe(false);
  });

  it('tells an orphan from a dead job when the supervisor is killed', async () => {
    const one = host({ path });
    await one.ensure({ id: 'orphan', script: `${ran(one)}; sleep 3; echo late`, seconds: 0 });
    await one.untilAtWork('orphan');
    killSupervisor({ host: one, id: 'orphan' });
    expect((await one.status('orphan'))?.state).toBe('ORPHANED');
    const { out, status } = await one.verb('follow', one.base, 'orphan', 0, 0, 20);
    expect({ out, state: status?.state, runs: one.runs() }).toEqual({
      out: 'late\n',
      state: 'INTERRUPTED_KILLED',
      runs: 1,
    });
  });

  it('sees an orphan that has closed every descriptor, as sudo does', async () => {
    const one = host({ path });
    await one.ensure({ id: 'sudo', script: 'exec sleep 3 8>&-', seconds: 0 });
    await one.untilAtWork('sudo');
    killSupervisor({ host: one, id: 'sudo' });
    expect((await one.status('sudo'))?.state).toBe('ORPHANED');
    await one.until('sudo', 'INTERRUPTED_KILLED');
  });

  it('does not start again after an interruption', async () => {
    const one = host({ path });
    await one.ensure({ id: 'dead', script: `${ran(one)}; sleep 60`, seconds: 0 });
    await one.untilAtWork('dead');
    await one.untilRan();
    killSupervisor({ host: one, id: 'dead' });
    process.kill(-sessionOf({ host: one, id: 'dead' }), 'SIGKILL');
    await one.until('dead', 'INTERRUPTED_KILLED');
    expect((await one.ensure({ id: 'dead', script: `${ran(one)}; sleep 60` })).status?.state).toBe(
      'INTERRUPTED_KILLED',
    );
    expect(one.runs()).toBe(1);
  });

  it('knows a reboot by the boot epoch in the start token', async () => {
    const one = host({ path });
    await one.ensure({ id: 'boot', script: 'sleep 60', seconds: 0 });
    await one.untilAtWork('boot');
    killSupervisor({ host: one, id: 'boot' });
    process.kill(-sessionOf({ host: one, id: 'boot' }), 'SIGKILL');
    const token = join(one.base, 'jobs/boot/started');
    writeFileSync(token, readFileSync(token, 'utf8').replace(/boot=\S+/, 'boot=earlier:1'));
    expect((await one.status('boot'))?.state).toBe('INTERRUPTED_REBOOT');
  });

  it('takes a pid that was used again for dead, and leaves its new owner alone', async () => {
    const one = host({ path });
    await one.ensure({ id: 'reuse', script: 'sleep 60', seconds: 0 });
    await one.untilAtWork('reuse');
    killSupervisor({ host: one, id: 'reuse' });
    process.kill(-sessionOf({ host: one, id: 'reuse' }), 'SIGKILL');
    const innocent = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    writeFileSync(join(one.base, 'jobs/reuse/child'), `pgid=${String(innocent.pid)} start=1\n`);
    await one.until('reuse', 'INTERRUPTED_KILLED');
    await one.verb('cancel', one.base, 'reuse', 0);
    expect({ code: innocent.exitCode, signal: innocent.signalCode }).toEqual({ code: null, signal: null });
    innocent.kill('SIGKILL');
  });

  it('takes TERM at the supervisor for a shutdown, not for the command failing', async () => {
    await plain.ensure({ id: 'term', script: 'sleep 60', seconds: 0 });
    await plain.untilAtWork('term');
    process.kill(Number(/sup=(\d+)/.exec(plain.file('jobs/term/started'))?.[1]), 'SIGTERM');
    expect(await plain.until('term', 'EXITED')).toMatchObject({
      why: 'supervisor_term',
      exitCode: 143,
      otherBoot: false,
    });
  });

  it('cancels a job with everything it forked, also what ignores TERM and left the session', async () => {
    const script = `trap '' TERM; setsid sh -c 'trap "" TERM; while :; do sleep 0.1; done' & while :; do sleep 0.1; done`;
    await plain.ensure({ id: 'cancel', script, seconds: 0 });
    await plain.untilAtWork('cancel');
    await plain.verb('cancel', plain.base, 'cancel', 0);
    expect(await plain.until('cancel', 'EXITED')).toMatchObject({ why: 'cancel', exitCode: 137, leftBehind: false });
    expect(processesWith('OSU_JOB=cancel')).toEqual([]);
  });

  it('cancels an orphan', async () => {
    await plain.ensure({ id: 'orphan-cancel', script: 'sleep 60 & sleep 60', seconds: 0 });
    await plain.untilAtWork('orphan-cancel');
    killSupervisor({ host: plain, id: 'orphan-cancel' });
    const { status } = await plain.verb('cancel', plain.base, 'orphan-cancel', 5);
    expect(status?.state).toBe('INTERRUPTED_KILLED');
    expect(processesWith('OSU_JOB=orphan-cancel')).toEqual([]);
  });

  it('waits for a mutex before it starts, and says for whose', async () => {
    const one = host({ path });
    await one.ensure({ id: 'first', script: 'sleep 0.5; echo first', mutex: 'db', seconds: 0 });
    await one.untilAtWork('first');
    const waiting = await one.ensure({ id: 'second', script: 'echo second', mutex: 'db', seconds: 0 });
    expect(waiting.status).toMatchObject({ state: 'WAITING_MUTEX', mutex: 'db', holder: 'first' });
    await one.until('second', 'EXITED');
    expect((await one.status('first'))?.state).toBe('EXITED');
  });

  it('keeps a mutex for an orphan until it is dead', async () => {
    const one = host({ path });
    await one.ensure({ id: 'holder', script: 'sleep 60', mutex: 'db', seconds: 0 });
    await one.untilAtWork('holder');
    killSupervisor({ host: one, id: 'holder' });
    const waiting = await one.ensure({ id: 'next', script: ran(one), mutex: 'db', seconds: 0 });
    expect(waiting.status?.state).toBe('WAITING_MUTEX');
    await one.verb('cancel', one.base, 'holder', 5);
    await one.until('next', 'EXITED');
    expect(one.runs()).toBe(1);
  });

  it('cancels a job that waits for a mutex, so that it can never start', async () => {
    const one = host({ path });
    await one.ensure({ id: 'busy', script: 'sleep 0.4', mutex: 'db', seconds: 0 });
    await one.ensure({ id: 'never', script: ran(one), mutex: 'db', seconds: 0 });
    const { status } = await one.verb('cancel', one.base, 'never', 5);
    expect(status).toMatchObject({ state: 'EXITED', why: 'cancel', exitCode: 143 });
    await one.until('busy', 'EXITED');
    await one.ensure({ id: 'never', script: ran(one), mutex: 'db' });
    expect(one.runs()).toBe(0);
  });

  it('tells a job that was cancelled before its start as cancelled, also when the canceller dies over it', async () => {
    const busy = host({ path });
    await busy.ensure({ id: 'busy', script: 'sleep 60', mutex: 'db', seconds: 0 });
    await busy.ensure({ id: 'never', script: ran(busy), mutex: 'db', seconds: 0 });
    const crashing = host({ path, crashAt: 'cancelled-unstarted', base: busy.base });
    rmSync(join(busy.base, 'jobs/never/durable-job.sh')); // the verb shall be done by the program that crashes
    await crashing.verb('cancel', busy.base, 'never', 5);
    expect(await busy.status('never')).toMatchObject({ state: 'EXITED', why: 'cancel', exitCode: 143 });
    await busy.verb('cancel', busy.base, 'busy', 0);
    expect(busy.runs()).toBe(0);
  });

  whenRoot('takes a result from memory that the disk did not take, if it is of the same start', async () => {
    const one = host({ path });
    const id = `spare-${String(process.pid)}`;
    await one.ensure({ id, script: 'sleep 60', seconds: 0 });
    await one.untilAtWork(id);
    killSupervisor({ host: one, id });
    process.kill(-sessionOf({ host: one, id }), 'SIGKILL');
    await one.until(id, 'INTERRUPTED_KILLED');
    const [, sup = '', start = ''] = /sup=(\d+) supstart=(\d+)/.exec(one.file(`jobs/${id}/started`)) ?? [];
    const line = 'v1 rc=4 why=exit out=0 err=0 at=2026-01-01T00:00:00Z ms=0 end\n';
    const spare = (of: string): string => `/run/openstack-upgrade/${id}.${of}.rc`;
    mkdirSync('/run/openstack-upgrade', { recursive: true });
    writeFileSync(spare(`${sup}.1`), line);
    const before = await one.status(id);
    writeFileSync(spare(`${sup}.${start}`), line);
    const after = await one.status(id);
    const left = [existsSync(spare(`${sup}.1`)), existsSync(spare(`${sup}.${start}`))];
    await one.verb('ack', one.base, id);
    await one.verb('gc', one.base, 0);
    expect([before?.state, after?.state, after?.exitCode, left, existsSync(spare(`${sup}.1`))]).toEqual([
      ...['INTERRUPTED_KILLED', 'EXITED', 4, [true, false], false],
    ]);
  });

  it('forgets only what was acknowledged, and a tombstone keeps the id from starting', async () => {
    const one = host({ path });
    await one.ensure({ id: 'kept', script: 'true' });
    await one.ensure({ id: 'gone', script: `${ran(one)}; exit 3` });
    await one.verb('ack', one.base, 'gone');
    await one.verb('gc', one.base, 0);
    expect((await one.status('kept'))?.state).toBe('EXITED');
    const { status } = await one.ensure({ id: 'gone', script: `${ran(one)}; exit 3` });
    expect(status).toMatchObject({ state: 'DONE_GC', exitCode: 3, why: 'exit' });
    expect({ runs: one.runs(), directory: existsSync(join(one.base, 'jobs/gone')) }).toEqual({
      runs: 1,
      directory: false,
    });
  });

  whenItMayMount('keeps the exit code of a job that has filled the disk, and publishes nothing more', async () => {
    const one = host({ path, tmpfsBytes: 600_000 });
    const full = await one.ensure({ id: 'full', script: `head -c 10000000 /dev/zero; ${ran(one)}; exit 9` });
    expect(full.status).toMatchObject({ state: 'EXITED', exitCode: 9 });
    expect((await one.ensure({ id: 'more', script: ran(one) })).status?.state).toBe('NO_SPACE');
    expect(one.runs()).toBe(1);
  });

  it('does not take a disk that refuses its output for a command that failed', async () => {
    const one = host({ path, crashAt: 'after-publish' });
    await one.ensure({ id: 'out', script: ran(one), seconds: 0 });
    const well = host({ path, base: one.base });
    const out = join(one.base, 'jobs/out/out');
    rmSync(out);
    const socket = createServer().listen(out); // a file that nobody can open, not even root, and that is empty
    await once(socket, 'listening');
    const refused = await well.ensure({ id: 'out', script: ran(one) });
    const token = existsSync(join(one.base, 'jobs/out/started'));
    socket.close();
    await once(socket, 'close');
    writeFileSync(out, '');
    const { status } = await well.ensure({ id: 'out', script: ran(one) });
    expect([refused.status?.state, token, status?.state, one.runs()]).toEqual(['CLAIMED', false, 'EXITED', 1]);
  });

  it('says that it cannot write, and starts nothing', async () => {
    const one = host({ path });
    writeFileSync(join(one.base, 'jobs'), 'a file where a directory should be');
    const { status } = await one.ensure({ id: 'fault', script: ran(one) });
    expect(status).toMatchObject({ state: 'HOST_FAULT', text: expect.stringContaining('jobs') as string });
    expect(one.runs()).toBe(0);
  });

  it.each(['empty-directory', 'uploaded', 'before-publish', 'after-publish', 'before-token'])(
    'starts once after a crash at %s',
    async (crashAt) => {
      const crashed = host({ path, crashAt });
      await crashed.ensure({ id: 'crash', script: ran(crashed), seconds: 0 });
      const runsBefore = crashed.runs();
      restore(crashed);
      const { status } = await crashed.ensure({ id: 'crash', script: ran(crashed) });
      expect({ runsBefore, state: status?.state, runs: crashed.runs() }).toEqual({
        runsBefore: 0,
        state: 'EXITED',
        runs: 1,
      });
    },
  );

  it.each([
    ['after-token', 'INTERRUPTED_KILLED', 0],
    ['after-spawn', 'INTERRUPTED_KILLED', 1],
    ['before-result', 'INTERRUPTED_KILLED', 1],
    ['result-written', 'EXITED', 1],
    ['after-result', 'EXITED', 1],
  ] as const)('reports the truth after a crash at %s: %s', async (crashAt, state, runs) => {
    const crashed = host({ path, crashAt });
    const { status } = await crashed.ensure({ id: 'crash', script: ran(crashed) });
    expect(status?.state).toBe(state);
    await crashed.ensure({ id: 'crash', script: ran(crashed) });
    expect(crashed.runs()).toBe(runs);
  });
});

/** A host whose program does not crash any more: the job keeps the copy it was published with, so it is mended too. */
function restore(crashed: ShellHost): void {
  const program = supervisorProgram({ base: '' }).content;
  for (const place of ['../program.sh', 'jobs/crash/durable-job.sh']) {
    const path = join(crashed.base, place);
    if (existsSync(path)) writeFileSync(path, program);
  }
}

function processesWith(cookie: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(cookie);
      } catch {
        return false; // gone meanwhile
      }
    });
}
