import { spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort, greets, makeSshKey, sshdConfig, sshdProgram } from '../../../lab/machine/loopback-sshd';
import type { RemoteHost } from '../../../remote';

const KILL_SESSION = `pid=$PPID
until grep -q '^Name:.*sshd' /proc/$pid/status; do pid=$(sed -n 's/^PPid:[^0-9]*//p' /proc/$pid/status); done
kill -9 $pid
sleep 5`;

export interface Sshd {
  readonly directory: string;
  readonly port: number;
  /** The host as a transport wants it; changed fields on top. */
  readonly host: (changes?: Partial<RemoteHost>) => RemoteHost & { readonly identityFile: string };
  /** Public host key line: `ssh-ed25519 AAAA...`. */
  readonly hostKey: string;
  /** Private key of an authority that signs certificates; AUTHORITY in `config` is its public half. */
  readonly authority: string;
  /** Puts a program of that name before the real ones for every session. */
  readonly fake: (name: string, script: string) => void;
  /** Shell text that kills the sshd of the session it runs in: the connection ends without a word. */
  readonly killSession: string;
  readonly restart: (options?: { readonly hostKey?: 'new' }) => Promise<void>;
  /** Processes of the connections that the listener has taken since it was started. */
  readonly sessions: () => readonly number[];
  readonly stop: () => Promise<void>;
}

/** A real OpenSSH server on 127.0.0.1, run by and for the current user, with its own keys. `shell`: what `sh` is. `config`: more lines for sshd_config; ECDSA, AUTHORITY and HOST-CERTIFICATE in it are the paths of a second host key, of the authority's public key and of the host's certificate. */
export async function startSshd(options: { readonly shell?: string; readonly config?: string } = {}): Promise<Sshd> {
  const directory = mkdtempSync(join(tmpdir(), 'osu-sshd-'));
  const at = (name: string): string => join(directory, name);
  const port = await freePort('127.0.0.1');
  const user = userInfo().username;
  mkdirSync(at('bin'));
  if (options.shell !== undefined) symlinkSync(options.shell, at('bin/sh'));
  const fake = (name: string, script: string): void => {
    writeFileSync(at(`bin/${name}`), `#!/bin/sh\n${script}\n`);
    chmodSync(at(`bin/${name}`), 0o755);
  };
  // Where the tests run without root, the jobs do too: nothing in the protocol needs it.
  fake('sudo', 'shift; exec "$@"');
  const withPaths = (config: string): string =>
    config
      .replace('HOST-CERTIFICATE', at('host-cert.pub'))
      .replace('AUTHORITY', at('authority.pub'))
      .replace('ECDSA', at('ecdsa'));
  makeSshKey({ path: at('host') });
  makeSshKey({ path: at('user') });
  makeSshKey({ path: at('authority') });
  makeSshKey({ path: at('ecdsa'), type: 'ecdsa' });
  writeFileSync(at('authorized_keys'), readFileSync(at('user.pub')));
  writeFileSync(
    at('sshd_config'),
    `${withPaths(options.config ?? '')}
Port ${String(port)}
ListenAddress 127.0.0.1
${sshdConfig({ hostKey: at('host'), authorizedKeys: at('authorized_keys') })}SetEnv HOME=${directory} PATH=${at('bin')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
`,
  );
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });

  let server = await launch({ directory, port });
  const remember = (): void => {
    writeFileSync(at('known_hosts'), `[127.0.0.1]:${String(port)} ${readFileSync(at('host.pub'), 'utf8')}`);
  };
  remember();
  return {
    directory,
    port,
    fake,
    killSession: KILL_SESSION,
    authority: at('authority'),
    get hostKey() {
      return readFileSync(at('host.pub'), 'utf8').trim().split(' ').slice(0, 2).join(' ');
    },
    host: (changes) => ({
      name: 'ctl1',
      address: '127.0.0.1',
      port,
      user,
      identityFile: at('user'),
      knownHostsFile: at('known_hosts'),
      ...changes,
    }),
    async restart(change) {
      await end(server);
      if (change?.hostKey === 'new') {
        rmSync(at('host'));
        rmSync(at('host.pub'));
        makeSshKey({ path: at('host') });
      }
      server = await launch({ directory, port });
    },
    sessions: () => childrenOf(server.pid),
    async stop() {
      await end(server);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function launch(options: { readonly directory: string; readonly port: number }): Promise<ChildProcess> {
  const log = join(options.directory, 'sshd.log');
  const server = spawn(sshdProgram, ['-D', '-f', join(options.directory, 'sshd_config'), '-E', log], {
    stdio: 'ignore',
  });
  for (let tries = 0; tries < 200; tries += 1) {
    if (server.exitCode !== null) break;
    if (await greets({ address: '127.0.0.1', port: options.port })) return server;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`sshd did not come up: ${readFileSync(log, 'utf8')}`);
}

/** Ends the listener; sessions that are open live on, as with a real restart of sshd. */
function end(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) resolve();
    else {
      server.once('exit', () => resolve());
      server.kill('SIGTERM');
    }
  });
}

function childrenOf(pid: number | undefined): number[] {
  const list = `/proc/${String(pid)}/task/${String(pid)}/children`;
  return existsSync(list) ? readFileSync(list, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}
