import { hostsRunBelow } from '../machine/container';
import { LabError } from '../machine/lab-error';
import { unmount } from '../machine/overlay';
import { labPlaces } from '../machine/places';
import type { Say } from '../machine/progress';
import { stopPackageServer } from '../packages/package-server';
import { titlesOf } from './cloud-answers';
import { forgetRunningState, readRunningState, type RunningState } from './running-state';

/**
 * One network carries one lab: throws LabError when hosts run on it that were raised from another directory. Where all of them have ended without
 * `down`, as with the session that raised them, nothing of that lab can be used any more: what it mounted is unmounted.
 */
export async function takeNetwork({ say }: { readonly say: Say }): Promise<void> {
  const running = readRunningState();
  if (running === null || running.directory === labPlaces().directory) return;
  const { directory } = running;
  const theirs = labPlaces({ OSU_LAB_DIR: directory });
  if (hostsRunBelow(theirs.run))
    throw new LabError(
      `A lab from ${directory} uses this network. Nothing was changed. Set OSU_LAB_DIR to that directory and run npm run lab -- down, ` +
        'or give this lab its own network with OSU_LAB_NETWORK.',
    );
  say(`all hosts of the lab from ${directory} have ended: this lab takes its network`);
  await stopPackageServer(theirs);
  await unmount(theirs.run);
  forgetRunningState();
}

type Asked = Pick<RunningState, 'series' | 'extras' | 'packaging' | 'odd'>;

/** Throws LabError when the lab that runs has another series, other services, another packaging or other oddities than those that were asked for. */
export function refuseOtherCloud(options: { readonly running: Asked; readonly asked: Asked }): void {
  const { running, asked } = options;
  const down = 'Run npm run lab -- down first.';
  if (running.series !== asked.series)
    throw new LabError(`The lab runs with ${running.series}; ${asked.series} was asked for. ${down}`);
  if (running.extras.join() !== asked.extras.join())
    throw new LabError(
      `The lab runs with ${titlesOf(running.extras)}; ${titlesOf(asked.extras)} were asked for. ${down}`,
    );
  if (running.packaging !== asked.packaging)
    throw new LabError(`The lab runs with packaging ${running.packaging}; ${asked.packaging} was asked for. ${down}`);
  if (running.odd.join() !== asked.odd.join())
    throw new LabError(`The lab runs ${setUp(running)}; it was asked for ${setUp(asked)}. ${down}`);
}

const setUp = ({ odd }: Pick<Asked, 'odd'>): string =>
  odd.length === 0 ? 'in the usual setup' : `with --odd ${odd.join(' ')}`;
