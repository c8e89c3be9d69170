import { createActivities } from '../activities';
import { createReaches } from '../activities/reach';
import { UpgradePlugin } from './upgrade-plugin';

export interface OpenStackUpgradePluginOptions {
  /** Where the cloud files lie, `<name>.yaml`; read anew at every step. */
  readonly cloudsDirectory: string;
  /** OpenSSH's client, for cloud files with `client: openssh`. Default: `ssh` on the PATH. */
  readonly sshProgram?: string;
}

/**
 * OpenStack upgrades in any Temporal worker, beside its own workflows and activities:
 * `plugins: [new OpenStackUpgradePlugin({ cloudsDirectory })]`. Give it to `bundleWorkflowCode` too where the worker is
 * given a `workflowBundle`. Its workflows and activities are named `openstack...`.
 */
export class OpenStackUpgradePlugin extends UpgradePlugin {
  constructor(options: OpenStackUpgradePluginOptions) {
    const { cloudsDirectory, sshProgram } = options;
    const reaches = createReaches(sshProgram === undefined ? {} : { sshProgram });
    super({
      name: 'openstack-upgrade.OpenStackUpgrade',
      activities: createActivities({ cloudsDirectory, reachTo: reaches.to }),
      close: reaches.close,
    });
  }
}
