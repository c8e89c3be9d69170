import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { rootOf } from '../machine/container';
import { hostNamed, type HostName } from '../machine/hosts';
import { labPlaces } from '../machine/places';
import { extraServices, type ExtraService, type ExtraServiceName } from '../packages/extra-services';

/** Beside the hosts, in a run and in a frozen state. */
const name = 'shared';

/**
 * Folders that both controllers see, as a cloud mounts NFS or Ceph there: Glance's images, Gnocchi's measures. With a folder
 * for each host, every second download through the load balancer would answer that the image has no data. Returns what a
 * container has to bind: a folder of this machine and its place on the host.
 */
export function sharedFolders(options: {
  /** Its root has to be mounted. */
  readonly host: HostName;
  readonly extras: readonly ExtraServiceName[];
  /** Of the state that the run began with. Null: nothing was configured yet. */
  readonly frozen: string | null;
}): readonly (readonly [string, string])[] {
  const { host, extras, frozen } = options;
  if (hostNamed(host).layer !== 'controller') return [];
  const run = join(labPlaces().run, name);
  if (!existsSync(run) && frozen !== null && existsSync(join(frozen, name)))
    execFileSync('cp', ['--archive', join(frozen, name), run]);
  return extraServices(extras).flatMap((service) =>
    service.sharedFolder === null ? [] : [[folderOf({ host, run, service }), service.sharedFolder] as const],
  );
}

/** A start from the frozen state finds what the services keep there: without it a database names files that are gone. */
export function freezeSharedFolders(options: { readonly into: string }): void {
  const run = join(labPlaces().run, name);
  if (existsSync(run)) renameSync(run, join(options.into, name));
}

function folderOf(options: { readonly host: HostName; readonly run: string; readonly service: ExtraService }): string {
  const folder = join(options.run, options.service.name);
  mkdirSync(folder, { recursive: true });
  const { user, group } = idsOf({ host: options.host, name: options.service.name });
  chownSync(folder, user, group);
  return folder;
}

/** Both controllers stand on one layer, so that the numbers are the same on both. */
function idsOf(options: { readonly host: HostName; readonly name: string }): { user: number; group: number } {
  const passwd = readFileSync(join(rootOf(options.host), 'etc/passwd'), 'utf8');
  const [, user = '', group = ''] = new RegExp(`^${options.name}:[^:]*:(\\d+):(\\d+):`, 'm').exec(passwd) ?? [];
  return { user: Number(user), group: Number(group) };
}
