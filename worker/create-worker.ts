import { NativeConnection, Worker, type NativeConnectionOptions } from '@temporalio/worker';
import { dataConverterOf } from '../connection/data-converter';
import { requireServer } from '../connection/require-server';
import { OpenStackUpgradePlugin } from './plugin';
import { requireSearchAttributes } from './require-search-attributes';
import type { WorkerSettings } from './settings';
import { shippedBundle } from './workflow-bundle';

/**
 * A worker that carries out upgrades and nothing else: the plugin, as in anybody's worker, and what must be closed.
 * @throws ConnectionRefused with one sentence when the server cannot be used
 */
export async function createUpgradeWorker(
  settings: WorkerSettings,
): Promise<{ worker: Worker; close: () => Promise<void> }> {
  const { address, namespace, taskQueue, cloudsDirectory, access, deployment } = settings;
  const converter = dataConverterOf(settings);
  await requireServer(settings);
  const connection = await NativeConnection.connect({ address, ...(access as NativeConnectionOptions) });
  await requireSearchAttributes({ connection, namespace }).catch(async (error: unknown) => {
    await connection.close();
    throw error;
  });
  const bundle = shippedBundle();
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    ...converter,
    plugins: [new OpenStackUpgradePlugin({ cloudsDirectory, ...(deployment === null ? {} : { deployment }) })],
    ...(bundle === undefined ? {} : { workflowBundle: bundle }),
    // One activity a host and step: 50 hosts side by side, and the watches besides.
    maxConcurrentActivityTaskExecutions: 100,
  });
  return { worker, close: () => connection.close() };
}
