import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { must } from '../machine/command';
import { withLabLock } from '../machine/lab-lock';
import { certificatesInChroot, readMachineApt } from '../machine/machine-apt';
import { mountOverlay, unmount } from '../machine/overlay';
import type { Say } from '../machine/progress';
import { keyOf } from '../machine/recipe-text';
import { meetRequirements } from '../machine/requirements';
import type { Layer } from '../packages/layers';
import { dockerPlaces } from './docker-places';
import type { Engine } from './engine';
import { standInFor } from './stand-ins';

/** Gives the engine every image of these names, from what it kept or newly made. */
export async function bringStandIns(options: {
  readonly engine: Engine;
  /** As `postgres:16.15`. */
  readonly images: readonly string[];
  readonly say: Say;
}): Promise<void> {
  const { engine, images, say } = options;
  await meetRequirements({ say });
  for (const image of images) {
    const standIn = standInFor(image);
    const tag = image.slice(standIn.repository.length + 1);
    const layers = await withLabLock({ say, work: () => standIn.layers({ tag, say }) });
    const key = keyOf(...layers.map((layer) => layer.key), ...standIn.instructions);
    if ((await labelOf({ engine, image })) === key) continue;
    say(`making the stand-in image ${image}`);
    await importImage({ engine, image, layers, instructions: [...standIn.instructions, `LABEL ${label}=${key}`] });
  }
  // Those that had the names before, a gigabyte each time.
  await engine.docker(['image', 'prune', '--force']);
}

/** Says what a stand-in was made from. */
const label = 'openstack-upgrade.stand-in';

async function labelOf(options: { readonly engine: Engine; readonly image: string }): Promise<string> {
  const format = `{{index .Config.Labels "${label}"}}`;
  const { stdout } = await options.engine.docker(['image', 'inspect', '--format', format, options.image]);
  return stdout.trim();
}

async function importImage(options: {
  readonly engine: Engine;
  readonly image: string;
  readonly layers: readonly Layer[];
  readonly instructions: readonly string[];
}): Promise<void> {
  const { engine, image, layers, instructions } = options;
  const folder = join(dockerPlaces().run, 'import');
  const archive = join(dockerPlaces().run, 'import.tar');
  const root = await mountOverlay({ lower: layers.map((layer) => layer.folder), folder });
  try {
    await lendWays(root);
    await must({ argv: ['tar', '--directory', root, '--numeric-owner', '--create', '--file', archive, '.'] });
  } finally {
    await unmount(root);
  }
  const changes = instructions.flatMap((instruction) => ['--change', instruction]);
  await engine.mustDocker(['import', ...changes, archive, image]);
  for (const used of [folder, archive]) rmSync(used, { recursive: true, force: true });
}

/** What a build in the image needs to reach the registries that this machine reaches. */
async function lendWays(root: string): Promise<void> {
  const { sources, configuration, certificates } = await readMachineApt();
  const files: readonly (readonly [string, string | null])[] = [
    ['/etc/apt/sources.list', `${sources.join('\n')}\n`],
    ['/etc/apt/apt.conf.d/99machine', configuration],
    // As the official images have it: a build leaves no packages in a layer. Not in the lab's layers, whose builds share them.
    ['/etc/apt/apt.conf.d/docker-clean', 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };\n'],
    [certificatesInChroot, certificates],
    ['/etc/ssl/certs/ca-certificates.crt', certificates],
  ];
  for (const [path, text] of files) {
    if (text === null) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
