import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { basename } from 'node:path';

/** One running process of the dev server. */
export type ServerProcess = {
  readonly pid: number;
  /** Settles when it ended, with how: `exit code 1`, `SIGKILL`. Never rejects. */
  readonly ended: Promise<string>;
  readonly signal: (name: 'SIGTERM' | 'SIGKILL') => void;
};

/**
 * Starts the dev server in a process group of its own, so that Ctrl-C in the terminal reaches its owner only, who ends the worker
 * first. Output is appended to logFile.
 *
 * @param outlivesParent false: a guard ends the server should this process die without a word (kill -9). true: it stays.
 */
export const spawnServer = (options: {
  readonly executable: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly outlivesParent: boolean;
}): Promise<ServerProcess> =>
  new Promise((resolve, reject) => {
    const log = openSync(options.logFile, 'a');
    const child = spawn(options.executable, options.args, { stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    child.once('error', reject);
    child.once('spawn', () => {
      const pid = child.pid ?? 0;
      const guard = options.outlivesParent ? undefined : spawnGuard({ pid, executable: options.executable });
      const ended = new Promise<string>((settle) =>
        child.once('exit', (code, signal) => {
          guard?.kill('SIGKILL');
          settle(signal ?? `exit code ${code ?? 'unknown'}`);
        }),
      );
      if (options.outlivesParent) child.unref();
      resolve({ pid, ended, signal: (name) => void child.kill(name) });
    });
  });

/**
 * A shell that waits for the end of its standard input, which comes when this process is gone however it went, and then ends the
 * server. It looks at the command's name first: the number might belong to somebody else by then.
 */
const spawnGuard = ({ pid, executable }: { pid: number; executable: string }): ChildProcess => {
  const script = `read -r _
name=$(cat "/proc/$1/comm" 2>/dev/null || ps -o comm= -p "$1")
case $name in *"$2"*) kill "$1" ;; esac`;
  // The kernel keeps 15 bytes of a command's name.
  const name = basename(executable).slice(0, 15);
  const guard = spawn('/bin/sh', ['-c', script, 'temporal-guard', String(pid), name], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  return guard;
};
