import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createJobs,
  createRootShell,
  createSsh2Transport,
  installJobCommand,
  jobCommand,
  SudoRefused,
  type HostReadiness,
  type JobResult,
  type Jobs,
  type RootShell,
  type Transport,
} from '../../../remote';
import { quote } from '../../../shell/sh';
import { JOB_COMMAND } from '../../../remote/jobs/root-way';
import { supervisorProgram } from '../../../remote/jobs/supervisor-program';
import { SHELLS } from './shell-host';
import { whyNoSshd } from '../../../lab/machine/loopback-sshd';
import { startSshd, type Sshd } from '../ssh/sshd';

jest.setTimeout(60_000);
const reason = whyNoSshd();
if (reason !== null) process.stderr.write(`NOT TESTED: becoming root on a host: ${reason}\n`);

/**
 * `id` and `sudo` are fakes here, before the real ones on the PATH: the user is not root, and sudo allows what the test
 * says. Everything else is real.
 */
/** sshd gives a command to the login shell of the user: `SHELL -c COMMAND`. */
function withLoginShell(options: { transport: Transport; loginShell: string }): Transport {
  const { transport, loginShell } = options;
  return {
    ...transport,
    exec: (request) => transport.exec({ ...request, command: `exec ${loginShell} -c ${quote(request.command)}` }),
  };
}

(reason === null ? describe : describe.skip).each(SHELLS)('becoming root where sh is $shell', ({ path }) => {
  let sshd: Sshd;
  let transport: Transport;
  let root: RootShell;
  let jobs: Jobs;
  let base = '';
  const at = (name: string): string => join(sshd.directory, name);
  const calls = (): string => (existsSync(at('sudo.log')) ? readFileSync(at('sudo.log'), 'utf8') : '');
  const run = (stepId: string, script = 'echo as root'): Promise<JobResult> =>
    jobs.run({
      ...{ host: 'ctl1', runId: 'r1', stepId, generation: '0', script, timeoutSeconds: 60 },
      signal: new AbortController().signal,
    });
  /**
   * sudo as a rule lets it be: any command, only the one path (a file of the test), or none. It makes the remark of
   * sudo 1.8.29 to 1.8.31 in a container at every call (sudo-project/sudo#42).
   */
  const allow = (what: 'all' | 'one path' | 'nothing' | 'terminals' | 'shells'): void => {
    sshd.fake('id', 'case $1 in -un) echo deploy ;; *) echo 1000 ;; esac');
    const rule = {
      all: `case $2 in ${JOB_COMMAND}) echo "sudo: $2: command not found" >&2; exit 1 ;; esac; shift; exec "$@"`,
      'one path': `[ "$2" = ${JOB_COMMAND} ] || { echo "sudo: a password is required" >&2; exit 1; }; shift 2; exec sh ${at('installed')} "$@"`,
      nothing: 'echo "sudo: Ein Passwort ist notwendig" >&2; exit 1',
      shells: `case $* in */bin/true) echo 'sh: 1: /bin/true: Permission denied' >&2; exit 126 ;; *'sh -c :') exit 0 ;; esac; exit 126`,
      terminals: '[ -t 0 ] || { echo "sudo: Sie brauchen ein Terminal" >&2; exit 1; }; shift; exec "$@"',
    }[what];
    const remark = 'echo "sudo: setrlimit(RLIMIT_CORE): Operation not permitted" >&2';
    sshd.fake('sudo', `${remark}; echo "$2 $3 $4 $6" | cut -c1-80 | head -n 1 >> ${at('sudo.log')}\n${rule}`);
  };
  const olderRelease = (): string =>
    supervisorProgram({ base: '' }).content.replace('command ended', 'was the text of an older release');

  beforeEach(async () => {
    sshd = await startSshd({ shell: path });
    base = at('jobs');
    writeFileSync(at('installed'), olderRelease());
    transport = createSsh2Transport({ hosts: [sshd.host()] });
    root = createRootShell({ transport });
    jobs = createJobs({ root, base });
  });
  afterEach(async () => {
    await transport.close();
    await sshd.stop();
  });

  it('asks sudo for everything where it allows everything', async () => {
    allow('all');
    expect(await run('wide')).toMatchObject({ kind: 'exited', stdoutTail: 'as root\n' });
    expect((await jobs.readiness({ host: 'ctl1' })).way).toBe('sudo');
  });

  it('needs no more than the one path, whichever release is installed there', async () => {
    allow('one path');
    const result = await run('narrow');
    expect(result).toMatchObject({ kind: 'exited', stdoutTail: 'as root\n' });
    expect(await jobs.status({ host: 'ctl1', jobId: result.jobId })).toMatchObject({ state: 'EXITED' });
    const copy = readFileSync(join(base, 'jobs', result.jobId, 'durable-job.sh'), 'utf8');
    expect(copy).toBe(supervisorProgram({ base }).content);
    expect(calls().split('\n').filter(Boolean)).toEqual([
      `${JOB_COMMAND} version  `,
      `${JOB_COMMAND} ready ${base} ${String(Buffer.byteLength(copy))}`, // is it there?
      `${JOB_COMMAND} ready ${base} ${String(Buffer.byteLength(copy))}`, // here it is
      `${JOB_COMMAND} as ${base} ensure`,
      `${JOB_COMMAND} as ${base} status`,
    ]);
  });

  it('says plainly that there is no way, and what to allow', async () => {
    allow('nothing');
    const text = `deploy cannot become root on ctl1 without a password: setrlimit(RLIMIT_CORE): Operation not permitted; Ein Passwort ist notwendig. Nothing was done there. Install ${JOB_COMMAND} there and allow it with this sudoers line: deploy ALL=(root) NOPASSWD: ${JOB_COMMAND}`;
    expect(await run('none')).toMatchObject({ kind: 'hostFault', text });
    expect(await jobs.readiness({ host: 'ctl1' })).toMatchObject({ way: null, problem: { kind: 'sudo' } });
    const script = { host: 'ctl1', script: 'id', deadlineSeconds: 20 };
    await expect(root.run(script)).rejects.toThrow(new SudoRefused(text));
    await expect(jobs.writeFiles({ host: 'ctl1', directory: `${base}/runs/r1`, files: {} })).rejects.toThrow(
      SudoRefused,
    );
  });

  it('notices that the rule was taken away, and given back', async () => {
    allow('one path');
    const script = { host: 'ctl1', script: 'echo read', deadlineSeconds: 20 };
    expect((await root.run(script)).stdout).toBe('read\n');
    allow('nothing');
    await expect(root.run(script)).rejects.toThrow(
      'ctl1: sudo did not run the command: setrlimit(RLIMIT_CORE): Operation not permitted; Ein Passwort ist notwendig',
    );
    expect(await run('revoked')).toMatchObject({ kind: 'hostFault' });
    allow('one path');
    expect((await root.run(script)).stdout).toBe('read\n');
    expect(await run('revoked')).toMatchObject({ kind: 'exited' });
  });

  it.each(['all', 'one path'] as const)('reads a host in the same way when sudo allows %s', async (what) => {
    allow(what);
    const script = `echo "$OSU_HOST $(umask) \${LC_ALL-unset}"; cat; printf '\\303\\244\\n'; echo oops >&2; exit 7`;
    const read = { host: 'ctl1', script, environment: { OSU_HOST: 'ctl1' }, deadlineSeconds: 20 };
    expect(await root.run(read)).toEqual({
      exitCode: 7,
      stdout: 'ctl1 0022 unset\nä\n',
      stderr: 'oops\n',
    });
  });

  it('takes a remark of sudo for no refusal, and a greeting of the login shell for no output', async () => {
    allow('all');
    sshd.fake('sudo', `echo 'sudo: a password is required' >&2; printf 'Welcome to ctl1'; shift; exec "$@"`);
    const probe = { host: 'ctl1', script: 'echo 3 stacks in progress; exit 1', deadlineSeconds: 20 };
    expect(await root.run(probe)).toEqual({ exitCode: 1, stdout: '3 stacks in progress\n', stderr: '' });
    expect(await run('greeted')).toMatchObject({ kind: 'exited', exitCode: 0, stdoutTail: 'as root\n' });
  });

  it('names noexec, where a shell becomes root and no program does (text of sudo 1.9.13)', async () => {
    allow('shells');
    await expect(root.run({ host: 'ctl1', script: 'id', deadlineSeconds: 20 })).rejects.toThrow(
      new SudoRefused(
        'sudo on ctl1 gives deploy a shell as root that may start no program, so nothing was done there. ' +
          'Put this line into a file below /etc/sudoers.d: Defaults:deploy !noexec',
      ),
    );
  });

  it.each(['/usr/bin/fish', '/usr/bin/zsh', '/bin/tcsh'].filter((shell) => existsSync(shell)))(
    'asks a host whose user has %s as the login shell',
    async (loginShell) => {
      allow('all');
      const inShell = withLoginShell({ transport, loginShell });
      const script = { host: 'ctl1', script: 'echo read; exit 3', deadlineSeconds: 20 };
      expect(await createRootShell({ transport: inShell }).run(script)).toMatchObject({
        exitCode: 3,
        stdout: 'read\n',
      });
      const request = { ...script, runId: 'r1', stepId: 'other-shell', generation: '0', timeoutSeconds: 60 };
      expect(
        await createJobs({ transport: inShell, base }).run({ ...request, signal: new AbortController().signal }),
      ).toMatchObject({ kind: 'exited', exitCode: 3, stdoutTail: 'read\n' });
    },
  );

  it('finds programs of administrators where sudo keeps the PATH of a user', async () => {
    allow('all');
    sshd.fake('sudo', `shift; PATH=/usr/local/bin:/usr/bin:/bin:/usr/games exec "$@"`);
    const probe = { host: 'ctl1', script: 'command -v useradd', deadlineSeconds: 20 };
    expect(await root.run(probe)).toEqual({ exitCode: 0, stdout: '/usr/sbin/useradd\n', stderr: '' });
  });

  it('names requiretty, which another rule for the one path would not help', async () => {
    allow('terminals');
    const script = { host: 'ctl1', script: 'id', deadlineSeconds: 20 };
    await expect(root.run(script)).rejects.toThrow(
      new SudoRefused(
        'sudo on ctl1 wants a terminal, which no program has, so nothing was done there. ' +
          'Put this line into a file below /etc/sudoers.d: Defaults:deploy !requiretty',
      ),
    );
  });

  it('runs nothing of a script that arrives incomplete', async () => {
    allow('one path');
    const half = `echo ran > ${at('side')}\n`;
    const command = `sudo -n ${JOB_COMMAND} read 1000 ${'0'.repeat(64)}`;
    const { exitCode } = await transport.exec({ host: 'ctl1', command, stdin: half, deadlineSeconds: 20 });
    expect({ exitCode, ran: existsSync(at('side')) }).toEqual({ exitCode: 65, ran: false });
  });

  it('writes files below the base, complete, and nowhere else', async () => {
    allow('one path');
    const directory = `${base}/runs/r1`;
    const files = { 'RUNBOOK.txt': 'ä\nno newline at its end', 'steps/001-a.sh': 'true\n', empty: '' };
    await jobs.writeFiles({ host: 'ctl1', directory, files });
    await jobs.writeFiles({ host: 'ctl1', directory, files: { empty: 'now not' } });
    const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
    expect([...Object.keys(files).map(read), statSync(join(directory, 'empty')).mode & 0o777]).toEqual([
      ...[files['RUNBOOK.txt'], files['steps/001-a.sh'], 'now not'],
      0o600,
    ]);
    const elsewhere = { host: 'ctl1', files: { a: 'b' } };
    await expect(jobs.writeFiles({ ...elsewhere, directory: at('other') })).rejects.toThrow('files are written below');
    await expect(jobs.writeFiles({ ...elsewhere, directory: `${base}/../x` })).rejects.toThrow(
      'files are written below',
    );
    await expect(jobs.writeFiles({ host: 'ctl1', directory, files: { '../x': '' } })).rejects.toThrow(
      'not a valid file name',
    );
    expect([existsSync(at('other')), existsSync(at('x')), existsSync(join(base, 'runs/x'))]).toEqual([
      ...[false, false, false],
    ]);
  });

  it('installs the one path where it may, once, and it works by itself', async () => {
    allow('all');
    const { content, sudoersLine } = jobCommand({ user: 'ops' });
    expect([content.split('\n')[0], sudoersLine]).toEqual(['#!/bin/sh', `ops ALL=(root) NOPASSWD: ${JOB_COMMAND}`]);
    const install = { transport, host: 'ctl1', path: at('new-command') };
    expect([await installJobCommand(install), await installJobCommand(install)].map(({ kind }) => kind)).toEqual([
      'installed',
      'unchanged',
    ]);
    expect(readFileSync(at('new-command'), 'utf8')).toBe(content);
    expect(statSync(at('new-command')).mode & 0o777).toBe(0o755);
    const { stdout } = await transport.exec({
      host: 'ctl1',
      command: `${at('new-command')} version`,
      deadlineSeconds: 9,
    });
    expect(stdout).toBe('openstack-upgrade-job 1\n');
    await expect(installJobCommand({ ...install, path: '/nowhere/x' })).rejects.toThrow('could not be written');
  });
});

(reason === null ? describe : describe.skip)('a host that is looked at', () => {
  let sshd: Sshd;
  let base = '';
  const look = async (): Promise<HostReadiness> => {
    const transport = createSsh2Transport({ hosts: [sshd.host()] });
    const readiness = await createJobs({ transport, base }).readiness({ host: 'ctl1' });
    await transport.close();
    return readiness;
  };
  beforeEach(async () => {
    sshd = await startSshd();
    base = join(sshd.directory, 'jobs');
  });
  afterEach(() => sshd.stop());

  it('tells what it is: boot, filesystem, room, clock', async () => {
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const { filesystem, clockAheadSeconds, ...rest } = await look();
    expect(rest).toEqual({ host: 'ctl1', way: expect.any(String) as string, problem: null, bootId, remarks: [] });
    expect(filesystem).toEqual({
      type: execFileSync('stat', ['-f', '-c', '%T', base], { encoding: 'utf8' }).trim(),
      freeBytes: expect.any(Number) as number,
      freeInodes: expect.any(Number) as number,
    });
    expect(Math.abs(clockAheadSeconds ?? 99)).toBeLessThan(2);
  });

  it.each([
    ['that a tool is missing', 'sh', '', /it lacks flock setsid/],
    ['that logind would kill the jobs', 'busctl', 'echo "b true"', /lacks KillUserProcesses=no/],
    ['that its filesystem is another machine', 'stat', 'echo 4096 9 9 9 nfs', /is on nfs, whose locks/],
  ])('says %s', async (_, program, script, sentence) => {
    sshd.fake('id', 'echo 1000');
    const onlySh = `PATH=/nowhere; export PATH; exec /bin/sh "$@"`;
    sshd.fake('sudo', program === 'sh' ? `shift; shift; ${onlySh}` : 'shift; exec "$@"');
    if (program !== 'sh') sshd.fake(program, script);
    expect((await look()).problem).toEqual({
      kind: 'lacking',
      sentence: expect.stringMatching(sentence) as string,
    });
  });

  it('warns of what is no reason to refuse', async () => {
    sshd.fake('stat', 'echo 4096 9 9 9 tmpfs');
    sshd.fake('date', 'echo 1000000000000');
    const { problem, remarks } = await look();
    expect({ problem, remarks }).toEqual({
      problem: null,
      remarks: [
        expect.stringMatching(/keeps .* in memory \(tmpfs\)/),
        expect.stringMatching(/only 0 MiB free/),
        expect.stringMatching(/only 9 inodes free/),
        expect.stringMatching(/^The clock of ctl1 differs from the worker's by -/),
      ],
    });
  });
});
