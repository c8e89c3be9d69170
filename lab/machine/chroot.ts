import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './command';
import { certificatesInChroot, readMachineApt } from './machine-apt';
import { labPlaces } from './places';

const sourcesFile = 'etc/apt/sources.list.d/machine.list';
const configurationFile = 'etc/apt/apt.conf.d/99machine';

/**
 * Runs a script in a root directory that nothing else uses, with the machine's way to Debian lent to it and taken
 * away again: no host of the lab keeps a source that it cannot reach.
 */
export async function runInRoot(options: {
  readonly root: string;
  readonly script: string;
  readonly purpose: string;
  /** Folders of this machine to show inside: `[outside, inside]`. */
  readonly bind?: readonly (readonly [string, string])[];
}): Promise<string> {
  await lendApt({ root: options.root });
  try {
    return await enterRoot(options);
  } finally {
    returnApt({ root: options.root });
  }
}

function enterRoot(options: Parameters<typeof runInRoot>[0]): Promise<string> {
  const archives = join(labPlaces().downloads, 'apt');
  mkdirSync(join(archives, 'partial'), { recursive: true });
  const binds = [[archives, '/var/cache/apt/archives'] as const, ...(options.bind ?? [])];
  return must({
    argv: [
      'systemd-nspawn',
      '--quiet',
      '--directory',
      options.root,
      '--register=no',
      '--keep-unit',
      '--pipe',
      '--resolv-conf=copy-host',
      '--timezone=off',
      '--link-journal=no',
      ...proxies(),
      ...binds.map(([outside, inside]) => `--bind=${outside}:${inside}`),
      '/bin/bash',
      '-s',
    ],
    input: options.script,
    purpose: options.purpose,
  });
}

/** By name only: values may hold passwords and would show in the list of processes. */
function proxies(): string[] {
  return ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']
    .filter((name) => process.env[name] !== undefined)
    .map((name) => `--setenv=${name}`);
}

async function lendApt(options: { readonly root: string }): Promise<void> {
  const apt = await readMachineApt();
  writeFileSync(join(options.root, sourcesFile), `${apt.sources.join('\n')}\n`);
  writeFileSync(join(options.root, configurationFile), apt.configuration);
  if (apt.certificates !== null) writeFileSync(join(options.root, certificatesInChroot), apt.certificates);
}

function returnApt(options: { readonly root: string }): void {
  for (const file of [sourcesFile, configurationFile, certificatesInChroot, 'etc/resolv.conf']) {
    rmSync(join(options.root, file), { force: true });
  }
  rmSync(join(options.root, 'var/lib/apt/lists'), { recursive: true, force: true });
  mkdirSync(join(options.root, 'var/lib/apt/lists/partial'), { recursive: true });
}
