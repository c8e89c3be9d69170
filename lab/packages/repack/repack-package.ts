import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { must } from '../../machine/command';
import type { RepackedSource } from '../series';
import { controlField, raiseVersion } from './control-file';
import { buildDeb } from './build-deb';
import { digestOf, filesBelow } from './file-tree';
import type { NewSettings } from './new-settings';
import { asSite } from './as-site';
import { keepSetValues } from './settings-template';
import type { Wheel } from './wheel';

const siteDepends = ['apache2', 'libapache2-mod-wsgi-py3'] as const;
const distPackages = 'usr/lib/python3/dist-packages';

/**
 * Debian's package with the code of another release: maintainer scripts, conffiles, debconf templates and units stay
 * Debian's, modules and what the wheel brings for files that the package already ships are new.
 */
export async function repackPackage(options: {
  /** Debian's own .deb. */
  readonly original: string;
  readonly source: RepackedSource;
  readonly wheel: Wheel;
  readonly settings: NewSettings;
  /** The time that every file gets, in seconds. */
  readonly seconds: number;
  readonly scratch: string;
  /** Folder for the new .deb. */
  readonly into: string;
}): Promise<void> {
  const folder = join(options.scratch, basename(options.original, '.deb'));
  await must({ argv: ['dpkg-deb', '-R', options.original, folder] });
  const packageName = controlField({ control: readFileSync(join(folder, 'DEBIAN/control'), 'utf8'), field: 'Package' });
  const hasModules = replaceModules({ folder, wheel: options.wheel });
  replaceShippedFiles({ folder, wheel: options.wheel });
  askForNewVersion({ folder, wheel: options.wheel });
  if (options.source.settings?.package === packageName)
    writeSettings({ ...options, folder, of: options.source.settings });
  const { site } = options.source;
  const isSite = site?.package === packageName;
  if (isSite) asSite({ folder, site });
  const moreDepends = [...(hasModules ? dependsFor(options) : []), ...(isSite ? siteDepends : [])];
  writeControl({ folder, version: options.source.version, moreDepends });
  const version = options.source.version.replace(/^\d+:/, '');
  await buildDeb({ folder, deb: join(options.into, `${packageName}_${version}_all.deb`), seconds: options.seconds });
}

function replaceModules(options: { readonly folder: string; readonly wheel: Wheel }): boolean {
  const target = join(options.folder, distPackages);
  if (!existsSync(target)) return false;
  // Unpacking a wheel loses the modes; Debian's own package knows which files are programs.
  const programs = filesBelow(target).filter((file) => (statSync(join(target, file)).mode & 0o100) !== 0);
  for (const name of readdirSync(target).filter((entry) => !entry.endsWith('_integrationtests'))) {
    rmSync(join(target, name), { recursive: true });
  }
  for (const name of [...options.wheel.modules, options.wheel.distInfo]) {
    cpSync(join(options.wheel.folder, name), join(target, name), { recursive: true });
  }
  for (const file of programs.filter((name) => existsSync(join(target, name)))) chmodSync(join(target, file), 0o755);
  writeFileSync(join(target, options.wheel.distInfo, 'INSTALLER'), 'dpkg\n');
  return true;
}

/** `gnocchi-4.6.0.dist-info`. */
const distInfoName = /^(.+)-([^-]+)\.dist-info$/;

/**
 * Programs that Debian's build wrote ask for the exact version that they were built with, as soon as anything that they load
 * imports pkg_resources. Those that the wheel brings itself have replaced them already.
 */
function askForNewVersion(options: { readonly folder: string; readonly wheel: Wheel }): void {
  const programs = join(options.folder, 'usr/bin');
  const [, name = '', version = ''] = distInfoName.exec(options.wheel.distInfo) ?? [];
  if (!existsSync(programs)) return;
  for (const file of readdirSync(programs).map((one) => join(programs, one))) {
    const text = readFileSync(file, 'utf8');
    if (text.includes(`'${name}==`))
      writeFileSync(file, text.replaceAll(new RegExp(`'${name}==[^']+'`, 'g'), `'${name}==${version}'`));
  }
}

function replaceShippedFiles(options: { readonly folder: string; readonly wheel: Wheel }): void {
  const { data, scripts } = options.wheel;
  if (data !== null) {
    for (const file of filesBelow(data)) {
      for (const place of [file, ...templatePlaces({ folder: options.folder, file })]) {
        if (existsSync(join(options.folder, place))) cpSync(join(data, file), join(options.folder, place));
      }
    }
  }
  if (scripts !== null) {
    for (const file of filesBelow(scripts)) {
      const shipped = join(options.folder, 'usr/bin', file);
      if (!existsSync(shipped)) continue;
      const text = readFileSync(join(scripts, file), 'utf8');
      writeFileSync(shipped, text.replace(/^#!.*python.*$/m, '#!/usr/bin/python3'));
      chmodSync(shipped, 0o755);
    }
  }
}

/**
 * Where Debian keeps a file of etc/<project> that its maintainer script copies to /etc when it is missing there:
 * `usr/share/glance-common/metadefs/...`. Templates of settings are generated, not copied.
 */
function templatePlaces(options: { readonly folder: string; readonly file: string }): string[] {
  const rest = /^etc\/[^/]+\/(.+)$/.exec(options.file)?.[1];
  const share = join(options.folder, 'usr/share');
  if (rest === undefined || rest.endsWith('.conf') || !existsSync(share)) return [];
  return readdirSync(share)
    .filter((name) => name.endsWith('-common'))
    .map((name) => join('usr/share', name, rest));
}

function writeSettings(options: {
  readonly folder: string;
  readonly settings: NewSettings;
  readonly of: NonNullable<RepackedSource['settings']>;
}): void {
  const { template, policy, namespace } = options.of;
  const file = join(options.folder, template);
  const fresh = options.settings.template(namespace);
  writeFileSync(file, keepSetValues({ old: readFileSync(file, 'utf8'), fresh }));
  if (policy !== null) writeFileSync(join(options.folder, policy), options.settings.policy(namespace));
}

function dependsFor(options: { readonly settings: NewSettings; readonly wheel: Wheel }): string[] {
  const own = options.wheel.distInfo.toLowerCase().replaceAll('_', '-');
  return options.settings.unmet
    .filter(({ wheel }) => own.startsWith(`${wheel.toLowerCase().replaceAll('_', '-')}-`))
    .map(({ needs, atLeast }) => `python3-${needs.toLowerCase()} (>= ${atLeast})`);
}

function writeControl(options: {
  readonly folder: string;
  readonly version: string;
  readonly moreDepends: readonly string[];
}): void {
  const controlFile = join(options.folder, 'DEBIAN/control');
  const control = readFileSync(controlFile, 'utf8');
  const files = filesBelow(options.folder).filter((file) => !file.startsWith('DEBIAN/'));
  const conffiles = join(options.folder, 'DEBIAN/conffiles');
  const special = existsSync(conffiles) ? readFileSync(conffiles, 'utf8').split('\n') : [];
  const sums = files
    .filter((file) => !special.includes(`/${file}`))
    .map((file) => `${digestOf({ algorithm: 'md5', file: join(options.folder, file) })}  ${file}\n`);
  const bytes = files.reduce((sum, file) => sum + readFileSync(join(options.folder, file)).length, 0);
  writeFileSync(join(options.folder, 'DEBIAN/md5sums'), sums.join(''));
  writeFileSync(
    controlFile,
    raiseVersion({
      control,
      from: controlField({ control, field: 'Version' }),
      to: options.version,
      installedKilobytes: Math.ceil(bytes / 1024),
      moreDepends: options.moreDepends,
    }),
  );
}
