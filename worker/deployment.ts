import type { WorkerDeploymentOptions } from '@temporalio/worker';
import { packageVersion } from '../connection/version';

/** A version of a worker deployment: Temporal starts new runs on the current one. */
export interface Deployment {
  readonly name: string;
  /** Default: the version of this package. */
  readonly buildId?: string;
}

/** A run stays on the version that it began on, to its end: what a person approved is carried out by what planned it. */
export function pinnedTo({ name: deploymentName, buildId = packageVersion() }: Deployment): WorkerDeploymentOptions {
  return { useWorkerVersioning: true, version: { deploymentName, buildId }, defaultVersioningBehavior: 'PINNED' };
}
