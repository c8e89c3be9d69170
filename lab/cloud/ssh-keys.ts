import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../machine/command';
import { addressFamilies, hostAddress, labHosts, type HostName, type LabHost } from '../machine/hosts';
import { labPlaces } from '../machine/places';

/** Made before the first boot, so that strict host key checking works from the first connection. */
export async function makeSshKeys(): Promise<void> {
  mkdirSync(labPlaces().keys, { recursive: true, mode: 0o700 });
  for (const file of [identityFile(), ...labHosts.map(({ name }) => hostKeyFile(name))]) {
    if (existsSync(file)) continue;
    await must({ argv: ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'openstack-upgrade-lab', '-f', file] });
  }
}

/** The private key of the user `deploy` on every host. */
export function identityFile(): string {
  return join(labPlaces().keys, 'deploy');
}

export function hostKeyFile(host: HostName): string {
  return join(labPlaces().keys, `host-${host}`);
}

/** known_hosts text with names and addresses of either kind. */
export function knownHostsText(hosts: readonly LabHost[]): string {
  return hosts
    .map(({ name }) => {
      const [type = '', key = ''] = readFileSync(`${hostKeyFile(name)}.pub`, 'utf8').split(' ');
      const addresses = addressFamilies.map((family) => hostAddress({ host: name, family }));
      return `${[name, ...addresses].join(',')} ${type} ${key}\n`;
    })
    .join('');
}
