import type { LabHost } from '../machine/hosts';
import type { CloudShape } from '../packages/cloud-shape';
import type { SeriesName } from '../packages/series';

/** A running lab: what a worker, a demo or a test needs to use it. */
export interface Lab extends CloudShape {
  /** Folder with `cedar.yaml`: a worker's clouds directory. */
  readonly cloudsDirectory: string;
  readonly cloudFile: string;
  readonly knownHosts: string;
  /** Private key of the user `deploy`, who may become root. */
  readonly identityFile: string;
  /** The series that is installed. */
  readonly series: SeriesName;
  readonly hosts: readonly (Pick<LabHost, 'name' | 'roles'> & { readonly address: string })[];
}
