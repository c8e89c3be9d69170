import { Worker, type NativeConnection } from '@temporalio/worker';
import type { Deployment } from '../worker/deployment';
import { shippedBundle } from '../worker/workflow-bundle';
import type { FakeCloud } from './fake-cloud';
import { FakeUpgradePlugin } from './fake-plugin';

export interface FakeWorkerOptions {
  /** To a server of the test's own: `TestWorkflowEnvironment.createLocal` with `upgradeSearchAttributes`. */
  readonly connection: NativeConnection;
  readonly clouds: readonly FakeCloud[];
  readonly namespace?: string;
  /** Default: openstack-upgrade. */
  readonly taskQueue?: string;
  /** As of `OpenStackUpgradePlugin`. */
  readonly deployment?: Deployment;
}

/** A worker that carries upgrades of fake clouds out, and nothing else. Run it with `worker.runUntil(yourTest)`. */
export async function createFakeUpgradeWorker(options: FakeWorkerOptions): Promise<Worker> {
  const { connection, clouds, deployment, namespace = 'default', taskQueue = 'openstack-upgrade' } = options;
  const bundle = shippedBundle();
  return Worker.create({
    connection,
    namespace,
    taskQueue,
    plugins: [new FakeUpgradePlugin({ clouds, deployment })],
    ...(bundle === undefined ? {} : { workflowBundle: bundle }),
  });
}
