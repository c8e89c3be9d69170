import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HostName } from './hosts';
import { instanceSuffix } from './instance';
import { LabError } from './lab-error';
import { until } from './processes';

/** Of all hosts of this lab, below which each has its own. */
export const labControlGroup = `osu-lab${instanceSuffix}`;

/**
 * Shell lines that move the shell into control groups of the host's own. Containers that share one see each other's
 * services as theirs, and "is everything of this unit gone?" is then never answered with yes.
 */
export function joinControlGroups(host: HostName): string {
  return hierarchies()
    .map((path) => join(path, labControlGroup, host))
    .map((path) => `mkdir -p ${path} && echo $$ >${path}/cgroup.procs`)
    .join('\n');
}

/**
 * Removes the control groups that the hosts left. The kernel counts a process as in its group for a moment after its
 * end, and a busy machine makes that moment long.
 */
export async function dropControlGroups(): Promise<void> {
  const gone = await until({
    seconds: 20,
    holds: () => hierarchies().every((path) => removed(join(path, labControlGroup))),
  });
  if (!gone)
    throw new LabError(
      `Processes of the lab are still running in the control group ${labControlGroup}. Run npm run lab -- down again.`,
    );
}

/** Removes a group of this name, and those below it, from every hierarchy of this machine. Its processes have to have ended. */
export async function dropControlGroup(name: string): Promise<void> {
  const gone = await until({ seconds: 20, holds: () => everyHierarchy().every((path) => removed(join(path, name))) });
  if (!gone) throw new LabError(`Processes are still running in the control group ${name}. End them, then try again.`);
}

/** Whether some hierarchy has a group of this name. */
export function controlGroupExists(name: string): boolean {
  return everyHierarchy().some((path) => existsSync(join(path, name)));
}

/** The unified hierarchy alone, or on older set-ups one for each controller. */
function everyHierarchy(): string[] {
  const root = '/sys/fs/cgroup';
  if (existsSync(join(root, 'cgroup.procs'))) return [root];
  return readdirSync(root)
    .map((name) => join(root, name))
    .filter((path) => existsSync(join(path, 'cgroup.procs')));
}

/** The hierarchies that systemd itself uses: the unified one, or on older set-ups the named one and one beside it. */
function hierarchies(): string[] {
  const older = ['/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified'];
  const mixed = older.filter((path) => existsSync(join(path, 'cgroup.procs')));
  return mixed.length > 0 ? mixed : ['/sys/fs/cgroup'];
}

function removed(path: string): boolean {
  try {
    if (existsSync(path)) removeGroups(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return false;
    throw error;
  }
}

function removeGroups(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true }).filter((one) => one.isDirectory())) {
    removeGroups(join(path, entry.name));
  }
  rmdirSync(path);
}
