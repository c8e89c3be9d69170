import { LabError } from '../machine/lab-error';
import { labPlaces } from '../machine/places';
import { readRunningState } from './running-state';
import type { SeriesName } from '../packages/series';

/** One network carries one lab: throws LabError when the lab that runs on it was raised from another directory. */
export function refuseOtherDirectory(): void {
  const running = readRunningState();
  if (running === null || running.directory === labPlaces().directory) return;
  throw new LabError(
    `A lab from ${running.directory} uses this network. Set OSU_LAB_DIR to that and run npm run lab -- down, ` +
      'or give this one a network of its own with OSU_LAB_NETWORK.',
  );
}

/** Throws LabError when the lab that runs has another series than the one that was asked for. */
export function refuseOtherSeries(options: { readonly running: SeriesName; readonly asked: SeriesName }): void {
  if (options.running === options.asked) return;
  throw new LabError(
    `The lab runs with ${options.running}; ${options.asked} was asked for. Run npm run lab -- down first.`,
  );
}
