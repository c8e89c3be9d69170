import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createShellHost, SHELLS, stoppedSupervisor, type ShellHost } from './shell-host';

jest.setTimeout(30_000);

const hosts: ShellHost[] = [];
const host = (options: Parameters<typeof createShellHost>[0]): ShellHost => {
  const one = createShellHost(options);
  hosts.push(one);
  return one;
};
afterAll(() => hosts.forEach((one) => one.dispose()));

const ran = (one: ShellHost): string => `echo ran >> ${one.side}`;
const raise = (one: ShellHost, number: number): Promise<{ line: string }> =>
  one.verb('fence', one.base, 'cedar', number, 'ana b', 'a new run');

describe.each(SHELLS)('the fence in $shell', ({ path }) => {
  it('refuses an owner that has been followed by another, publishes nothing for it, and says who', async () => {
    const one = host({ path });
    expect((await one.ensure({ id: 'new', script: ran(one), fence: ['cedar', 2] })).status?.state).toBe('EXITED');
    const { status } = await one.ensure({ id: 'old', script: ran(one), fence: ['cedar', 1] });
    expect(status).toMatchObject({
      state: 'FENCED',
      fence: { number: 2, raised: { by: '', reason: 'the first request with this number' }, takenOver: null },
    });
    expect({ jobs: readdirSync(join(one.base, 'jobs')), runs: one.runs() }).toEqual({ jobs: ['new'], runs: 1 });
  });

  it('tells clouds apart, and lets pass who names none', async () => {
    const one = host({ path });
    await raise(one, 5);
    await one.ensure({ id: 'other', script: ran(one), fence: ['birch', 1] });
    await one.ensure({ id: 'none', script: ran(one) });
    expect(one.runs()).toBe(2);
  });

  it('never lowers the number, and keeps who raised it and why', async () => {
    const one = host({ path });
    const [first, lower, read] = [
      await raise(one, 7),
      await one.verb('fence', one.base, 'cedar', 3, 'bo', 'late'),
      await one.verb('fence', one.base, 'cedar'),
    ];
    expect(first.line).toMatch(/^state=FENCE cloud=cedar number=7 since=\S+Z taken= text=ana b\ta new run\t\t$/);
    expect([lower.line, read.line]).toEqual([first.line, first.line]);
    expect(one.file('log')).toMatch(/^\S+Z fence cloud=cedar number=7 by=ana b reason=a new run\n$/);
  });

  it('lets an old owner read what it started, and a new one attach to it', async () => {
    const one = host({ path });
    const job = { id: 'job', script: `${ran(one)}; sleep 0.3; echo done` };
    await one.ensure({ ...job, seconds: 0, fence: ['cedar', 1] });
    await one.untilAtWork('job');
    await raise(one, 2);
    const answers = await Promise.all([1, 2].map((number) => one.ensure({ ...job, fence: ['cedar', number] })));
    expect(answers.map(({ out, status }) => [out, status?.state])).toEqual([
      ['done\n', 'EXITED'],
      ['done\n', 'EXITED'],
    ]);
    expect((await one.verb('ack', one.base, 'job')).status?.state).toBe('EXITED');
    expect({ runs: one.runs(), token: one.file('jobs/job/started') }).toEqual({
      runs: 1,
      token: expect.stringContaining(' cloud=cedar fence=1') as string,
    });
  });

  it('stops a supervisor of an old owner that was on its way to the token', async () => {
    const one = host({ path, stopAt: 'before-token' });
    const asked = one.ensure({ id: 'late', script: ran(one), fence: ['cedar', 1] });
    const supervisor = await stoppedSupervisor({ host: one, id: 'late' });
    await raise(one, 2);
    process.kill(supervisor, 'SIGCONT');
    expect((await asked).status).toMatchObject({
      state: 'CLAIMED',
      text: expect.stringMatching(/newer owner/) as string,
    });
    expect({ token: existsSync(join(one.base, 'jobs/late/started')), runs: one.runs() }).toEqual({
      token: false,
      runs: 0,
    });
  });

  it('does not say that it is raised while an old owner is between its check and its token', async () => {
    const one = host({ path, stopAt: 'fence-held' });
    const asked = one.ensure({ id: 'first', script: ran(one), fence: ['cedar', 1] });
    const supervisor = await stoppedSupervisor({ host: one, id: 'first' });
    let raised = false;
    const raising = raise(one, 2).then(() => (raised = true));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = { raised, token: existsSync(join(one.base, 'jobs/first/started')) };
    process.kill(supervisor, 'SIGCONT');
    await raising;
    expect({ before, token: existsSync(join(one.base, 'jobs/first/started')) }).toEqual({
      before: { raised: false, token: false },
      token: true,
    });
    await asked;
  });

  it('starts nothing after a raise has returned, whoever wins the race', async () => {
    const one = host({ path });
    const seen = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const [id, cloud] = [`race${String(index)}`, `cloud${String(index)}`];
        const asked = one.ensure({ id, script: ran(one), fence: [cloud, 1] });
        await new Promise((resolve) => setTimeout(resolve, index * 8));
        await one.verb('fence', one.base, cloud, 2, 'ana', 'race');
        const token = existsSync(join(one.base, 'jobs', id, 'started'));
        await asked;
        return { token, tokenLater: existsSync(join(one.base, 'jobs', id, 'started')) };
      }),
    );
    expect(seen.filter(({ token, tokenLater }) => tokenLater && !token)).toEqual([]);
    expect(one.runs()).toBe(seen.filter(({ token }) => token).length);
  });

  it('sends a job of an old owner away while it waits for a mutex', async () => {
    const one = host({ path });
    await one.ensure({ id: 'busy', script: 'sleep 60', mutex: 'db', seconds: 0 });
    await one.ensure({ id: 'waits', script: ran(one), mutex: 'db', seconds: 0, fence: ['cedar', 1] });
    await raise(one, 2);
    await one.until('waits', 'CLAIMED');
    expect((await one.status('busy'))?.state).toBe('RUNNING');
    await one.verb('cancel', one.base, 'busy', 0);
    const { status } = await one.ensure({ id: 'waits', script: ran(one), mutex: 'db', fence: ['cedar', 2] });
    expect({ state: status?.state, runs: one.runs() }).toEqual({ state: 'EXITED', runs: 1 });
  });

  it('lets an old owner neither cancel nor collect garbage', async () => {
    const one = host({ path });
    await one.ensure({ id: 'runs', script: 'sleep 60', seconds: 0, fence: ['cedar', 1] });
    await one.ensure({ id: 'acked', script: 'true', fence: ['cedar', 1] });
    await one.verb('ack', one.base, 'acked');
    await raise(one, 2);
    const cancel = await one.verb('cancel', one.base, 'runs', 0, 'cedar', 1);
    const collect = await one.verb('gc', one.base, 0, 'cedar', 1);
    const states = [cancel.status?.state, collect.status?.state, (await one.status('runs'))?.state];
    expect(states).toEqual(['FENCED', 'FENCED', 'RUNNING']);
    expect((await one.status('acked'))?.state).toBe('EXITED');
    await one.verb('cancel', one.base, 'runs', 0, 'cedar', 2);
    expect(await one.until('runs', 'EXITED')).toMatchObject({ why: 'cancel' });
  });

  it('takes a fence that cannot be read for no permission', async () => {
    const one = host({ path });
    await raise(one, 2);
    writeFileSync(join(one.base, 'fences/cedar'), '');
    const { status } = await one.ensure({ id: 'torn', script: ran(one), fence: ['cedar', 9] });
    expect({ state: status?.state, runs: one.runs() }).toEqual({ state: 'HOST_FAULT', runs: 0 });
  });

  it.each(['holder-written', 'fence-raised'])('is old or new, never torn, after a crash at %s', async (crashAt) => {
    const one = host({ path });
    await raise(one, 1);
    const crashed = host({ path, crashAt, base: one.base });
    await raise(crashed, 2);
    const { line } = await one.verb('fence', one.base, 'cedar');
    expect(line).toContain(crashAt === 'fence-raised' ? 'number=2' : 'number=1');
    expect((await raise(one, 3)).line).toContain('number=3');
  });
});
