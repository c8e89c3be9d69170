import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { WorkerOptions } from '@temporalio/worker';
import { OpenStackUpgradePlugin } from 'temporal-openstack-upgrade';
import { workflowBundle } from 'temporal-openstack-upgrade/workflow-bundle';

/** Runs somebody's workflow and one of ours on a worker that came to its workflows in the way of argv[3]. */
const [address = '', way = '', cloudsDirectory = '.'] = process.argv.slice(2);
Runtime.install({ logger: new DefaultLogger('ERROR') });
const workflowsPath = fileURLToPath(new URL('./workflows.js', import.meta.url));
const logger = new DefaultLogger('ERROR');
const plugin = new OpenStackUpgradePlugin({ cloudsDirectory });
const plugins = [plugin];
const workflowOf: Record<string, () => Promise<Partial<WorkerOptions>>> = {
  path: async () => ({ plugins, workflowsPath }),
  alone: async () => ({ plugins }),
  bundle: async () => ({ plugins, workflowBundle: await bundleWorkflowCode({ workflowsPath, plugins, logger }) }),
  bundleWithout: async () => ({ plugins, workflowBundle: await bundleWorkflowCode({ workflowsPath, logger }) }),
  shipped: async () => ({ plugins, workflowBundle }),
  // On both, as the SDK hands a connection's plugins on to the worker: every hook is called twice.
  twice: async () => ({ plugins, workflowsPath }),
};
const connection = await Connection.connect({ address });
const nativeConnection = await NativeConnection.connect({ address, plugins: way === 'twice' ? plugins : [] });
try {
  console.log(JSON.stringify(await seen()));
} finally {
  await nativeConnection.close();
  await connection.close();
}

async function seen(): Promise<object> {
  const options = await workflowOf[way]!();
  const taskQueue = `ways-${way}`;
  const worker = await Worker.create({ connection: nativeConnection, taskQueue, ...options }).catch(sentence);
  if (typeof worker === 'string') return { refused: worker };
  const client = new Client({ connection });
  const run = (type: string, args: unknown[]): Promise<unknown> =>
    client.workflow.execute(type, { taskQueue, workflowId: `${type}-${way}-${process.pid}`, args }).catch(sentence);
  return worker.runUntil(async () => ({
    own: options.workflowsPath === undefined && way !== 'bundle' ? null : await run('greet', ['ana']),
    preflight: await run('openstackPreflight', [{ cloud: 'cedar', to: 'bobcat' }]),
  }));
}

function sentence(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  return innermost instanceof Error ? innermost.message : String(innermost);
}
