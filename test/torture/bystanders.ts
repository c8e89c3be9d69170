import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bystander } from './history';

export interface Bystanders {
  readonly look: () => readonly Bystander[];
  readonly stop: () => void;
}

const SIGNALS = 'HUP INT QUIT USR1 USR2 TERM';

/**
 * Processes that note every signal they get: one with no tie to any job, and for each id one whose cookie begins with
 * the cookie of that job, which a careless search would take for it.
 */
export function startBystanders(options: {
  readonly directory: string;
  readonly jobIds: readonly string[];
}): Bystanders {
  const names = ['a stranger', ...options.jobIds.map((id) => `${id}0`)];
  const started = names.map((name, index) => {
    const file = join(options.directory, `bystander-${String(index)}`);
    const traps = `for name in ${SIGNALS}; do trap "echo $name >> ${file}" $name; done`;
    const process = spawn('sh', ['-c', `${traps}; echo ready; while :; do sleep 1; done`], {
      detached: true,
      stdio: 'ignore',
      env: { PATH: '/usr/bin:/bin', OSU_JOB: name },
    });
    return { name, file, process };
  });
  return {
    look: () =>
      started.map(({ name, file, process }) => ({
        name: `bystander ${name}`,
        alive: process.exitCode === null && process.signalCode === null,
        signals: existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [],
      })),
    stop: () => started.forEach(({ process }) => process.kill('SIGKILL')),
  };
}
