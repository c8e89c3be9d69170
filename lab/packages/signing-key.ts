import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../machine/command';
import { labPlaces } from '../machine/places';

/** Where every host of the lab keeps the public half, as an operator's hosts would. */
export const keyringOnHosts = '/etc/apt/keyrings/openstack-lab.asc';

/** The public half of the lab's own signing key, armored; the key is made when there is none. */
export async function publicSigningKey(): Promise<string> {
  const home = keyHome();
  const file = join(home, 'public.asc');
  if (existsSync(file)) return readFileSync(file, 'utf8');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const identity = 'OpenStack upgrade lab (packages of a disposable cloud)';
  await gpg(['--passphrase', '', '--quick-generate-key', identity, 'ed25519', 'sign', 'never']);
  await gpg(['--armor', '--output', file, '--export']);
  return readFileSync(file, 'utf8');
}

/** Writes `signed` with an inline signature next to what it signs: Release -> InRelease. */
export async function signInline(options: { readonly file: string; readonly signed: string }): Promise<void> {
  await publicSigningKey();
  await gpg(['--yes', '--clearsign', '--digest-algo', 'SHA512', '--output', options.signed, options.file]);
}

async function gpg(words: readonly string[]): Promise<void> {
  const home = keyHome();
  try {
    await must({
      argv: ['gpg', '--homedir', home, '--batch', '--quiet', '--pinentry-mode', 'loopback', ...words],
      purpose: `gpg ${words[0] ?? ''}`,
    });
  } finally {
    // gpg leaves an agent behind for every key directory; nothing of the lab may outlive what it was for.
    await must({ argv: ['gpgconf', '--homedir', home, '--kill', 'all'] });
  }
}

function keyHome(): string {
  return join(labPlaces().keys, 'signing');
}
