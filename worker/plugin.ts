import { Runtime } from '@temporalio/worker';
import { createActivities } from '../activities';
import { createReaches } from '../activities/reach';
import type { Deployment } from './deployment';
import { createJobMetrics } from './job-metrics';
import { UpgradePlugin } from './upgrade-plugin';

export interface OpenStackUpgradePluginOptions {
  /** Where the cloud files lie, `<name>.yaml`; read anew at every step. */
  readonly cloudsDirectory: string;
  /** OpenSSH's client, for cloud files with `client: openssh`. Default: `ssh` on the PATH. */
  readonly sshProgram?: string;
  /**
   * Makes the worker a version of a deployment, and pins every run to the version that it began on. `workerDeploymentOptions` of
   * the worker itself, where there are any, count instead.
   */
  readonly deployment?: Deployment;
}

/**
 * OpenStack upgrades in any Temporal worker, beside its own workflows and activities:
 * `plugins: [new OpenStackUpgradePlugin({ cloudsDirectory })]`. Give it to `bundleWorkflowCode` too where the worker is
 * given a `workflowBundle`. Its workflows and activities are named `openstack...`.
 */
export class OpenStackUpgradePlugin extends UpgradePlugin {
  constructor(options: OpenStackUpgradePluginOptions) {
    const { cloudsDirectory, sshProgram, deployment } = options;
    const reaches = createReaches(sshProgram === undefined ? {} : { sshProgram });
    const { metered } = createJobMetrics({ meter: () => Runtime.instance().metricMeter });
    super({
      name: 'openstack-upgrade.OpenStackUpgrade',
      activities: createActivities({ cloudsDirectory, reachTo: async (cloud) => metered(await reaches.to(cloud)) }),
      close: reaches.close,
      deployment,
    });
  }
}
