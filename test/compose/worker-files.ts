import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Lab } from '../../lab';

/** User of the worker in its image. */
const workerUser = 1000;

/** Directories as docker-compose.yml mounts them. */
export interface WorkerFiles {
  readonly directory: string;
  /** What the file reads: CLOUDS_DIR and SSH_DIR. */
  readonly variables: Readonly<Record<'CLOUDS_DIR' | 'SSH_DIR', string>>;
}

/** Empty ones: a worker that knows no cloud. */
export function noClouds(): WorkerFiles {
  const directory = mkdtempSync(join(tmpdir(), 'osu-compose-'));
  const variables = { CLOUDS_DIR: join(directory, 'clouds'), SSH_DIR: join(directory, 'ssh') };
  for (const folder of Object.values(variables)) mkdirSync(folder);
  chmodSync(directory, 0o755);
  return { directory, variables };
}

/** The lab's cloud file and key, as an operator prepares them: the key is the worker's own, and named by its place in the container. */
export function filesOfLab(lab: Lab): WorkerFiles {
  const files = noClouds();
  const { CLOUDS_DIR, SSH_DIR } = files.variables;
  cpSync(lab.cloudsDirectory, CLOUDS_DIR, { recursive: true });
  const cloudFile = join(CLOUDS_DIR, 'cedar.yaml');
  const cloud = parse(readFileSync(cloudFile, 'utf8')) as { ssh: object };
  const ssh = { ...cloud.ssh, identityFile: '~/.ssh/id_ed25519' };
  writeFileSync(cloudFile, stringify({ ...cloud, ssh }));
  const key = join(SSH_DIR, 'id_ed25519');
  cpSync(lab.identityFile, key);
  chmodSync(key, 0o600);
  chownSync(key, workerUser, workerUser);
  return files;
}
