import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TransportUnderTest } from '../transports-under-test';
import { failure, kindAndSent, pauseSeconds, rig } from './rig';

/** Keepalive as short as the OpenSSH client can count: whole seconds. */
const KEEPALIVE = { keepaliveSeconds: 1, keepaliveMisses: 2 };

/** What a transport says when the line breaks, and that it never tells a result it did not get. */
export function testLostConnections(under: TransportUnderTest): void {
  const { sshd, proxy, throughProxy, another, silent, transport } = rig(under);
  const exec = { host: 'ctl1', command: 'true', deadlineSeconds: 20 };

  it('takes a connection that ends without an exit code for a failure', async () => {
    const one = transport({ hosts: [sshd().host()] });
    const error = await failure(one.exec({ ...exec, command: `echo begun; ${sshd().killSession}` }));
    expect(kindAndSent(error)).toEqual({ kind: 'closed', sent: true });
    expect(error.message).toContain('The command may have started there');
  });

  it('connects again after the connection was lost', async () => {
    const one = transport({ hosts: [sshd().host()] });
    await failure(one.exec({ ...exec, command: sshd().killSession }));
    expect((await one.exec({ ...exec, command: 'echo back' })).stdout).toBe('back\n');
  });

  it.each(['fin', 'reset'] as const)('does not run a command again that a %s cut short', async (kind) => {
    const side = join(sshd().directory, `side-${kind}`);
    writeFileSync(side, '');
    proxy().cutAfter(once({ kind, afterBytes: 40_000, counting: 'both' }, null));
    const one = transport({ hosts: [throughProxy()] });
    const command = `echo ran >> ${side}; head -c 400000 /dev/zero; sleep 1`;
    const error = await failure(one.exec({ ...exec, command }));
    expect(kindAndSent(error)).toEqual({ kind: 'closed', sent: true });
    expect((await one.exec({ ...exec, command: 'echo back' })).stdout).toBe('back\n');
    expect(readFileSync(side, 'utf8')).toBe('ran\n');
  });

  it('fails all commands of a lost connection, each once', async () => {
    const one = transport({ hosts: [throughProxy()] });
    const waiting = Array.from({ length: 5 }, () => failure(one.exec({ ...exec, command: 'sleep 10' })));
    await pauseSeconds(1);
    proxy().cutNow();
    expect((await Promise.all(waiting)).map(kindAndSent)).toEqual(Array(5).fill({ kind: 'closed', sent: true }));
  });

  it('notices a connection that went dead without a word', async () => {
    const one = transport({ hosts: [throughProxy()], times: KEEPALIVE });
    await one.exec(exec);
    proxy().blackHole(true);
    expect(kindAndSent(await failure(one.exec(exec)))).toEqual({ kind: 'closed', sent: true });
  });

  it('notices a dead connection also while nothing runs on it', async () => {
    const one = transport({ hosts: [throughProxy()], times: KEEPALIVE });
    await one.exec(exec);
    const before = proxy().connections();
    proxy().blackHole(true);
    await proxy().whenEmpty();
    proxy().blackHole(false);
    expect((await one.exec({ ...exec, command: 'echo back' })).stdout).toBe('back\n');
    expect(proxy().connections()).toBe(before + 1);
  });

  it('leaves a running command alone when sshd is restarted, and uses its connection on', async () => {
    const other = await another();
    const one = transport({ hosts: [other.host()] });
    const running = one.exec({ ...exec, command: 'echo $PPID; sleep 0.6; echo $SSH_CONNECTION' });
    await pauseSeconds(0.3);
    await other.restart();
    const first = (await running).stdout.trim().split('\n')[1];
    expect((await one.exec({ ...exec, command: 'echo $SSH_CONNECTION' })).stdout.trim()).toBe(first);
  });

  it('says that nothing listens', async () => {
    const error = await failure(transport({ hosts: [sshd().host({ port: 1 })] }).exec(exec));
    expect(kindAndSent(error)).toEqual({ kind: 'unreachable', sent: false });
    expect(error.message).toMatch(/^Cannot connect to ctl1 \(127\.0\.0\.1 port 1\): .*refused/i);
  });

  it('gives up on a host that takes the connection and says nothing', async () => {
    const { port } = await silent();
    const one = transport({ hosts: [sshd().host({ port })], times: { connectSeconds: 1 } });
    const error = await failure(one.exec(exec));
    expect(kindAndSent(error)).toEqual({ kind: 'unreachable', sent: false });
  });

  it('stops connecting when it is closed', async () => {
    const { port } = await silent();
    const one = transport({ hosts: [sshd().host({ port })], times: { connectSeconds: 600 } });
    const waiting = failure(one.exec({ ...exec, deadlineSeconds: 600 }));
    await pauseSeconds(0.3);
    await one.close();
    expect((await waiting).sent).toBe(false);
  });
}

/** One value first, another from then on. */
function once<First, Then>(first: First, then: Then): () => First | Then {
  let asked = false;
  return () => {
    if (asked) return then;
    asked = true;
    return first;
  };
}
