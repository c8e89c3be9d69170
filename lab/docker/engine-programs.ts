import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../machine/command';
import { readMachineApt } from '../machine/machine-apt';
import type { Say } from '../machine/progress';
import { keyOf } from '../machine/recipe-text';
import { dockerPlaces } from './docker-places';

/** The engine and what it calls, from the release that the lab runs on. */
const enginePackages = {
  release: 'bookworm',
  names: [
    'docker.io',
    'containerd',
    'runc',
    'tini',
    'iptables',
    'libip4tc2',
    'libip6tc2',
    'libxtables12',
    'libnftnl11',
    'libnfnetlink0',
    'libnetfilter-conntrack3',
    'libmnl0',
    'slirp4netns',
    'libslirp0',
  ],
} as const;

/** Debian 12 has Compose of the first generation only; the next release's is one static program. */
const composePackages = { release: 'trixie', names: ['docker-compose'] } as const;

/** Where the engine's programs lie, and the environment in which they find each other. */
export interface EnginePrograms {
  readonly environment: Readonly<Record<string, string>>;
  readonly docker: string;
  readonly dockerd: string;
  readonly tini: string;
  readonly slirp4netns: string;
  /** A directory with Compose as a plugin: DOCKER_CONFIG. */
  readonly dockerConfig: string;
}

/** Docker's engine, its command and Compose, unpacked beside each other: nothing is installed into this machine. */
export async function obtainEnginePrograms(options: { readonly say: Say }): Promise<EnginePrograms> {
  const { programs } = dockerPlaces();
  const folder = join(programs, keyOf(JSON.stringify([enginePackages, composePackages])));
  if (!existsSync(folder)) {
    options.say('fetching Docker from Debian');
    rmSync(programs, { recursive: true, force: true });
    const building = `${folder}.building`;
    await unpack({ ...enginePackages, folder: building });
    await unpack({ ...composePackages, folder: building });
    arrange(building);
    renameSync(building, folder);
  }
  return programsIn(folder);
}

function programsIn(folder: string): EnginePrograms {
  const libraries = join(folder, 'usr/lib', multiarch());
  return {
    environment: {
      PATH: [
        join(folder, 'first'),
        join(folder, 'usr/sbin'),
        join(folder, 'usr/bin'),
        '/usr/sbin:/usr/bin:/sbin:/bin',
      ].join(':'),
      LD_LIBRARY_PATH: libraries,
      XTABLES_LIBDIR: join(libraries, 'xtables'),
    },
    docker: join(folder, 'usr/bin/docker'),
    dockerd: join(folder, 'usr/sbin/dockerd'),
    tini: join(folder, 'usr/bin/tini-static'),
    slirp4netns: join(folder, 'usr/bin/slirp4netns'),
    dockerConfig: join(folder, 'config'),
  };
}

/** What the packages' own scripts would do: iptables by its older interface, Compose where Docker looks for plugins. */
function arrange(folder: string): void {
  mkdirSync(join(folder, 'first'), { recursive: true });
  for (const name of ['iptables', 'iptables-save', 'iptables-restore', 'ip6tables'])
    // Relative: the folder gets its final name afterwards.
    symlinkSync('../usr/sbin/xtables-legacy-multi', join(folder, 'first', name));
  const plugin = 'cli-plugins/docker-compose';
  mkdirSync(join(folder, 'config/cli-plugins'), { recursive: true });
  cpSync(join(folder, 'usr/libexec/docker', plugin), join(folder, 'config', plugin));
}

/** Fetches packages by an apt configuration of their own, and unpacks them. */
async function unpack(options: {
  readonly release: string;
  readonly names: readonly string[];
  readonly folder: string;
}): Promise<void> {
  const { release, names, folder } = options;
  const apt = `${folder}.${release}`;
  for (const part of ['lists/partial', 'cache/archives/partial', 'files', 'etc'])
    mkdirSync(join(apt, part), { recursive: true });
  mkdirSync(folder, { recursive: true });
  const { sources } = await readMachineApt();
  const [first = ''] = sources.filter((line) => line.includes(' bookworm main'));
  writeFileSync(join(apt, 'etc/sources.list'), `${first.replace(' bookworm main', ` ${release} main`)}\n`);
  const settings = [
    `Dir::Etc::sourcelist=${join(apt, 'etc/sources.list')}`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::lists=${join(apt, 'lists')}`,
    `Dir::Cache=${join(apt, 'cache')}`,
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
  ].flatMap((setting) => ['-o', setting]);
  await must({ argv: ['apt-get', '-q', ...settings, 'update'] });
  await must({ argv: ['env', `--chdir=${join(apt, 'files')}`, 'apt-get', '-q', ...settings, 'download', ...names] });
  for (const file of readdirSync(join(apt, 'files'))) {
    await must({ argv: ['dpkg-deb', '--extract', join(apt, 'files', file), folder] });
  }
  rmSync(apt, { recursive: true, force: true });
}

/** As Debian names the folder of libraries. */
const multiarch = (): string => (process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu');
