import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { hostsWith, type LabHost } from '../machine/hosts';
import { recipeText } from '../machine/recipe-text';
import { addressOf } from './addresses';
import { sourceText } from '../packages/package-source';
import type { CloudShape } from '../packages/cloud-shape';
import type { SeriesName } from '../packages/series';
import { keyringOnHosts, publicSigningKey } from '../packages/signing-key';
import { hostKeyFile, identityFile } from './ssh-keys';

/** The first user of a Debian host. */
const deployId = 1000;

/** Writes what makes a root this host and no other, before its first boot: names, keys, package source. */
export async function dressHost(
  options: CloudShape & {
    readonly host: LabHost;
    readonly root: string;
    readonly series: SeriesName;
  },
): Promise<void> {
  const { host, root, series } = options;
  const write = (path: string, text: string, mode = 0o644): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
    chmodSync(join(root, path), mode);
  };
  write('etc/hostname', `${host.name}\n`);
  write(
    'etc/hosts',
    `127.0.0.1 localhost\n${hostsWith(options.extras)
      .map(({ name }) => `${addressOf(name)} ${name}\n`)
      .join('')}`,
  );
  write('etc/machine-id', `${createHash('md5').update(`lab ${host.name}`).digest('hex')}\n`);
  write(keyringOnHosts, await publicSigningKey());
  write(`etc/apt/sources.list.d/openstack-${series}.sources`, sourceText(options));
  write('etc/ssh/ssh_host_ed25519_key', readFileSync(hostKeyFile(host.name), 'utf8'), 0o600);
  copyFileSync(`${hostKeyFile(host.name)}.pub`, join(root, 'etc/ssh/ssh_host_ed25519_key.pub'));
  write('home/deploy/.ssh/authorized_keys', readFileSync(`${identityFile()}.pub`, 'utf8'), 0o600);
  for (const path of ['home/deploy/.ssh', 'home/deploy/.ssh/authorized_keys'])
    chownSync(join(root, path), deployId, deployId);
  chmodSync(join(root, 'home/deploy/.ssh'), 0o700);
  if (options.odd.includes('shells')) greet({ write });
  // One host keeps its daily apt timers, as most hosts in the world do: an upgrade has to cope with them.
  if (host.name !== 'ctl2')
    for (const timer of ['apt-daily.timer', 'apt-daily-upgrade.timer']) mask({ root, unit: timer });
}

/** Debian's own .bashrc says nothing to a login without a terminal; many people's do. sshd says something as well. */
function greet({ write }: { readonly write: (path: string, text: string) => void }): void {
  const greeting = recipeText('greeting.sh');
  for (const file of ['root/.bashrc', 'home/deploy/.bashrc', 'etc/profile.d/greeting.sh']) write(file, greeting);
  write('etc/issue.net', 'Authorised use only. Everything is logged.\n');
  write('etc/ssh/sshd_config.d/greeting.conf', 'Banner /etc/issue.net\n');
}

function mask(options: { readonly root: string; readonly unit: string }): void {
  symlinkSync('/dev/null', join(options.root, 'etc/systemd/system', options.unit));
}
