import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Processes whose command line has all these words. Asked each time instead of keeping process ids, which others use
 * again and which a start that was killed never wrote down.
 */
export function processesWith(words: readonly string[]): number[] {
  return runningProcesses().filter((pid) => {
    const line = commandLine(pid);
    return words.every((word) => line.includes(word));
  });
}

/** Processes of which a word of the command line begins so. */
export function processesWithStart(start: string): number[] {
  return runningProcesses().filter((pid) => commandLine(pid).some((word) => word.startsWith(start)));
}

function runningProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Ends what still works in a folder: programs that an earlier, killed start left building there. */
export async function endProcessesBelow(folder: string): Promise<void> {
  for (const pid of runningProcesses()) {
    const works = commandLine(pid).some((word) => word === folder || word.startsWith(`${folder}/`));
    if (!works || pid === process.pid) continue;
    process.kill(pid, 'SIGKILL');
    await waitForEnd({ pid, seconds: 10 });
  }
}

/** The words of a running process, empty when there is none. */
function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Waits until a process is gone. Returns false when it still runs after the time. */
export async function waitForEnd(options: { readonly pid: number; readonly seconds: number }): Promise<boolean> {
  return until({ seconds: options.seconds, holds: () => !existsSync(`/proc/${options.pid}`) });
}

/** Asks again and again; false when it never held. */
export async function until(options: {
  readonly seconds: number;
  readonly holds: () => boolean | Promise<boolean>;
  readonly everyMs?: number;
}): Promise<boolean> {
  const endsAtMs = Date.now() + options.seconds * 1000;
  for (;;) {
    if (await options.holds()) return true;
    if (Date.now() >= endsAtMs) return false;
    await sleep(options.everyMs ?? 100);
  }
}
