import { rmSync } from 'node:fs';
import { pullPlug } from '../machine/container';
import { dropControlGroups } from '../machine/control-groups';
import { allHostNames } from '../machine/hosts';
import { LabError } from '../machine/lab-error';
import { withLabLock } from '../machine/lab-lock';
import { dropNetwork } from '../machine/network';
import { takeNetwork } from './other-lab';
import { mountsBelow, unmount } from '../machine/overlay';
import { stopPackageServer } from '../packages/package-server';
import { labPlaces } from '../machine/places';
import type { Say } from '../machine/progress';
import { whyImpossible } from '../machine/requirements';
import { forgetRunningState } from './running-state';

/**
 * Drops the running lab and everything that happened in it; layers and the frozen state stay. Hosts are not asked to
 * stop: nothing of them is kept.
 */
export async function labDown(options: { readonly onProgress?: Say } = {}): Promise<void> {
  const say = options.onProgress ?? (() => undefined);
  const refusal = whyImpossible();
  if (refusal !== null) throw new LabError(refusal);
  await withLabLock({
    say,
    work: async () => {
      await takeNetwork({ say });
      say('removing the hosts');
      await throwAwayRun();
      say('the lab is down');
    },
  });
}

/** Ends processes, mounts, namespaces and control groups of this lab, whatever state they are in. */
export async function throwAwayRun(): Promise<void> {
  const { run } = labPlaces();
  await Promise.all(allHostNames.map((host) => pullPlug({ host })));
  await stopPackageServer();
  await dropNetwork();
  await unmount(run);
  if (mountsBelow(run).length > 0)
    throw new LabError(
      `Something is still mounted below ${run}. Nothing was removed. Unmount it, then run npm run lab -- down again.`,
    );
  rmSync(run, { recursive: true, force: true });
  await dropControlGroups();
  forgetRunningState();
}
