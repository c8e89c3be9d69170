import { existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { findProgram, must, run } from './command';
import { labNetwork, whyNetworkUnfit } from './instance';
import { LabError } from './lab-error';
import { callerLink } from './network';
import { labPlaces } from './places';
import type { Say } from './progress';

const overlayMagic = 0x794c7630;

/** Programs that the lab calls, and the Debian package that brings each. */
const programs: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'systemd-container',
  mmdebstrap: 'mmdebstrap',
  'dpkg-scanpackages': 'dpkg-dev',
  ip: 'iproute2',
  gpg: 'gpg',
  'gpg-agent': 'gpg-agent',
  nsenter: 'util-linux',
  mount: 'mount',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  openssl: 'openssl',
  python3: 'python3',
};

/**
 * Says in one sentence what this machine lacks before anything is touched, and installs missing Debian packages.
 * Throws LabError.
 */
export async function meetRequirements(options: { readonly say: Say }): Promise<void> {
  const refusal = whyImpossible() ?? whyDirectoryUnfit() ?? whyNetworkTaken();
  if (refusal !== null) throw new LabError(refusal);
  const missing = await missingPackages();
  if (missing.length === 0) return;
  options.say(`installing missing packages on this machine: ${missing.join(' ')}`);
  await must({ argv: ['apt-get', '-q', 'update'] });
  await must({
    argv: ['apt-get', '-q', '-y', '--no-install-recommends', 'install', ...missing],
    environment: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** The first reason why no lab can run here, or null. */
export function whyImpossible(): string | null {
  if (process.platform !== 'linux')
    return `The lab boots Debian hosts in containers, so it needs Linux; this machine is ${process.platform}.`;
  if (process.getuid?.() !== 0)
    return 'The lab needs root (namespaces, mounts, systemd-nspawn). Run it again with sudo or as root.';
  if (findProgram('apt-get') === null || !isBookworm()) {
    return "The lab builds its hosts from the machine's own package sources and needs Debian 12 (bookworm).";
  }
  if (!/\boverlay$/m.test(readFileSync('/proc/filesystems', 'utf8')) && findProgram('modprobe') === null) {
    return 'The lab needs overlayfs, which this kernel does not have.';
  }
  return whyNetworkUnfit();
}

/** Hosts write through overlayfs, which cannot lie on overlayfs itself (a container's own file system). */
function whyDirectoryUnfit(): string | null {
  const { directory, layers } = labPlaces();
  mkdirSync(directory, { recursive: true });
  const { type, bavail, bsize } = statfsSync(directory);
  if (type === overlayMagic) {
    return `${directory} is on overlayfs, where the lab cannot write. Set OSU_LAB_DIR to a directory on a disk.`;
  }
  const gigabytes = (bavail * bsize) / 1e9;
  const needed = existsSync(layers) ? 1 : 6;
  if (gigabytes >= needed) return null;
  return `${directory} has ${gigabytes.toFixed(1)} GB free; the lab needs ${needed} GB. Free some, or set OSU_LAB_DIR.`;
}

/** The lab's addresses must not be those of a network that this machine is already in. */
function whyNetworkTaken(): string | null {
  const taken = Object.entries(networkInterfaces()).find(
    ([name, addresses]) =>
      name !== callerLink && addresses?.some(({ address }) => address.startsWith(`${labNetwork}.`)),
  );
  if (taken === undefined) return null;
  return `${labNetwork}.0/24 is already a network of this machine (${taken[0]}). Set OSU_LAB_NETWORK to another network, such as 10.91.8.`;
}

function isBookworm(): boolean {
  try {
    return /^VERSION_CODENAME=bookworm$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

async function missingPackages(): Promise<string[]> {
  const wanted = Object.entries(programs).filter(([program]) => findProgram(program) === null);
  const pip = await hasPip();
  const packages = wanted.map(([, name]) => name).concat(pip ? [] : ['python3-pip']);
  return [...new Set(packages)].sort();
}

async function hasPip(): Promise<boolean> {
  return (await run({ argv: ['python3', '-m', 'pip', '--version'] })).exitCode === 0;
}
