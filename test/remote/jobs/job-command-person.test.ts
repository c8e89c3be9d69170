import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createShellHost, killSupervisor, sessionOf, SHELLS, stoppedSupervisor, type ShellHost } from './shell-host';

jest.setTimeout(30_000);

const hosts: ShellHost[] = [];
const host = (options: Parameters<typeof createShellHost>[0]): ShellHost => {
  const one = createShellHost(options);
  hosts.push(one);
  return one;
};
afterAll(() => hosts.forEach((one) => one.dispose()));

const isRoot = process.getuid?.() === 0;
if (!isRoot) process.stderr.write('NOT TESTED: what a person does on a host: it needs root\n');
const mayMount = isRoot && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

const AT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;
const ran = (one: ShellHost): string => `echo ran >> ${one.side}`;
const why = ['--by', 'ana b', '--reason', 'Temporal is down'];

(isRoot ? describe : describe.skip).each(SHELLS)('a person on a host where sh is $shell', ({ path }) => {
  it('reads what ran, what runs, where it lies, and whom the host obeys', async () => {
    const one = host({ path });
    await one.verb('fence', one.base, 'cedar', 7, 'bo', 'run r1 began');
    await one.ensure({ id: 'failed', script: 'exit 3' });
    await one.ensure({ id: 'dead', script: 'sleep 60', seconds: 0 });
    await one.untilAtWork('dead');
    killSupervisor({ host: one, id: 'dead' });
    process.kill(-sessionOf({ host: one, id: 'dead' }), 'SIGKILL');
    await one.until('dead', 'INTERRUPTED_KILLED');
    await one.ensure({ id: 'runs', script: 'sleep 60', seconds: 0 });
    mkdirSync(join(one.base, 'runs/r1'), { recursive: true });
    writeFileSync(join(one.base, 'runs/r1/RUNBOOK.txt'), '');
    const { said, exitCode } = one.person('status');
    await one.verb('cancel', one.base, 'runs', 0);
    const lines = said.replaceAll(AT, 'TIME').replaceAll(/ {2,}/g, '  ').split('\n');
    expect(lines.slice(1, 4)).toEqual([
      'Cloud cedar: owner 7 since TIME by bo (run r1 began)',
      '',
      'SINCE  STATE  EXIT  STEP  OUTPUT IN (files out, err, script)',
    ]);
    expect(lines.slice(4, 7).sort()).toEqual([
      `TIME  EXITED  3  s/failed  ${one.base}/jobs/failed`,
      `TIME  INTERRUPTED_KILLED  -  s/dead  ${one.base}/jobs/dead`,
      `TIME  RUNNING  -  s/runs  ${one.base}/jobs/runs`,
    ]);
    expect(lines.slice(7)).toEqual([
      'RUNNING: it continues without worker and connection. To follow it: tail -f OUTPUT/out',
      'INTERRUPTED: it was started and was killed. It is not known how far it got. It is never started again automatically.',
      `Run r1, to continue by hand: ${one.base}/runs/r1/RUNBOOK.txt (completed steps: DONE in the same directory)`,
      '',
    ]);
    expect([exitCode, one.person('status', 'r1').said, one.person('status', 'r2').said]).toEqual([
      0,
      expect.stringContaining('s/failed'),
      expect.stringContaining('No jobs.'),
    ]);
  });

  it('takes the host over: nothing is started or ended from afar, what runs goes on, and gives it back', async () => {
    const one = host({ path });
    await one.ensure({ id: 'runs', script: `sleep 0.5; ${ran(one)}`, seconds: 0, fence: ['cedar', 7] });
    await one.untilAtWork('runs');
    const taken = one.person('take-over', ...why);
    expect(taken.said).toMatch(/^You have taken over this host, ana b\. [^]*Jobs still running: 1/);
    const refused = [
      await one.ensure({ id: 'new', script: ran(one), fence: ['cedar', 8] }),
      await one.ensure({ id: 'new', script: ran(one) }),
      await one.verb('cancel', one.base, 'runs', 0, 'cedar', 7),
      await one.verb('gc', one.base, 0),
    ];
    const takenOver = { by: 'ana b', reason: 'Temporal is down', at: expect.stringMatching(/^\d{4}-.*Z$/) as string };
    expect(refused.map(({ status }) => [status?.state, status?.fence?.takenOver])).toEqual(
      Array.from({ length: 4 }, () => ['FENCED', takenOver]),
    );
    expect((await one.until('runs', 'EXITED')).why).toBe('exit');
    expect(one.person('status').said).toMatch(/TAKEN OVER by ana b since .*: Temporal is down/);
    expect(one.person('take-over', '--by', 'bo', '--reason', 'me too')).toEqual({
      exitCode: 1,
      said: expect.stringMatching(/ana b took over this host at .* Talk to ana b/) as string,
    });

    expect(one.person('hand-back', '--by', 'bo', '--reason', 'mended').exitCode).toBe(0);
    expect((await one.ensure({ id: 'new', script: ran(one), fence: ['cedar', 8] })).status?.state).toBe('EXITED');
    expect(one.runs()).toBe(2);
    expect(one.file('log').replaceAll(AT, 'TIME').split('\n')).toEqual([
      ...['TIME fence cloud=cedar number=7 by= reason=the first request with this number'],
      ...['TIME take-over by=ana b reason=Temporal is down user=root'],
      ...['TIME hand-back by=bo reason=mended user=root'],
      ...['TIME fence cloud=cedar number=8 by= reason=the first request with this number', ''],
    ]);
  });

  it('stops a supervisor that was on its way to the token', async () => {
    const one = host({ path, stopAt: 'before-token' });
    const asked = one.ensure({ id: 'late', script: ran(one) });
    const supervisor = await stoppedSupervisor({ host: one, id: 'late' });
    one.person('take-over', ...why);
    process.kill(supervisor, 'SIGCONT');
    await asked;
    expect({ token: existsSync(join(one.base, 'jobs/late/started')), runs: one.runs() }).toEqual({
      token: false,
      runs: 0,
    });
  });

  it('ends a job, also on a host that was taken over', async () => {
    const one = host({ path });
    await one.ensure({ id: 'stuck', script: 'sleep 60 & sleep 60', seconds: 0 });
    await one.untilAtWork('stuck');
    one.person('take-over', ...why);
    expect(one.person('kill', 'stu', ...why)).toEqual({
      exitCode: 0,
      said: 'stuck has ended: EXITED. Check what it has done before you continue.\n',
    });
    expect(one.file('log')).toMatch(/ kill job=stuck by=ana b reason=Temporal is down user=root\n$/);
    expect(one.person('kill', 'no-such', ...why)).toMatchObject({ exitCode: 1 });
  });

  it.each([
    ['take-over without a name', ['take-over', '--reason', 'x'], /Say who you are and why/],
    ['take-over without a reason', ['take-over', '--by', 'ana'], /Say who you are and why/],
    ['a reason of two lines', ['take-over', '--by', 'ana', '--reason', 'a\nb'], /each on one line/],
    ['a hand-back of what nobody has', ['hand-back', ...why], /nobody has taken over this host/],
    ['an unknown option', ['status', '--all'], /unknown option --all/],
  ])('refuses %s', (_, words, said) => {
    const one = host({ path });
    expect(one.person(...words)).toEqual({ exitCode: 1, said: expect.stringMatching(said) as string });
    expect(existsSync(join(one.base, 'taken-over'))).toBe(false);
  });

  it('explains itself', () => {
    const { said, exitCode } = host({ path }).person('help');
    expect({ exitCode, verbs: said.match(/openstack-upgrade-job (status|take-over|hand-back|kill)/g) }).toEqual({
      exitCode: 0,
      verbs: ['status', 'take-over', 'hand-back', 'kill'].map((verb) => `openstack-upgrade-job ${verb}`),
    });
  });

  (mayMount ? it : it.skip)('says that a full disk does not let it take the host over', async () => {
    const one = host({ path, tmpfsBytes: 300_000 });
    await one.ensure({ id: 'full', script: 'head -c 10000000 /dev/zero' });
    const { said, exitCode } = one.person('take-over', ...why);
    expect({ said, exitCode }).toEqual({
      exitCode: 1,
      said: expect.stringMatching(/the disk could not be written, so this host still accepts the upgrade/) as string,
    });
    expect((await one.status('full'))?.state).toBe('EXITED');
  });
});
