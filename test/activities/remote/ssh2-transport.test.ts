import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSsh2Transport } from '../../../activities/remote/ssh2-transport';
import {
  OutputLimitError,
  TransportError,
  type RemoteHost,
  type Transport,
} from '../../../activities/remote/transport';
import { startCuttingProxy, type CuttingProxy } from './cutting-proxy';
import { startSshd, whyNoSshd, type Sshd } from './sshd';

jest.setTimeout(30_000);
const reason = whyNoSshd();
if (reason !== null) process.stderr.write(`NOT TESTED: the ssh2 transport: ${reason}\n`);

(reason === null ? describe : describe.skip)('the ssh2 transport against a real sshd', () => {
  let sshd: Sshd;
  let proxy: CuttingProxy;
  const open: Transport[] = [];
  const transport = (...hosts: RemoteHost[]): Transport => {
    const one = createSsh2Transport({ hosts, times: { longestPauseSeconds: 0.1, connectSeconds: 5 } });
    open.push(one);
    return one;
  };
  const failure = async (work: Promise<unknown>): Promise<TransportError> => {
    const error: unknown = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof TransportError)) throw new Error(`not a TransportError: ${String(error)}`);
    return error;
  };

  beforeAll(async () => {
    sshd = await startSshd();
    proxy = await startCuttingProxy({ targetPort: sshd.port });
    writeFileSync(join(sshd.directory, 'through_proxy'), `[127.0.0.1]:${String(proxy.port)} ${sshd.hostKey}\n`);
  });
  const throughProxy = (): RemoteHost =>
    sshd.host({ port: proxy.port, knownHostsFile: join(sshd.directory, 'through_proxy') });
  afterEach(async () => {
    proxy.cutAfter(() => null);
    proxy.blackHole(false);
    await Promise.all(open.splice(0).map((one) => one.close()));
  });
  afterAll(async () => {
    await proxy.stop();
    await sshd.stop();
  });

  it('returns exit code, stdout and stderr, and feeds stdin', async () => {
    const command = 'cat; echo oops >&2; exit 3';
    const result = await transport(sshd.host()).exec({ host: 'ctl1', command, stdin: 'in', deadlineSeconds: 10 });
    expect(result).toEqual({ exitCode: 3, stdout: 'in', stderr: 'oops\n' });
  });

  it('gives a command that a signal ended 128 + its number', async () => {
    const result = await transport(sshd.host()).exec({ host: 'ctl1', command: 'kill -9 $$', deadlineSeconds: 10 });
    expect(result).toEqual({ exitCode: 137, stdout: '', stderr: '' });
  });

  it('runs many commands at once over one connection, five at a time', async () => {
    const one = transport(throughProxy());
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        one.exec({ host: 'ctl1', command: `echo ${String(index)} $SSH_CONNECTION`, deadlineSeconds: 20 }),
      ),
    );
    const words = results.map(({ stdout }) => stdout.trim().split(' '));
    expect(words.map(([index]) => Number(index))).toEqual(Array.from({ length: 40 }, (_, index) => index));
    expect(new Set(words.map(([, , port]) => port)).size).toBe(1);
  });

  it('streams output without keeping it', async () => {
    let bytes = 0;
    const onStdout = (chunk: Buffer): number => (bytes += chunk.length);
    const command = 'head -c 20000000 /dev/zero';
    const result = await transport(sshd.host()).exec({ host: 'ctl1', command, onStdout, deadlineSeconds: 20 });
    expect({ ...result, bytes }).toEqual({ exitCode: 0, stdout: '', stderr: '', bytes: 20_000_000 });
  });

  it('refuses to cut an output that is too long', async () => {
    const exec = { host: 'ctl1', command: 'head -c 2000 /dev/zero', maxOutputBytes: 1000, deadlineSeconds: 10 };
    await expect(transport(sshd.host()).exec(exec)).rejects.toThrow(OutputLimitError);
  });

  it('takes a connection that ends without an exit code for a failure', async () => {
    const command = 'echo begun; kill -9 $PPID; sleep 5';
    const error = await failure(transport(sshd.host()).exec({ host: 'ctl1', command, deadlineSeconds: 10 }));
    expect({ kind: error.kind, sent: error.sent }).toEqual({ kind: 'closed', sent: true });
  });

  it('connects again after the connection was lost', async () => {
    const one = transport(sshd.host());
    await failure(one.exec({ host: 'ctl1', command: 'kill -9 $PPID', deadlineSeconds: 10 }));
    expect((await one.exec({ host: 'ctl1', command: 'echo back', deadlineSeconds: 10 })).stdout).toBe('back\n');
  });

  it('notices a connection that went dead without a word', async () => {
    const one = createSsh2Transport({ hosts: [throughProxy()], times: { keepaliveSeconds: 0.1, keepaliveMisses: 2 } });
    open.push(one);
    await one.exec({ host: 'ctl1', command: 'true', deadlineSeconds: 10 });
    proxy.blackHole(true);
    const error = await failure(one.exec({ host: 'ctl1', command: 'true', deadlineSeconds: 20 }));
    expect({ kind: error.kind, sent: error.sent }).toEqual({ kind: 'closed', sent: true });
  });

  it("stops waiting at the deadline and at the caller's signal", async () => {
    const one = transport(sshd.host());
    const late = await failure(one.exec({ host: 'ctl1', command: 'sleep 5', deadlineSeconds: 0.3 }));
    const controller = new AbortController();
    const exec = one.exec({ host: 'ctl1', command: 'sleep 5', deadlineSeconds: 10, signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    const stopped = await failure(exec);
    expect([late.kind, late.sent, stopped.kind, stopped.sent]).toEqual(['deadline', true, 'aborted', true]);
  });

  it('says that nothing listens', async () => {
    const host = sshd.host({ port: 1 });
    const error = await failure(transport(host).exec({ host: 'ctl1', command: 'true', deadlineSeconds: 2 }));
    expect({ kind: error.kind, sent: error.sent }).toEqual({ kind: 'unreachable', sent: false });
    expect(error.message).toMatch(/^Cannot connect to ctl1 \(127\.0\.0\.1 port 1\): .*ECONNREFUSED/);
  });

  it('says that the key does not open the door, and does not try again at once', async () => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(sshd.directory, 'stranger')]);
    const one = transport({ ...throughProxy(), identityFile: join(sshd.directory, 'stranger') });
    const before = proxy.connections();
    const errors = [];
    for (let tries = 0; tries < 3; tries += 1) {
      errors.push(await failure(one.exec({ host: 'ctl1', command: 'true', deadlineSeconds: 5 })));
    }
    expect(errors.map(({ kind, sent }) => ({ kind, sent }))).toEqual(Array(3).fill({ kind: 'auth', sent: false }));
    expect(proxy.connections() - before).toBe(1);
  });

  it.each([
    [
      'is not known',
      '',
      /its host key is not in .*known \(looked for \[127\.0\.0\.1\]:\d+ and \[ctl1\]:\d+\).*SHA256:/,
    ],
    ['is revoked', '@revoked * KEY', /revoked by .*known line 1/],
    [
      'has changed',
      'NAME ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl',
      /not the one in .*known line 1: ssh-ed25519 SHA256:.*ssh-keygen -R/,
    ],
  ])('sends nothing to a host whose key %s', async (_, line, text) => {
    const known = join(sshd.directory, 'known');
    const name = `[127.0.0.1]:${String(sshd.port)}`;
    writeFileSync(known, `${line.replace('NAME', name).replace('KEY', sshd.hostKey)}\n`);
    const host = sshd.host({ knownHostsFile: known });
    const error = await failure(transport(host).exec({ host: 'ctl1', command: 'true', deadlineSeconds: 5 }));
    expect({ kind: error.kind, sent: error.sent }).toEqual({ kind: 'hostKey', sent: false });
    expect(error.message).toMatch(text);
  });

  it('asks a host with several keys for the one it knows', async () => {
    const other = await startSshd({ config: 'HostKey ECDSA' });
    const line = readFileSync(join(other.directory, 'ecdsa.pub'), 'utf8');
    writeFileSync(join(other.directory, 'known_hosts'), `[127.0.0.1]:${String(other.port)} ${line}`);
    const result = await transport(other.host()).exec({ host: 'ctl1', command: 'echo in', deadlineSeconds: 10 });
    expect(result.stdout).toBe('in\n');
    await other.stop();
  });

  it('keeps a connection through rekeys', async () => {
    const other = await startSshd({ config: 'RekeyLimit 1M' });
    let bytes = 0;
    const onStdout = (chunk: Buffer): number => (bytes += chunk.length);
    const exec = { host: 'ctl1', command: 'head -c 20000000 /dev/urandom', onStdout, deadlineSeconds: 20 };
    expect((await transport(other.host()).exec(exec)).exitCode).toBe(0);
    expect(bytes).toBe(20_000_000);
    await other.stop();
  });

  it('goes through a jump host, verifying both', async () => {
    const inner = await startSshd();
    const one = transport(sshd.host({ name: 'bastion' }), inner.host({ jumpHost: 'bastion' }));
    const { stdout } = await one.exec({ host: 'ctl1', command: 'echo $SSH_CONNECTION', deadlineSeconds: 10 });
    expect(stdout.trim().split(' ')[3]).toBe(String(inner.port));
    await inner.stop();
  });

  it('loses no command when the host gives fewer channels than we ask for', async () => {
    const other = await startSshd({ config: 'MaxSessions 2' });
    const one = transport(other.host());
    const results = await Promise.all(
      Array.from({ length: 10 }, () => one.exec({ host: 'ctl1', command: 'echo ok', deadlineSeconds: 20 })),
    );
    expect(results.map(({ stdout }) => stdout)).toEqual(Array(10).fill('ok\n'));
    await other.stop();
  });
});
