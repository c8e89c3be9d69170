import type { LabHost } from '../machine/hosts';
import type { ExtraServiceName } from '../packages/extra-services';
import type { SeriesName } from '../packages/series';

/** A running lab: what a worker, a demo or a test needs to use it. */
export interface Lab {
  /** Folder with `cedar.yaml`: a worker's clouds directory. */
  readonly cloudsDirectory: string;
  readonly cloudFile: string;
  readonly knownHosts: string;
  /** Private key of the user `deploy`, who may become root. */
  readonly identityFile: string;
  /** The series that is installed. */
  readonly series: SeriesName;
  /** What runs on the controllers beside Keystone and Heat. */
  readonly extras: readonly ExtraServiceName[];
  readonly hosts: readonly Pick<LabHost, 'name' | 'address' | 'roles'>[];
}
