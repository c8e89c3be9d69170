import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { OpenStackUpgradePlugin } from 'temporal-openstack-upgrade';

/** A worker as you have it; the plugin adds the upgrades to its workflows and activities. */
const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233' });
const worker = await Worker.create({
  connection,
  taskQueue: process.env['OSU_TASK_QUEUE'] ?? 'openstack-upgrade',
  workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
  plugins: [new OpenStackUpgradePlugin({ cloudsDirectory: process.env['CLOUDS_DIR'] ?? 'clouds' })],
});
await worker.run();
await connection.close();
