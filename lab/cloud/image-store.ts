import { chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootOf } from '../machine/container';
import { hostNamed, type HostName } from '../machine/hosts';
import { labPlaces } from '../machine/places';
import type { ExtraServiceName } from '../packages/extra-services';

/** Where Debian's Glance keeps images. */
const storeOnHosts = '/var/lib/glance/images';

/**
 * One folder that both controllers see as Glance's file store, as a cloud mounts NFS or Ceph there. With a folder for each
 * host, every second download through the load balancer would answer that the image has no data. Returns what a container
 * has to bind: a folder of this machine and its place on the host.
 */
export function imageStore(options: {
  /** Its root has to be mounted. */
  readonly host: HostName;
  readonly extras: readonly ExtraServiceName[];
}): readonly (readonly [string, string])[] {
  const { host, extras } = options;
  if (!extras.includes('glance') || hostNamed(host).layer !== 'controller') return [];
  const folder = join(labPlaces().run, 'image-store');
  mkdirSync(folder, { recursive: true });
  const { user, group } = glanceIds(host);
  chownSync(folder, user, group);
  return [[folder, storeOnHosts]];
}

/** Both controllers stand on one layer, so that the numbers are the same on both. */
function glanceIds(host: HostName): { user: number; group: number } {
  const passwd = readFileSync(join(rootOf(host), 'etc/passwd'), 'utf8');
  const [, user = '', group = ''] = /^glance:[^:]*:(\d+):(\d+):/m.exec(passwd) ?? [];
  return { user: Number(user), group: Number(group) };
}
