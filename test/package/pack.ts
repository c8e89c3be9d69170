import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Before the first test of this project: the package as `npm publish` would send it, built anew. */
export default function pack(): void {
  const root = join(__dirname, '../..');
  const directory = mkdtempSync(join(tmpdir(), 'openstack-upgrade-package-'));
  const npm = (...args: string[]): string =>
    execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  npm('run', '--silent', 'build');
  const [packed] = JSON.parse(npm('pack', '--ignore-scripts', '--json', '--pack-destination', directory)) as [object];
  process.env['OSU_PACKED'] = JSON.stringify({ ...packed, directory });
}
