import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HostName } from './hosts';
import { instanceSuffix } from './instance';

const group = `osu-lab${instanceSuffix}`;

/**
 * Shell lines that move the shell into control groups of the host's own. Containers that share one see each other's
 * services as theirs, and "is everything of this unit gone?" is then never answered with yes.
 */
export function joinControlGroups(host: HostName): string {
  return hierarchies()
    .map((path) => join(path, group, host))
    .map((path) => `mkdir -p ${path} && echo $$ >${path}/cgroup.procs`)
    .join('\n');
}

/** Removes the empty control groups that the hosts left. */
export function dropControlGroups(): void {
  for (const path of hierarchies()) removeGroups(join(path, group));
}

/** The hierarchies that systemd itself uses: the unified one, or on older set-ups the named one and one beside it. */
function hierarchies(): string[] {
  const older = ['/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified'];
  const mixed = older.filter((path) => existsSync(join(path, 'cgroup.procs')));
  return mixed.length > 0 ? mixed : ['/sys/fs/cgroup'];
}

function removeGroups(path: string): void {
  if (!existsSync(path)) return;
  for (const entry of readdirSync(path, { withFileTypes: true }).filter((one) => one.isDirectory())) {
    removeGroups(join(path, entry.name));
  }
  rmdirSync(path);
}
