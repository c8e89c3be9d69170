import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../lab/machine/command';
import type { PythonEnvironment } from '../python-environment';

const ssh2 = join(__dirname, '..', '..', 'node_modules', 'ssh2');

/** Names and versions of what is measured. ssh2 without its native part moves bytes at a third of the speed. */
export async function readVersions(environments: readonly PythonEnvironment[]): Promise<readonly string[]> {
  const { version } = JSON.parse(readFileSync(join(ssh2, 'package.json'), 'utf8')) as { readonly version: string };
  const native = existsSync(join(ssh2, 'lib', 'protocol', 'crypto', 'build', 'Release', 'sshcrypto.node'));
  const openSsh = await run({ argv: ['ssh', '-V'] });
  return [
    `ssh2 ${version} (${native ? 'with' : 'without'} its native part)`,
    ...(openSsh.exitCode === 0 ? [openSsh.stderr.trim().split(',')[0] ?? ''] : []),
    ...environments.flatMap((one) => (one.kind === 'ready' ? [one.version] : [])),
  ];
}
