import { spawn } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { MasterFiles } from './openssh-arguments';
import { pause } from './time-limit';

/** A socket's path has at most 107 bytes, and ssh binds it under a name that is 17 longer first. */
const LONGEST_SOCKET_PATH = 107 - 17;
const LONGEST_NAME = '/1000000.s'.length;
const CLOSE_SECONDS = 10;

/**
 * Waits for the end of its standard input, which is the worker closing the transport or the worker's death, and then
 * ends every master and removes what they left.
 */
const WARDEN = `cat >/dev/null
cd "$0" || exit
for socket in *.s; do
  [ -S "$socket" ] && "$1" -F none -S "$0/$socket" -o ControlMaster=no -o ProxyCommand=false -O exit -- master
done
rm -f ./*
rmdir "$0"`;

/** A private directory for control sockets and logs, with a process that tidies up also when the worker was killed. */
export interface Warden {
  /** Names for the next master. */
  readonly nextMaster: () => MasterFiles;
  /** A log for one command. */
  readonly nextLog: () => string;
  readonly close: () => Promise<void>;
}

/** mkdtemp makes the directory with mode 0700: who can reach a control socket is whom the host lets in. */
export async function startWarden(options: { readonly program: string; readonly below: string }): Promise<Warden> {
  const { program, below } = options;
  const directory = await mkdtemp(join(shortEnough(below) ? below : '/tmp', 'osu-'));
  // Away from the terminal's process group: Ctrl-C is the worker's to handle, it closes the transport when it is done.
  const warden = spawn('sh', ['-c', WARDEN, directory, program], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = new Promise<void>((resolve) => {
    warden.once('exit', () => resolve());
    warden.once('error', () => resolve(rmdir(directory).catch(() => undefined)));
  });
  warden.stdin.on('error', () => undefined);
  let count = 0;
  const next = (): string => join(directory, String((count += 1)));
  return {
    nextMaster: () => {
      const stem = next();
      return { socket: `${stem}.s`, log: `${stem}.log` };
    },
    nextLog: () => `${next()}.log`,
    async close() {
      warden.stdin.end();
      const ended = new AbortController();
      void gone.then(() => ended.abort());
      await pause({ seconds: CLOSE_SECONDS, signal: ended.signal });
    },
  };
}

function shortEnough(parent: string): boolean {
  return Buffer.byteLength(join(parent, 'osu-XXXXXX')) + LONGEST_NAME <= LONGEST_SOCKET_PATH;
}
