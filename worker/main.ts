import { Runtime } from '@temporalio/worker';
import { createUpgradeWorker } from './create-worker';
import { workerSettings } from './settings';

/** `npm run worker`: runs until SIGTERM or SIGINT. Jobs on the hosts go on without it and are found by the next. */
async function main(): Promise<void> {
  Runtime.install({ shutdownSignals: ['SIGTERM', 'SIGINT'] });
  const settings = workerSettings(process.env);
  const { worker, close } = await createUpgradeWorker(settings);
  console.log(`worker: task queue ${settings.taskQueue} at ${settings.address}, clouds in ${settings.cloudsDirectory}`);
  try {
    await worker.run();
  } finally {
    await close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
