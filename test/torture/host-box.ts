import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** Processes with a /proc and mounts of their own, which end all at once: a host that can lose its power. */
export interface HostBox {
  /** What to put before a command to run it inside. */
  readonly enter: readonly string[];
  /** Everything inside is dead when it returns. */
  readonly powerOff: () => Promise<void>;
}

/** Why there can be no box on this machine, or null. */
export function whyNoBox(): string | null {
  const made = spawnSync('unshare', ['--pid', '--mount', '--fork', '--mount-proc', 'true']);
  return made.status === 0 ? null : 'this user may not make pid and mount namespaces (root may)';
}

/** So that a box whose maker was killed does not stay for ever. */
const LONGEST_LIFE_SECONDS = 900;

/** `prepare`: shell text that is run inside, before anything else; for mounts. */
export async function startHostBox(options: { readonly prepare?: string } = {}): Promise<HostBox> {
  // The first process waits for a child, and so reaps what loses its parent, as an init does.
  const init = `${options.prepare ?? ':'} && { sleep ${String(LONGEST_LIFE_SECONDS)} & echo up; wait; }`;
  const keeper = spawn('unshare', ['--pid', '--mount', '--fork', '--mount-proc', '--kill-child', 'sh', '-c', init], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const gone = once(keeper, 'exit');
  const [said] = (await Promise.race([once(keeper.stdout, 'data'), gone])) as [unknown];
  if (String(said) !== 'up\n') throw new Error('The box did not come up.');
  const pid = readFileSync(`/proc/${String(keeper.pid)}/task/${String(keeper.pid)}/children`, 'utf8').trim();
  return {
    enter: ['nsenter', '--target', pid, '--pid', '--mount', '--'],
    powerOff: async () => {
      if (keeper.exitCode === null && keeper.signalCode === null) process.kill(Number(pid), 'SIGKILL');
      await gone;
    },
  };
}
