import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { runInRoot } from '../machine/chroot';
import { LabError } from '../machine/lab-error';
import type { Layer } from './layers';
import { mountOverlay, unmount } from '../machine/overlay';
import { labPlaces } from '../machine/places';
import { endProcessesBelow } from '../machine/processes';
import type { Say } from '../machine/progress';
import { keyOf, recipeText } from '../machine/recipe-text';
import { asSiteVersion } from './repack/as-site';
import { generateSettings, type NewSettings } from './repack/new-settings';
import { repackPackage } from './repack/repack-package';
import { indexRepository } from './repack/repository';
import { unpackWheel } from './repack/wheel';
import { packagesSuffix, type PackageShape } from './cloud-shape';
import type { ExtraServiceName } from './extra-services';
import { repositoryName } from './package-source';
import { packagesWith, seriesWith, type LabSeries } from './series';
import { publicSigningKey } from './signing-key';

/** Raise it when the way of repacking changes: the packages' bytes would, too. */
const formatVersion = '4';

/**
 * One signed repository per series below `repositories/`, built when one is missing; each set of services has its own.
 * Returns the key of the set.
 */
export async function buildRepositories(
  options: PackageShape & { readonly layers: readonly Layer[]; readonly say: Say },
): Promise<string> {
  const { repositories } = labPlaces();
  const allSeries = seriesWith(options);
  const sites = allSeries.flatMap(({ sources }) => sources.flatMap(({ site }) => site ?? []));
  const made = [
    formatVersion,
    JSON.stringify(allSeries),
    recipeText('new-settings.sh'),
    await publicSigningKey(),
    ...sites.map(({ name }) => `${asSiteVersion}${recipeText(`site-${name}.conf`)}`),
  ];
  const key = keyOf(...made, ...options.layers.map((layer) => layer.key));
  const keyFile = join(repositories, `key${packagesSuffix(options)}`);
  if (existsSync(keyFile) && readFileSync(keyFile, 'utf8') === key) return key;
  const scratch = `${repositories}.building`;
  await endProcessesBelow(scratch);
  await unmount(scratch);
  const older = allSeries.map(({ name }) => join(repositories, repositoryName({ ...options, series: name })));
  for (const folder of [scratch, keyFile, ...older]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(repositories, { recursive: true });
  const originals = await debianPackages({ ...options, scratch });
  for (const series of allSeries) {
    options.say(`building the package repository of ${series.name} (${series.release})`);
    await buildSeries({ ...options, series, originals, scratch: join(scratch, series.name) });
  }
  rmSync(scratch, { recursive: true, force: true });
  writeFileSync(keyFile, key);
  return key;
}

/** Debian's own .deb of every package in the layer, from the archive that the layer was installed from. */
async function debianPackages(options: {
  readonly layers: readonly Layer[];
  readonly extras: readonly ExtraServiceName[];
  readonly scratch: string;
}): Promise<string[]> {
  const out = join(options.scratch, 'debian');
  mkdirSync(out, { recursive: true });
  const root = await mountOverlay({
    lower: options.layers.map((layer) => layer.folder),
    folder: join(options.scratch, 'root'),
  });
  const script = [
    'set -eu',
    'apt-get -q update',
    `for package in ${packagesWith(options.extras).join(' ')}; do`,
    // What only other hosts have is not installed here.
    '  version=$(dpkg-query -W -f \'${Version}\' "$package" 2>/dev/null) ||',
    '    version=$(apt-cache policy "$package" | sed -n "s/^  Candidate: //p")',
    '  file=/var/cache/apt/archives/${package}_$(printf %s "$version" | sed s/:/%3a/)_all.deb',
    '  [ -s "$file" ] || apt-get -q -y --reinstall --download-only install "$package=$version"',
    '  cp "$file" "/lab/out/${package}_${version#*:}_all.deb"',
    'done',
  ].join('\n');
  try {
    await runInRoot({ root, script, purpose: "Debian's own packages", bind: [[out, '/lab/out']] });
  } finally {
    await unmount(root);
  }
  return readdirSync(out).map((name) => join(out, name));
}

async function buildSeries(
  options: PackageShape & {
    readonly series: LabSeries;
    readonly originals: readonly string[];
    readonly layers: readonly Layer[];
    readonly scratch: string;
  },
): Promise<void> {
  const { series, originals, scratch } = options;
  const into = join(scratch, 'repository');
  mkdirSync(into, { recursive: true });
  if (series.sources.length === 0) {
    for (const original of originals) copyFileSync(original, join(into, basename(original)));
  } else {
    await repackAll({ ...options, into });
    copyUnchanged({ ...options, into });
  }
  await indexRepository({ folder: into, series: series.name, at: new Date(series.releasedAt) });
  const name = repositoryName({ ...options, series: series.name });
  renameSync(into, join(labPlaces().repositories, name));
}

/**
 * A library that only a later series brings lies here as Debian has it: a rollback from that series to this one has to find
 * the version that was there before.
 */
function copyUnchanged(options: Pick<Parameters<typeof repackAll>[0], 'series' | 'originals' | 'into'>): void {
  const { series, originals, into } = options;
  const repacked = series.sources.flatMap(({ packages }) => packages);
  const unchanged = originals.filter((file) => !repacked.includes(basename(file).split('_')[0] ?? ''));
  for (const original of unchanged) copyFileSync(original, join(into, basename(original)));
}

async function repackAll(options: Parameters<typeof buildSeries>[0] & { readonly into: string }): Promise<void> {
  const { sources } = options.series;
  const wheels = [];
  for (const source of sources) {
    const folder = join(options.scratch, 'wheels', source.wheel);
    wheels.push({ source, wheel: await unpackWheel({ wheel: source.wheel, into: folder }) });
  }
  const code = join(options.scratch, 'code');
  for (const { source } of wheels) await unpackWheel({ wheel: source.wheel, into: code });
  const settings = await generateSettings({ layers: options.layers, code, sources, scratch: options.scratch });
  refuseUnmet({ settings, series: options.series });
  const seconds = Date.parse(options.series.releasedAt) / 1000;
  const trees = join(options.scratch, 'trees');
  mkdirSync(trees);
  for (const { source, wheel } of wheels) {
    for (const name of source.packages) {
      const original = options.originals.find((file) => file.includes(`/${name}_`)) ?? '';
      await repackPackage({ original, source, wheel, settings, seconds, scratch: trees, into: options.into });
    }
  }
}

/** A library that is too old on Debian 12 must be part of the series, else its services fail in the middle of work. */
function refuseUnmet(options: { readonly settings: NewSettings; readonly series: LabSeries }): void {
  const shipped = options.series.sources.map(({ wheel }) => wheel.split('==')[0]);
  const bad = options.settings.unmet.filter(({ needs }) => !shipped.includes(needs));
  if (bad.length === 0) return;
  const list = bad.map(({ wheel, needs, atLeast }) => `${wheel} needs ${needs} >= ${atLeast}`).join('; ');
  throw new LabError(
    `Series ${options.series.name} cannot run on Debian 12 as described in lab/packages/series.ts: ${list}. Add the library as a source there.`,
  );
}
