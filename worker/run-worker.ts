import { once } from 'node:events';
import type { Server } from 'node:http';
import { Runtime } from '@temporalio/worker';
import { dataConverterOf } from '../connection/data-converter';
import { createUpgradeWorker } from './create-worker';
import { createHealthServer } from './health-server';
import { installRuntime } from './install-runtime';
import type { WorkerSettings } from './settings';
import { countWaiting } from './waiting-metric';

/** Runs a worker until it is told to end. */
export async function runWorker(settings: WorkerSettings): Promise<void> {
  const { taskQueue, address, cloudsDirectory, healthAddress, metricsAddress } = settings;
  installRuntime(settings);
  const { worker, close } = await createUpgradeWorker(settings).catch(async (error: unknown) => {
    // What was installed above keeps the process alive: it would have said why it was refused, and stand there for ever.
    await Runtime.instance().shutdown();
    throw error;
  });
  const ended = new AbortController();
  const health =
    healthAddress === null ? null : await listening({ server: createHealthServer(worker), at: healthAddress });
  const counting =
    metricsAddress === null ? null : countWaiting({ worker, ...dataConverterOf(settings), signal: ended.signal });
  console.log(`worker: task queue ${taskQueue} at ${address}, clouds in ${cloudsDirectory}`);
  try {
    await worker.run();
  } finally {
    ended.abort();
    health?.close();
    await counting;
    await close();
  }
}

async function listening({ server, at }: { server: Server; at: string }): Promise<Server> {
  const { hostname, port } = new URL(`http://${at}`);
  server.listen(Number(port), hostname);
  await once(server, 'listening');
  return server;
}
