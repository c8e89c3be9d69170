import { Client, Connection } from '@temporalio/client';
import { Refusal } from './refusal';
import type { ClientSettings } from './settings';
import { createUpgradeClient, type UpgradeClient } from './upgrade-client';

/**
 * Connects to the Temporal server of the settings.
 * @throws Refusal when nobody answers there
 */
export async function connectUpgradeClient(
  settings: Pick<ClientSettings, 'address' | 'namespace' | 'taskQueue'>,
): Promise<{ readonly upgrade: UpgradeClient; readonly close: () => Promise<void> }> {
  const { address, namespace, taskQueue } = settings;
  const connection = await connect(address);
  const client = new Client({ connection, namespace });
  return { upgrade: createUpgradeClient({ client, taskQueue, address }), close: () => connection.close() };
}

async function connect(address: string): Promise<Connection> {
  try {
    return await Connection.connect({ address, connectTimeout: '10s' });
  } catch (error) {
    throw new Refusal(
      `No Temporal server answers at ${address}. Nothing changed. Start one, or say in TEMPORAL_ADDRESS where it is.`,
      { cause: error },
    );
  }
}
