import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, waitForEnd } from './processes';
import { dropControlGroups, pullPlug, rootOf } from './container';
import { hostNames } from './hosts';
import { LabError } from './lab-error';
import { dropNetwork } from './network';
import { mountsBelow, unmount } from './overlay';
import { labPlaces } from './places';
import type { Say } from './progress';
import { forgetRunningState, readRunningState } from './running-state';

/**
 * Drops the running lab and everything that happened in it; layers and the frozen state stay. Hosts are not asked to
 * stop: nothing of them is kept.
 */
export async function labDown(options: { readonly onProgress?: Say } = {}): Promise<void> {
  const say = options.onProgress ?? (() => undefined);
  const running = readRunningState();
  if (running !== null && running.directory !== labPlaces().directory) {
    throw new LabError(`The lab that runs belongs to ${running.directory}. Set OSU_LAB_DIR to it and try again.`);
  }
  say('dropping the hosts');
  await throwAwayRun();
  say('the lab is down');
}

/** Ends processes, mounts, namespaces and control groups of this lab directory, whatever state they are in. */
export async function throwAwayRun(): Promise<void> {
  const { run, repositories } = labPlaces();
  for (const host of hostNames) {
    await Promise.all(
      processesWith(`--directory=${rootOf(host)}`).map((pid) => pullPlug({ container: { host, pid } })),
    );
  }
  for (const pid of processesWith(repositories)) {
    process.kill(pid, 'SIGTERM');
    await waitForEnd({ pid, seconds: 10 });
  }
  await dropNetwork();
  await unmount(run);
  if (mountsBelow(run).length > 0) throw new LabError(`Something is still mounted below ${run}; nothing was removed.`);
  rmSync(run, { recursive: true, force: true });
  dropControlGroups();
  forgetRunningState();
}

/** Processes with exactly this word in their command line. */
function processesWith(word: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && existsSync(join('/proc', name)))
    .map(Number)
    .filter((pid) => pid !== process.pid && commandLine(pid).includes(word));
}
