import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { exitArguments, masterArguments, proxyCommand, type MasterFiles } from './openssh-arguments';
import { masterFailure } from './openssh-failure';
import type { ConnectionTimes, Jump } from './ssh-client';
import { readKnownHosts } from './known-hosts-file';
import { startTimeLimit, type TimeLimit } from './time-limit';
import type { RemoteHost } from './transport';

/** A master of one host: an ssh process in the background that is verified, logged in, and takes commands. */
export interface Master {
  readonly host: RemoteHost;
  readonly files: MasterFiles;
  /**
   * An idle connection to the control socket. While it is open the master stays; when the master dies it closes, which
   * is how we know.
   */
  readonly leash: Socket;
}

/** Rejects with a TransportError (`sent: false`) of kind hostKey, auth, unreachable or openFailed. */
export async function startMaster(options: {
  readonly program: string;
  readonly host: RemoteHost;
  readonly times: ConnectionTimes;
  readonly files: MasterFiles;
  readonly jump: Jump<Master> | null;
  readonly signal: AbortSignal;
}): Promise<Master> {
  const { program, host, files, jump, times } = options;
  const knownHosts = await readKnownHosts(host);
  const through = jump
    ? proxyCommand({ program, jumpName: jump.name, jumpSocket: jump.connection.files.socket, log: files.log, host })
    : null;
  const limit = startTimeLimit({ seconds: times.connectSeconds, signal: options.signal });
  try {
    const words = masterArguments({ host, times, files, knownHosts, proxyCommand: through });
    const ended = await runToBackground({ program, words, limit });
    const leash = ended.inBackground ? await holdOn(files.socket) : null;
    if (leash) return { host, files, leash };
    const said = `${ended.said}\n${await masterLog(files)}`;
    await rm(files.log, { force: true });
    throw masterFailure({ host, jumpName: jump?.name ?? null, seconds: times.connectSeconds, said });
  } finally {
    limit.dispose();
  }
}

/** Tells the master to go. Resolves when it is gone or cannot be told. */
export function endMaster(options: { readonly program: string; readonly master: Master }): Promise<void> {
  const { program, master } = options;
  return new Promise((resolve) => {
    const end = (): void => {
      master.leash.destroy();
      resolve(rm(master.files.log, { force: true }));
    };
    const teller = spawn(program, exitArguments(master.files), { stdio: 'ignore', timeout: 5000 });
    teller.once('exit', end);
    teller.once('error', end);
  });
}

/** What a master said, newest last; empty when it said nothing. */
export async function masterLog(files: MasterFiles): Promise<string> {
  return readFile(files.log, 'utf8').catch(() => '');
}

/** `ssh -f` returns when the login is done and the control socket listens, or with a complaint. */
function runToBackground(options: {
  readonly program: string;
  readonly words: readonly string[];
  readonly limit: TimeLimit;
}): Promise<{ readonly inBackground: boolean; readonly said: string }> {
  const { program, words, limit } = options;
  return new Promise((resolve) => {
    // Away from the terminal's process group: Ctrl-C is for the worker, which closes its connections when it is done.
    const child = spawn(program, words, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.once('error', (error) => resolve({ inBackground: false, said: error.message }));
    // Out of descriptors, Node makes a child without streams and tells only then.
    if ((child.stderr as Readable | undefined) === undefined) return;
    const stop = (): void => void child.kill('SIGKILL');
    const settle = (inBackground: boolean): void => {
      limit.signal.removeEventListener('abort', stop);
      child.stderr.destroy(); // a proxy command may hold the other end as long as the connection lives
      resolve({ inBackground, said });
    };
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-4000)));
    child.once('exit', (code) => settle(code === 0));
    limit.signal.addEventListener('abort', stop, { once: true });
    if (limit.signal.aborted) stop();
  });
}

/** null: the master died in the same moment. */
function holdOn(socket: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const leash = connect(socket);
    leash.once('connect', () => {
      leash.resume(); // it greets us
      resolve(leash);
    });
    leash.on('error', () => resolve(null)); // the close that follows tells, once it was open
  });
}
