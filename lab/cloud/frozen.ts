import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hostsWith, type HostName } from '../machine/hosts';
import { instanceSuffix } from '../machine/instance';
import { liesUnderMount, sides } from '../machine/overlay';
import { labPlaces } from '../machine/places';
import { freezeSharedFolders } from './shared-folders';
import { shapeSuffix, type CloudShape } from '../packages/cloud-shape';
import type { SeriesName } from '../packages/series';

interface FrozenCloud extends CloudShape {
  readonly series: SeriesName;
  /** What all layers below and the configuration recipes were made from. */
  readonly key: string;
}

/** The folder of a host's configured, cleanly stopped state. */
export function frozenFolder(options: FrozenCloud & { readonly host: HostName }): string {
  return join(cloudFolder(options), options.host);
}

export function isFrozen(options: FrozenCloud): boolean {
  return existsSync(cloudFolder(options));
}

/** Moves the writable sides of stopped, unmounted hosts to where later starts build on them. Older ones go. */
export function freeze(options: FrozenCloud): void {
  const { frozen, run } = labPlaces();
  const building = join(frozen, `building${instanceSuffix}`);
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  for (const { name: host } of hostsWith(options.extras))
    renameSync(sides(join(run, host)).upper, join(building, host));
  freezeSharedFolders({ into: building });
  removeOlder(options);
  renameSync(building, cloudFolder(options));
}

function removeOlder(options: FrozenCloud): void {
  const { frozen } = labPlaces();
  const isOlder = new RegExp(`^${nameOf({ ...options, key: '[0-9a-f]{12}' })}$`);
  for (const name of readdirSync(frozen).filter(
    (entry) => isOlder.test(entry) && !liesUnderMount(join(frozen, entry)),
  )) {
    rmSync(join(frozen, name), { recursive: true, force: true });
  }
}

const cloudFolder = (options: FrozenCloud): string => join(labPlaces().frozen, nameOf(options));

const nameOf = (options: FrozenCloud): string =>
  `${options.series}${shapeSuffix(options)}${instanceSuffix}-${options.key}`;
