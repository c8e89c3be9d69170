/** The product's worker, but for one step that it makes fail: `OSU_FAIL_AT_FILE` names the file that says which one. */
import { NativeConnection, Worker } from '@temporalio/worker';
import { installRuntime } from '../../worker/install-runtime';
import { OpenStackUpgradePlugin } from '../../worker/plugin';
import { workerSettings } from '../../worker/settings';
import { countWaiting } from '../../worker/waiting-metric';
import { failingStep } from './fail-step';

async function main(): Promise<void> {
  const { address, namespace, taskQueue, cloudsDirectory, ...settings } = workerSettings(process.env);
  const file = process.env['OSU_FAIL_AT_FILE'];
  if (file === undefined) throw new Error('OSU_FAIL_AT_FILE names no file.');
  installRuntime(settings);
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    plugins: [new OpenStackUpgradePlugin({ cloudsDirectory })],
    interceptors: { activity: [failingStep({ file })] },
    maxConcurrentActivityTaskExecutions: 100,
  });
  console.log(`worker: task queue ${taskQueue} at ${address}, clouds in ${cloudsDirectory}`);
  const ended = new AbortController();
  const counting = settings.metricsAddress === null ? null : countWaiting({ worker, signal: ended.signal });
  await worker.run().finally(async () => {
    ended.abort();
    await counting;
    await connection.close();
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
