import { join } from 'node:path';
import { instanceSuffix } from '../machine/instance';
import { labPlaces } from '../machine/places';

/** Where the Docker engine of the lab has its files, below the lab's directory. */
export interface DockerPlaces {
  /** The programs of Debian's packages, unpacked and never installed. */
  readonly programs: string;
  /** Images and build cache; worth keeping. */
  readonly data: string;
  /** Socket, process files and settings of the engine that runs now. */
  readonly run: string;
  readonly log: string;
}

export function dockerPlaces(): DockerPlaces {
  const { directory, logs } = labPlaces();
  const docker = join(directory, 'docker');
  return {
    programs: join(docker, 'programs'),
    data: join(docker, `data${instanceSuffix}`),
    run: join(docker, `run${instanceSuffix}`),
    log: join(logs, 'docker.log'),
  };
}
