import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInRoot } from '../machine/chroot';
import { must } from '../machine/command';
import type { LayerName } from '../machine/hosts';
import { readMachineApt } from '../machine/machine-apt';
import { liesUnderMount, mountOverlay, sides, unmount } from '../machine/overlay';
import { labPlaces } from '../machine/places';
import { endProcessesBelow } from '../machine/processes';
import type { Say } from '../machine/progress';
import { keyOf, recipeText } from '../machine/recipe-text';

/** A folder that lies below others: what its key was made from is in its name, so a changed recipe builds anew. */
export interface Layer {
  readonly key: string;
  readonly folder: string;
}

const basePackages = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'openssh-server',
  'sudo',
  'iproute2',
  'ca-certificates',
  'apt-utils',
  'curl',
  'procps',
  'python3',
  'zstd',
  'xz-utils',
  'socat',
  'netcat-openbsd',
  'less',
  'gpgv',
  'cron',
  'logrotate',
  'psmisc',
  'lsof',
].join(',');

/** The Debian base of the hosts, built when it is not there yet. */
export function baseLayer(options: { readonly say: Say }): Promise<Layer> {
  return debianLayer({ name: 'base', packages: basePackages, script: recipeText('base.sh'), ...options });
}

/** A Debian with these packages, separated by commas, and what a script then makes of it. */
export async function debianLayer(options: {
  readonly name: string;
  readonly packages: string;
  readonly script: string;
  readonly say: Say;
}): Promise<Layer> {
  const { name, packages, script, say } = options;
  const key = keyOf(name, packages, script);
  return keep({ name, key, say, build: (folder) => buildDebian({ folder, packages, script }) });
}

/** A role's packages on top of another layer stack. */
export async function roleLayer(options: {
  readonly name: LayerName;
  readonly below: readonly Layer[];
  readonly say: Say;
}): Promise<Layer> {
  const off = options.name === 'controller' ? recipeText('controller-off.sh') : '';
  const script = [recipeText('install.sh'), recipeText(`${options.name}.sh`), off].join('\n');
  return scriptLayer({ ...options, script, binds: [] });
}

/** What a script leaves behind in a root made of other layers, as a layer of its own. */
export async function scriptLayer(options: {
  readonly name: string;
  /** Uppermost first. */
  readonly below: readonly Layer[];
  readonly script: string;
  readonly binds: readonly (readonly [string, string])[];
  readonly say: Say;
}): Promise<Layer> {
  const key = keyOf(options.name, options.script, ...options.below.map((layer) => layer.key));
  return keep({
    name: options.name,
    key,
    say: options.say,
    build: async (folder) => {
      const root = await mountOverlay({ lower: options.below.map((layer) => layer.folder), folder: `${folder}.mount` });
      try {
        await runInRoot({ root, script: options.script, purpose: `layer ${options.name}`, bind: options.binds });
      } finally {
        await unmount(root);
      }
      renameSync(sides(`${folder}.mount`).upper, folder);
      rmSync(`${folder}.mount`, { recursive: true, force: true });
    },
  });
}

/** Builds beside and renames at the end: a folder with its final name is complete. Older keys of the name go. */
async function keep(options: {
  readonly name: string;
  readonly key: string;
  readonly say: Say;
  readonly build: (folder: string) => Promise<void>;
}): Promise<Layer> {
  const { layers } = labPlaces();
  mkdirSync(layers, { recursive: true });
  const folder = join(layers, `${options.name}-${options.key}`);
  if (existsSync(folder)) return { key: options.key, folder };
  options.say(`building layer ${options.name}`);
  await removeOlder({ layers, name: options.name });
  const building = join(layers, `${options.name}-building`);
  await options.build(building);
  renameSync(building, folder);
  return { key: options.key, folder };
}

async function removeOlder(options: { readonly layers: string; readonly name: string }): Promise<void> {
  const isOlder = new RegExp(`^${options.name}-([0-9a-f]{12}|building)(\\.mount|\\.conf)?$`);
  for (const entry of readdirSync(options.layers).filter((name) => isOlder.test(name))) {
    const folder = join(options.layers, entry);
    if (entry.includes('-building')) {
      await endProcessesBelow(folder);
      await unmount(folder);
    }
    // A lab on another network may still stand on it.
    if (!liesUnderMount(folder)) rmSync(folder, { recursive: true, force: true });
  }
}

async function buildDebian(options: {
  readonly folder: string;
  readonly packages: string;
  readonly script: string;
}): Promise<void> {
  const apt = await readMachineApt();
  const configuration = `${options.folder}.conf`;
  writeFileSync(configuration, apt.configurationOutside);
  await must({
    argv: [
      'mmdebstrap',
      '--quiet',
      '--mode=root',
      '--variant=minbase',
      '--format=directory',
      `--include=${options.packages}`,
      `--aptopt=${configuration}`,
      '--dpkgopt=force-unsafe-io',
      'bookworm',
      options.folder,
      ...apt.sources,
    ],
    purpose: 'Debian base',
  });
  for (const file of ['etc/apt/apt.conf.d/99mmdebstrap', 'etc/dpkg/dpkg.cfg.d/99mmdebstrap', 'etc/apt/sources.list']) {
    rmSync(join(options.folder, file), { force: true });
  }
  await runInRoot({ root: options.folder, script: options.script, purpose: 'Debian base, settings' });
  rmSync(configuration, { force: true });
}
