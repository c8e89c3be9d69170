import { Client, Connection } from '@temporalio/client';
import { dataConverterOf } from '../connection/data-converter';
import { requireServer } from '../connection/require-server';
import type { ConnectionSettings } from '../connection/settings';
import { asUpgradeError } from './as-upgrade-error';
import { createUpgradeClient } from './create-upgrade-client';
import type { UpgradeClient } from './upgrade-client';

/** Where Temporal is, and what else is known of the way; `connectionSettings(process.env)` gives all of it. */
export type ConnectOptions = Pick<ConnectionSettings, 'address' | 'namespace' | 'taskQueue'> &
  Partial<ConnectionSettings>;

/** A server that is away is tried again after this time; gRPC would let it grow to two minutes, while people wait. */
const channelArgs = { 'grpc.max_reconnect_backoff_ms': 5000 };

/**
 * Connects to the Temporal server of the settings.
 * @throws UpgradeError with the reason, within a second where the server refuses
 */
export async function connectUpgradeClient(
  options: ConnectOptions,
): Promise<{ readonly upgrade: UpgradeClient; readonly client: Client; readonly close: () => Promise<void> }> {
  const settings: ConnectionSettings = { access: {}, codecKeyFile: null, ...options };
  const { address, namespace, taskQueue, access } = settings;
  try {
    // First: what fails after the connection is open would leave it open, and the process with it.
    const converter = dataConverterOf(settings);
    await requireServer(settings);
    const connection = await Connection.connect({ address, ...access, channelArgs });
    const client = new Client({ connection, namespace, ...converter });
    return { upgrade: createUpgradeClient({ client, taskQueue, address }), client, close: () => connection.close() };
  } catch (error) {
    throw asUpgradeError({ error, workflowId: '', address, taskQueue });
  }
}
