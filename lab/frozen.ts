import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hostNames, type HostName } from './hosts';
import { sides } from './overlay';
import { labPlaces } from './places';
import type { SeriesName } from './series';

/** The folder of a host's configured, cleanly stopped state. */
export function frozenFolder(options: {
  readonly series: SeriesName;
  readonly key: string;
  readonly host: HostName;
}): string {
  return join(labPlaces().frozen, `${options.series}-${options.key}`, options.host);
}

export function isFrozen(options: { readonly series: SeriesName; readonly key: string }): boolean {
  return hostNames.every((host) => existsSync(frozenFolder({ ...options, host })));
}

/** Moves the writable sides of stopped, unmounted hosts to where later starts build on them. */
export function freeze(options: { readonly series: SeriesName; readonly key: string }): void {
  const { frozen, run } = labPlaces();
  const building = join(frozen, `${options.series}-building`);
  mkdirSync(building, { recursive: true });
  for (const old of readdirSync(frozen).filter(
    (name) => name.startsWith(`${options.series}-`) && !name.endsWith('-building'),
  )) {
    rmSync(join(frozen, old), { recursive: true, force: true });
  }
  for (const host of hostNames) renameSync(sides(join(run, host)).upper, join(building, host));
  renameSync(building, join(frozen, `${options.series}-${options.key}`));
}
