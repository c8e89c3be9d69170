import type { TransportUnderTest } from '../transports-under-test';
import { failure, pauseSeconds, rig, until } from './rig';

/** What a server allows, and how little a transport asks of it. */
export function testServerLimits(under: TransportUnderTest): void {
  const { sshd, another, silent, transport } = rig(under);

  it.each([1, 2])('loses no command on a host with MaxSessions %i', async (sessions) => {
    const other = await another(`MaxSessions ${String(sessions)}`);
    const one = transport({ hosts: [other.host()] });
    const side = `${other.directory}/side`;
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        one.exec({
          host: 'ctl1',
          command: `echo ${String(index)} >> ${side}; echo ok; sleep 0.2`,
          deadlineSeconds: 40,
        }),
      ),
    );
    expect(results.map(({ stdout }) => stdout)).toEqual(Array(10).fill('ok\n'));
    const ran = await one.exec({ host: 'ctl1', command: `sort -n ${side}`, deadlineSeconds: 20 });
    expect(ran.stdout.trim().split('\n')).toEqual(Array.from({ length: 10 }, (_, index) => String(index)));
  });

  it('gets past commands that nobody waits for any longer and that hold every session', async () => {
    const other = await another('MaxSessions 2');
    const one = transport({ hosts: [other.host()] });
    const left = { host: 'ctl1', command: 'sleep 15', deadlineSeconds: 0.7 };
    await Promise.all([failure(one.exec(left)), failure(one.exec(left))]);
    const result = await one.exec({ host: 'ctl1', command: 'echo through', deadlineSeconds: 14 });
    expect(result.stdout).toBe('through\n');
  });

  it('says that a host gives no session at all', async () => {
    const other = await another('MaxSessions 0');
    const one = transport({ hosts: [other.host()] });
    const error = await failure(one.exec({ host: 'ctl1', command: 'true', deadlineSeconds: 30 }));
    expect([error.kind, error.sent]).toEqual(['openFailed', false]);
    expect(error.message).toContain('MaxSessions');
  });

  it('logs in to every host although some handshakes are dropped', async () => {
    const other = await another('MaxStartups 2');
    const names = Array.from({ length: 12 }, (_, index) => `h${String(index)}`);
    const one = transport({ hosts: names.map((name) => other.host({ name })) });
    const results = await Promise.all(names.map((host) => one.exec({ host, command: 'echo in', deadlineSeconds: 40 })));
    expect(results.map(({ stdout }) => stdout)).toEqual(names.map(() => 'in\n'));
  });

  it('knocks at one address with at most five handshakes at once', async () => {
    const { port, connections } = await silent();
    const names = Array.from({ length: 12 }, (_, index) => `h${String(index)}`);
    const one = transport({ hosts: names.map((name) => sshd().host({ name, port })), times: { connectSeconds: 30 } });
    const waiting = names.map((host) => failure(one.exec({ host, command: 'true', deadlineSeconds: 30 })));
    await until(() => connections() === 5);
    await pauseSeconds(0.5);
    expect(connections()).toBe(5);
    await one.close();
    expect((await Promise.all(waiting)).map(({ sent }) => sent)).toEqual(names.map(() => false));
  });
}
