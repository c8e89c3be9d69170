import { Runtime } from '@temporalio/worker';
import { createUpgradeWorker } from './create-worker';
import type { WorkerSettings } from './settings';

/** Runs a worker until it is told to end. */
export async function runWorker(settings: WorkerSettings): Promise<void> {
  Runtime.install({ shutdownSignals: ['SIGTERM', 'SIGINT'] });
  const { worker, close } = await createUpgradeWorker(settings);
  console.log(`worker: task queue ${settings.taskQueue} at ${settings.address}, clouds in ${settings.cloudsDirectory}`);
  try {
    await worker.run();
  } finally {
    await close();
  }
}
