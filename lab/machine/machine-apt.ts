import { existsSync, readFileSync } from 'node:fs';
import { must, run } from './command';
import { LabError } from './lab-error';

/** How this machine reaches Debian: what a chroot needs to install from the same places by the same ways. */
export interface MachineApt {
  /** One-line sources, Debian's own suites only: other sources bring keys and packages that no host needs. */
  readonly sources: readonly string[];
  /** apt.conf text: proxies, timeouts. */
  readonly configurationOutside: string;
  /** The same for inside a chroot, where the certificates lie elsewhere. */
  readonly configuration: string;
  /** The machine's certificate bundle, when it has one (mirrors behind a company's own authority). */
  readonly certificates: string | null;
}

/** Where the machine's bundle lies inside a chroot while a layer is built. */
export const certificatesInChroot = '/etc/apt/machine-certificates.crt';

const bundle = '/etc/ssl/certs/ca-certificates.crt';
const insideCertificates = `Acquire::https::CAInfo "${certificatesInChroot}";\n`;
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Reads the machine's own apt configuration. Throws LabError when it has no source for Debian 12. */
export async function readMachineApt(): Promise<MachineApt> {
  if (!(await debianSuites()).length) await must({ argv: ['apt-get', '-q', 'update'] });
  const suites = await debianSuites();
  if (!suites.some(({ release }) => release === 'bookworm')) {
    throw new LabError(
      'apt on this machine has no source for Debian bookworm main. Add one, run apt-get update, then try again.',
    );
  }
  const dump = await must({ argv: ['apt-config', 'dump', 'Acquire'] });
  const certificates = existsSync(bundle) ? readFileSync(bundle, 'utf8') : null;
  const configurationOutside = wantedOptions({ dump });
  return {
    sources: suites.map(({ uri, release }) => `deb [signed-by=${keyring}] ${uri} ${release} main`),
    configurationOutside,
    configuration: `${configurationOutside}${certificates === null ? '' : insideCertificates}`,
    certificates,
  };
}

async function debianSuites(): Promise<{ uri: string; release: string }[]> {
  const format = '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)';
  const { stdout } = await run({ argv: ['apt-get', 'indextargets', '--format', format, 'Created-By: Packages'] });
  return stdout
    .split('\n')
    .map((line) => line.split('|'))
    .filter(
      ([, release, component, origin]) =>
        origin === 'Debian' && component === 'main' && release?.startsWith('bookworm'),
    )
    .map(([uri = '', release = '']) => ({ uri, release }));
}

function wantedOptions(options: { readonly dump: string }): string {
  const transport = /^Acquire::(http|https|ftp|Retries|ForceIPv[46]|Check-Valid-Until|Check-Date)\b/;
  const kept = options.dump.split('\n').filter((line) => transport.test(line) && !line.endsWith(' "";'));
  return [...kept, 'Acquire::Languages "none";', ''].join('\n');
}
