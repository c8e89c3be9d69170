import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TransportUnderTest } from '../transports-under-test';
import { failure, kindAndSent, pauseSeconds, rig, until } from './rig';

/** Hosts that are reached through another. */
export function testJumpHosts(under: TransportUnderTest): void {
  const { sshd, proxy, throughProxy, another, silent, transport } = rig(under);
  const exec = { host: 'ctl1', command: 'echo $SSH_CONNECTION', deadlineSeconds: 20 };

  it('goes through a jump host', async () => {
    const inner = await another();
    const one = transport({ hosts: [sshd().host({ name: 'bastion' }), inner.host({ jumpHost: 'bastion' })] });
    const { stdout } = await one.exec(exec);
    expect(stdout.trim().split(' ')[3]).toBe(String(inner.port));
    expect((await one.exec({ ...exec, host: 'bastion', command: 'echo here' })).stdout).toBe('here\n');
  });

  it('reaches several hosts over one connection to the jump host', async () => {
    const inner = await another();
    const names = Array.from({ length: 8 }, (_, index) => `h${String(index)}`);
    const before = proxy().connections();
    const one = transport({
      hosts: [
        { ...throughProxy(), name: 'bastion' },
        ...names.map((name) => inner.host({ name, jumpHost: 'bastion' })),
      ],
    });
    const results = await Promise.all(names.map((host) => one.exec({ ...exec, host, deadlineSeconds: 40 })));
    expect(results.map(({ exitCode }) => exitCode)).toEqual(names.map(() => 0));
    expect(proxy().connections() - before).toBe(1);
  });

  it.each([
    ['bastion', 'its own key is not in known_hosts'],
    ['ctl1', 'its own key is not in known_hosts'],
    ['ctl1', 'it shows the key of the bastion'],
  ])('sends nothing through or to %s when %s', async (wrong, how) => {
    const inner = await another();
    const knownHostsFile = join(inner.directory, 'wrong');
    const name = `[127.0.0.1]:${String(wrong === 'bastion' ? sshd().port : inner.port)}`;
    writeFileSync(knownHostsFile, how.startsWith('it shows') ? `${name} ${sshd().hostKey}\n` : '');
    const one = transport({
      hosts: [
        sshd().host({ name: 'bastion', ...(wrong === 'bastion' ? { knownHostsFile } : {}) }),
        inner.host({ jumpHost: 'bastion', ...(wrong === 'ctl1' ? { knownHostsFile } : {}) }),
      ],
    });
    const error = await failure(one.exec(exec));
    expect({ ...kindAndSent(error), host: error.host }).toEqual({ kind: 'hostKey', sent: false, host: wrong });
  });

  it('says which host the jump host cannot reach', async () => {
    const one = transport({
      hosts: [sshd().host({ name: 'bastion' }), sshd().host({ port: 1, jumpHost: 'bastion' })],
    });
    const error = await failure(one.exec(exec));
    expect(kindAndSent(error)).toEqual({ kind: 'unreachable', sent: false });
    expect(error.message).toMatch(/ctl1 \(127\.0\.0\.1 port 1\).*through bastion/);
  });

  it('connects again, both hops, when the jump host was lost', async () => {
    const inner = await another();
    const one = transport({
      hosts: [{ ...throughProxy(), name: 'bastion' }, inner.host({ jumpHost: 'bastion' })],
    });
    await one.exec(exec);
    proxy().cutNow();
    await proxy().whenEmpty();
    expect((await one.exec({ ...exec, command: 'echo back' })).stdout).toBe('back\n');
  });

  it('knocks through one jump host with at most five handshakes at once', async () => {
    const { port, connections } = await silent();
    const names = Array.from({ length: 8 }, (_, index) => `h${String(index)}`);
    const inner = names.map((name) => sshd().host({ name, port, jumpHost: 'bastion' }));
    const one = transport({ hosts: [sshd().host({ name: 'bastion' }), ...inner], times: { connectSeconds: 30 } });
    const waiting = names.map((host) => failure(one.exec({ ...exec, host, deadlineSeconds: 30 })));
    await until(() => connections() === 5);
    await pauseSeconds(0.5);
    expect(connections()).toBe(5);
    await one.close();
    expect((await Promise.all(waiting)).map(({ sent }) => sent)).toEqual(names.map(() => false));
  });
}
