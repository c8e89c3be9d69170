import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOpensshTransport, type RemoteHost } from '../../../remote';
import type { ConnectOrder } from './connecting-worker';
import { testTransport } from './transport-suite';
import { failure, kindAndSent, rig, until } from './transport-suite/rig';
import { transportNamed } from './transports-under-test';

const under = transportNamed('openssh');
testTransport(under);

(under.missing === null ? describe : describe.skip)("OpenSSH's own client", () => {
  const { sshd, another, transport } = rig(under);
  const exec = { host: 'ctl1', command: 'echo in', deadlineSeconds: 20 };

  it.each([
    ['is missing', '/nowhere/ssh', /there is no program "\/nowhere\/ssh" on the worker's machine.*openssh-client/],
    ['is too old', 'OpenSSH_7.9p1 Debian-10', /says "OpenSSH_7\.9p1 Debian-10".*Install OpenSSH 8\.0 or newer/],
  ])('says that the client %s, and does not take it for a trouble of the host', async (_, program, text) => {
    const fake = join(sshd().directory, 'old-ssh');
    writeFileSync(fake, `#!/bin/sh\necho '${program}' >&2\n`, { mode: 0o755 });
    const one = createOpensshTransport({ hosts: [sshd().host()], program: program.startsWith('/') ? program : fake });
    const error: unknown = await one.exec(exec).catch((thrown: unknown) => thrown);
    await one.close();
    expect(error).toMatchObject({ name: 'OpensshUnusable', message: expect.stringMatching(text) as string });
  });

  it('takes no exit code from an ssh that did not run', async () => {
    const program = join(sshd().directory, 'broken-ssh');
    const broken = join(sshd().directory, 'broken');
    writeFileSync(
      program,
      `#!/bin/sh\n[ -e ${broken} ] && case "$*" in *broken-now*) exit 127;; esac\nexec ssh "$@"\n`,
      {
        mode: 0o755,
      },
    );
    writeFileSync(broken, '');
    const one = createOpensshTransport({ hosts: [sshd().host()], program });
    const error = await failure(one.exec({ ...exec, command: 'echo broken-now' }));
    await one.close();
    expect(error.kind).toBe('closed');
  });

  it('does not believe a host that speaks like ssh', async () => {
    const side = join(sshd().directory, 'speaks');
    const says = 'mux_client_request_session: session request failed: Session open refused by peer';
    const command = `echo ran >> ${side}; echo '${says}' >&2; echo 'Control socket connect(x): refused' >&2; ${sshd().killSession}`;
    const error = await failure(transport({ hosts: [sshd().host()] }).exec({ ...exec, command }));
    expect([kindAndSent(error), readFileSync(side, 'utf8')]).toEqual([{ kind: 'closed', sent: true }, 'ran\n']);
  });

  it('connects anew when its master was killed, and never by a command itself', async () => {
    const one = transport({ hosts: [sshd().host()] });
    const port = async (): Promise<string> =>
      (await one.exec({ ...exec, command: 'echo $SSH_CONNECTION' })).stdout.split(' ')[1] ?? '';
    const first = await port();
    for (const pid of mastersOf(sshd().port)) process.kill(pid, 'SIGKILL');
    const [second, third] = [await port(), await port()];
    expect([first === second, second === third]).toEqual([false, true]);
  });

  it('keeps sockets and logs in a private directory, and leaves nothing behind', async () => {
    const before = directories();
    const one = createOpensshTransport({ hosts: [sshd().host()] });
    await one.exec(exec);
    const [mine = ''] = directories().filter((name) => !before.includes(name));
    expect(statSync(mine).mode & 0o777).toBe(0o700);
    expect(readdirSync(mine).sort()).toEqual(['1.log', '1.s']);
    expect(mastersOf(sshd().port)).toHaveLength(1);
    await one.close();
    expect(existsSync(mine)).toBe(false);
    expect(mastersOf(sshd().port)).toEqual([]);
  });

  it('ends its masters when the worker is killed', async () => {
    const before = directories();
    const order: ConnectOrder = { host: sshd().host() };
    const worker = spawn(
      process.execPath,
      ['--import', 'tsx', join(__dirname, 'connecting-worker.ts'), JSON.stringify(order)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise((resolve) => worker.stdout.once('data', resolve));
    const mine = directories().filter((name) => !before.includes(name));
    expect([mine.length, mastersOf(sshd().port).length]).toEqual([1, 1]);
    worker.kill('SIGKILL');
    await until(() => !existsSync(mine[0] ?? '') && mastersOf(sshd().port).length === 0);
  });

  it('logs in with a certificate of a user authority', async () => {
    const other = await another('TrustedUserCAKeys AUTHORITY\nAuthorizedKeysFile none');
    expect(kindAndSent(await failure(transport({ hosts: [other.host()] }).exec(exec)))).toEqual({
      kind: 'auth',
      sent: false,
    });
    const { user, identityFile } = other.host();
    sign(['-n', user, `${identityFile}.pub`], other.authority);
    expect((await transport({ hosts: [other.host()] }).exec(exec)).stdout).toBe('in\n');
  });

  it('knows a host by a certificate of its authority, and no other host', async () => {
    const other = await another('HostCertificate HOST-CERTIFICATE');
    sign(['-h', '-n', '127.0.0.1', join(other.directory, 'host.pub')], other.authority);
    await other.restart();
    const authority = readFileSync(`${other.authority}.pub`, 'utf8');
    const knownBy = (lines: string): RemoteHost => {
      const knownHostsFile = join(other.directory, 'authorities');
      writeFileSync(knownHostsFile, lines);
      return other.host({ knownHostsFile });
    };
    const trusting = knownBy(`@cert-authority [127.0.0.1]:* ${authority}`);
    expect((await transport({ hosts: [trusting] }).exec(exec)).stdout).toBe('in\n');

    const ofOthers = knownBy(`@cert-authority elsewhere ${authority}`);
    expect((await failure(transport({ hosts: [ofOthers] }).exec(exec))).kind).toBe('hostKey');
    const revoked = knownBy(`@cert-authority [127.0.0.1]:* ${authority}@revoked * ${authority}`);
    expect((await failure(transport({ hosts: [revoked] }).exec(exec))).kind).toBe('hostKey');

    // What the built-in client says to the same file: it cannot, and what to write instead.
    const builtIn = transportNamed('ssh2').create({ hosts: [knownBy(`@cert-authority [127.0.0.1]:* ${authority}`)] });
    const error = await failure(builtIn.exec(exec));
    await builtIn.close();
    expect(error).toMatchObject({ kind: 'hostKey', sent: false });
    expect(error.message).toMatch(/trusts a certificate authority .*client: openssh/);
  });

  it('takes from a configuration how to log in, and never what would weaken it', async () => {
    const { identityFile, ...host } = sshd().host();
    const configFile = join(sshd().directory, 'ssh_config');
    const made = join(sshd().directory, 'made-by-config');
    writeFileSync(
      configFile,
      `Host ctl1
  IdentityFile ${identityFile}
Host *
  StrictHostKeyChecking no
  UserKnownHostsFile ${join(sshd().directory, 'known_hosts')}
  GlobalKnownHostsFile ${join(sshd().directory, 'known_hosts')}
  RemoteCommand touch ${made}
  PermitLocalCommand yes
  LocalCommand touch ${made}
  RequestTTY force
  ControlMaster no
  ControlPath none
  Port 1
  User nobody
`,
    );
    const result = await transport({ hosts: [{ ...host, configFile }] }).exec({ ...exec, command: 'tty; echo in' });
    expect({ ...result, made: existsSync(made) }).toMatchObject({ stdout: 'not a tty\nin\n', made: false });

    const knownHostsFile = join(sshd().directory, 'empty');
    writeFileSync(knownHostsFile, '');
    const error = await failure(transport({ hosts: [{ ...host, configFile, knownHostsFile }] }).exec(exec));
    expect(kindAndSent(error)).toEqual({ kind: 'hostKey', sent: false });
  });

  it('goes through a proxy command of the configuration', async () => {
    const { port, ...host } = sshd().host();
    const configFile = join(sshd().directory, 'ssh_config');
    const script = `require('net').connect(${String(port)}, '127.0.0.1', function () { process.stdin.pipe(this).pipe(process.stdout) })`;
    writeFileSync(join(sshd().directory, 'proxy.js'), script);
    writeFileSync(configFile, `ProxyCommand ${process.execPath} ${join(sshd().directory, 'proxy.js')}\n`);
    const name = `[not.resolvable]:1 ${sshd().hostKey}\n`;
    writeFileSync(join(sshd().directory, 'proxied'), name);
    const knownHostsFile = join(sshd().directory, 'proxied');
    const far = { ...host, address: 'not.resolvable', port: 1, configFile, knownHostsFile };
    expect((await transport({ hosts: [far] }).exec(exec)).stdout).toBe('in\n');
  });

  it.each([
    ['in the directory it is given', 'short', 1],
    ['in /tmp where that has too long a name', 'x'.repeat(90), 0],
  ])('puts its sockets %s', async (_, name, entries) => {
    const below = join(sshd().directory, name);
    mkdirSync(below);
    const one = createOpensshTransport({ hosts: [sshd().host()], below });
    expect((await one.exec(exec)).stdout).toBe('in\n');
    expect(readdirSync(below)).toHaveLength(entries);
    await one.close();
    expect(readdirSync(below)).toEqual([]);
  });
});

/** A certificate for a public key, beside it. */
function sign(words: readonly string[], authority: string): void {
  execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'test', ...words]);
}

function directories(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => /^osu-[A-Za-z0-9]{6}$/.test(name))
    .map((name) => join(tmpdir(), name));
}

/** The processes that hold a connection to a port of this machine and are masters. */
function mastersOf(port: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const words = wordsOf(pid);
      return (
        words.includes('-M') && words.includes(String(port)) && words.some((word) => word.startsWith('ControlPersist='))
      );
    })
    .map(Number);
}

function wordsOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return []; // it has ended meanwhile
  }
}
