import { join, resolve } from 'node:path';
import { cacheDirectory } from '../../tools/temporal/server-cache';
import { instanceSuffix } from './instance';

/** Every path of the lab. All of it lies below one directory, so that one `rm -r` (after `down`) forgets the lab. */
export interface Places {
  readonly directory: string;
  /** Built once: the Debian base and what each role adds to it. */
  readonly layers: string;
  /** Configured, cleanly stopped hosts, one folder per starting series. */
  readonly frozen: string;
  /** The writable side of the hosts that run now; thrown away by `down`. */
  readonly run: string;
  /** What the package server serves: one repository per series. */
  readonly repositories: string;
  /** Downloads that are worth keeping: .deb files and wheels. */
  readonly downloads: string;
  /** Keys and passwords, made once per lab directory. */
  readonly keys: string;
  /** Cloud file, known_hosts and package sources: what a worker needs. */
  readonly clouds: string;
  readonly logs: string;
}

/**
 * `OSU_LAB_DIR`, else a folder below the user's cache. It must lie on a file system that overlayfs can write to. Absolute: the kernel names mounts
 * so, and what is mounted below a relative path would never be found again, nor unmounted.
 */
export function labPlaces(env: NodeJS.ProcessEnv = process.env): Places {
  const chosen = env['OSU_LAB_DIR'];
  const directory = chosen ? resolve(chosen) : join(cacheDirectory(env), 'lab');
  return {
    directory,
    layers: join(directory, 'layers'),
    frozen: join(directory, 'frozen'),
    run: join(directory, `run${instanceSuffix}`),
    repositories: join(directory, 'repositories'),
    downloads: join(directory, 'downloads'),
    keys: join(directory, 'keys'),
    clouds: join(directory, `clouds${instanceSuffix}`),
    logs: join(directory, `logs${instanceSuffix}`),
  };
}

/** What runs now. Below /run on purpose: a reboot of the machine ends the hosts and this record together. */
export const runningStateFile = `/run/temporal-openstack-upgrade-lab${instanceSuffix}.json`;

/** Held while a lab is raised or dropped on this network, from whatever directory. */
export const networkLockFile = `/run/temporal-openstack-upgrade-lab${instanceSuffix}.lock`;
