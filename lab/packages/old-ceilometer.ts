import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { must } from '../machine/command';
import { labPlaces } from '../machine/places';
import { packageServerUrl, repositoryName } from './package-source';
import { controlField, raiseVersion } from './repack/control-file';
import { buildDeb } from './repack/build-deb';
import { indexRepository } from './repack/repository';
import { keyringOnHosts } from './signing-key';

/**
 * Stand-ins for Ceilometer of Ocata and Pike, whose own code runs on no system of today: under their versions the agents are those of the
 * lab's antelope, and collector, API and `ceilometer-upgrade` are programs of this folder. Units, queues, options, tables, revisions and
 * how packages depend on each other are as they were.
 */
export interface StandIn {
  readonly series: 'ocata' | 'pike';
  readonly version: string;
  /** The newest revision of its metering database. */
  readonly head: number;
  readonly releasedAt: string;
  /** What its pipeline takes. A later release brings another one, so that a test sees who has which. */
  readonly meters: readonly string[];
}

export const standIns: readonly StandIn[] = [
  { series: 'ocata', version: '8.1.5', head: 44, releasedAt: '2017-02-22T00:00:00Z', meters: ['*'] },
  { series: 'pike', version: '9.0.7', head: 45, releasedAt: '2017-08-30T00:00:00Z', meters: ['*', '!pike.nothing'] },
];

/** Packages of the real agents, and programs that stand in for what ended with Pike. */
const shared = ['ceilometer-common', 'python3-ceilometer'] as const;
const ofController = ['ceilometer-agent-central', 'ceilometer-agent-notification', ...shared] as const;
const ofCompute = ['ceilometer-agent-compute', ...shared] as const;
const repacked = [...new Set([...ofController, ...ofCompute])];
const added = ['ceilometer-collector', 'ceilometer-api'] as const;

/** What is installed on a controller, and on a host that is only a compute. */
export const standInPackages: { readonly controller: readonly string[]; readonly compute: readonly string[] } = {
  controller: [...ofController, ...added],
  compute: ofCompute,
};

export const standInVersion = ({ version }: Pick<StandIn, 'version'>): string => `1:${version}-0standin1`;

/** As an operator would write it. */
export function standInSource({ series }: Pick<StandIn, 'series'>): string {
  return `Types: deb\nURIs: ${packageServerUrl({ odd: [] })}/${folderName(series)}\nSuites: ./\nSigned-By: ${keyringOnHosts}\n`;
}

const folderName = (series: StandIn['series']): string => `${series}-stand-in`;

/** One repository per series beside the lab's own, which has been built. */
export async function buildStandIns(): Promise<void> {
  for (const standIn of standIns) {
    const into = join(labPlaces().repositories, folderName(standIn.series));
    rmSync(into, { recursive: true, force: true });
    mkdirSync(into, { recursive: true });
    for (const name of repacked) await repack({ standIn, name, into });
    for (const name of added) await make({ standIn, name, into });
    await indexRepository({ folder: into, series: standIn.series, at: new Date(standIn.releasedAt) });
    for (const name of [...repacked, ...added]) rmSync(join(into, name), { recursive: true, force: true });
  }
}

interface Part {
  readonly standIn: StandIn;
  readonly name: string;
  readonly into: string;
}

async function repack({ standIn, name, into }: Part): Promise<void> {
  const folder = join(into, name);
  const antelope = repositoryName({ series: 'antelope', extras: ['gnocchi', 'ceilometer'], packaging: 'debian' });
  const original = join(labPlaces().repositories, antelope, `${name}_20.0.0-0lab1_all.deb`);
  await must({ argv: ['dpkg-deb', '-R', original, folder] });
  const file = join(folder, 'DEBIAN/control');
  const control = readFileSync(file, 'utf8');
  const [from, installedKilobytes] = [
    controlField({ control, field: 'Version' }),
    Number(controlField({ control, field: 'Installed-Size' })),
  ];
  const to = standInVersion(standIn);
  writeFileSync(file, named(raiseVersion({ control, from, to, installedKilobytes, moreDepends: [] })));
  // dpkg makes them anew where a package has none.
  rmSync(join(folder, 'DEBIAN/md5sums'));
  if (name === 'ceilometer-common') {
    write({ folder, path: 'usr/bin/ceilometer-upgrade', text: program({ standIn, name: 'upgrade' }), mode: 0o755 });
    write({ folder, path: pipelineFile, text: pipelineOf(standIn), mode: 0o644 });
    appendFileSync(join(folder, 'DEBIAN/conffiles'), `/${pipelineFile}\n`);
  }
  if (name === 'python3-ceilometer') writeRevisions({ standIn, folder });
  await build({ standIn, name, into });
}

/** A conffile, as packages of these years had it: to collectors, which hand on to what dispatchers name. */
const pipelineFile = 'etc/ceilometer/pipeline.yaml';

function pipelineOf({ meters }: StandIn): string {
  return `---
sources:
    - name: meter_source
      meters:
${meters.map((meter) => `          - "${meter}"\n`).join('')}      sinks:
          - meter_sink
sinks:
    - name: meter_sink
      publishers:
          - notifier://
`;
}

/** Their names are all that a revision is read from. */
function writeRevisions({ standIn, folder }: { standIn: StandIn; folder: string }): void {
  const below = 'usr/lib/python3/dist-packages/ceilometer/storage/sqlalchemy/migrate_repo/versions';
  const names = ['044_restore_long_uuid_data_types', '045_add_resource_metadatahash_index'];
  for (const name of names.filter((one) => Number(one.slice(0, 3)) <= standIn.head))
    write({ folder, path: `${below}/${name}.py`, text: '# Stand-in: see /usr/bin/ceilometer-upgrade.\n', mode: 0o644 });
}

async function make({ standIn, name, into }: Part): Promise<void> {
  const folder = join(into, name);
  const to = standInVersion(standIn);
  const unit = `${name}.service`;
  write({ folder, path: 'DEBIAN/control', text: named(controlOf({ name, version: to })), mode: 0o644 });
  write({ folder, path: 'DEBIAN/postinst', text: scriptOf({ unit, when: 'configure', does: 'start' }), mode: 0o755 });
  write({ folder, path: 'DEBIAN/prerm', text: scriptOf({ unit, when: 'remove', does: 'stop' }), mode: 0o755 });
  const text = program({ standIn, name: name.replace('ceilometer-', '') });
  write({ folder, path: `usr/bin/${name}`, text, mode: 0o755 });
  write({ folder, path: `lib/systemd/system/${unit}`, text: unitOf(name), mode: 0o644 });
  await build({ standIn, name, into });
}

/** Since Queens the packages conflict with collector and API, which were there before. */
const named = (control: string): string =>
  control
    .replace(/^(?:Conflicts|Breaks): .*\n/m, '')
    .replace(/^Description: /m, 'Description: STAND-IN of the OpenStack upgrade lab: ');

function controlOf({ name, version }: { name: string; version: string }): string {
  return `Package: ${name}
Source: ceilometer
Version: ${version}
Architecture: all
Maintainer: OpenStack upgrade lab <lab@example.org>
Section: net
Priority: optional
Depends: ceilometer-common (= ${version}), python3:any
Description: ${name} as Ocata and Pike had it
`;
}

function scriptOf({ unit, when, does }: { unit: string; when: string; does: string }): string {
  return `#!/bin/sh
set -e
if [ "$1" = ${when} ] && [ -d /run/systemd/system ]; then
    ${when === 'configure' ? `deb-systemd-helper enable ${unit} >/dev/null || true; systemctl --system daemon-reload || true` : ':'}
    deb-systemd-invoke ${does} ${unit} >/dev/null || true
fi
`;
}

function unitOf(name: string): string {
  return `[Unit]
Description=Stand-in for ${name}
After=network.target

[Service]
User=ceilometer
Group=ceilometer
ExecStart=/usr/bin/${name}
Restart=on-failure
TimeoutStopSec=15

[Install]
WantedBy=multi-user.target
`;
}

function program({ standIn, name }: { standIn: StandIn; name: string }): string {
  return readFileSync(join(__dirname, 'old-ceilometer', `${name}.py`), 'utf8')
    .replaceAll('@RELEASE@', standIn.version)
    .replaceAll('@HEAD@', String(standIn.head));
}

function write(options: { folder: string; path: string; text: string; mode: number }): void {
  const file = join(options.folder, options.path);
  if (!existsSync(dirname(file))) mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, options.text);
  chmodSync(file, options.mode);
}

async function build({ standIn, name, into }: Part): Promise<void> {
  const folder = join(into, name);
  const deb = join(into, `${name}_${standIn.version}-0standin1_all.deb`);
  await buildDeb({ folder, deb, seconds: Date.parse(standIn.releasedAt) / 1000 });
}
