import { NativeConnection, Worker } from '@temporalio/worker';
import { createActivities } from '../activities';
import { createReaches } from '../activities/reach';
import type { WorkerSettings } from './settings';

/**
 * A worker and what must be closed after it. Throttles: heartbeats carry the job's offsets and bring a cancellation
 * back, so they go out every second; the default would lose up to eight (temporal facts, proved).
 */
export async function createUpgradeWorker(
  settings: WorkerSettings,
): Promise<{ worker: Worker; close: () => Promise<void> }> {
  const { address, namespace, taskQueue, cloudsDirectory } = settings;
  const connection = await NativeConnection.connect({ address });
  const reaches = createReaches();
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowsPath: require.resolve('../workflows'),
    activities: createActivities({ cloudsDirectory, reachTo: reaches.to }),
    maxHeartbeatThrottleInterval: '1s',
    // One activity a host and step: 50 hosts side by side, and the watches besides.
    maxConcurrentActivityTaskExecutions: 100,
  });
  return {
    worker,
    close: async () => {
      await reaches.close();
      await connection.close();
    },
  };
}
