import type { Deployment } from '../worker/deployment';
import { UpgradePlugin } from '../worker/upgrade-plugin';
import { activitiesOfClouds } from './fake-activities';
import type { FakeCloud } from './fake-cloud';

/**
 * `OpenStackUpgradePlugin` on clouds that do not exist: the same workflows, messages, plans, reports and metrics in a test's
 * worker, and no host that is reached. Never give it to a worker that people take for a real one.
 */
export class FakeUpgradePlugin extends UpgradePlugin {
  constructor({
    clouds,
    deployment,
  }: {
    readonly clouds: readonly FakeCloud[];
    readonly deployment?: Deployment | undefined;
  }) {
    super({
      name: 'openstack-upgrade.FakeUpgrade',
      activities: activitiesOfClouds(clouds),
      close: () => Promise.resolve(),
      deployment,
    });
  }
}
