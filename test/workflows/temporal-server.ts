import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection } from '@temporalio/worker';
import { requireServerExecutable } from '../../tools/temporal/find-server';
import { searchAttributes } from '../../tools/temporal/server-flags';
import { startServer, type RunningServer } from '../../tools/temporal/start-server';

/** A Temporal server that belongs to one test file. */
export type TestServer = {
  readonly address: string;
  readonly client: Client;
  /** For Worker.create. Shut the workers down before teardown. */
  readonly nativeConnection: NativeConnection;
  readonly teardown: () => Promise<void>;
};

/** The same on a database file, with a process that can be killed and started again. */
export type DurableTestServer = TestServer & { readonly server: RunningServer };

/**
 * Starts an in-memory server with the project's search attributes, in about half a second.
 *
 * Tests never look at TEMPORAL_ADDRESS: a test that ran on somebody's production server would be the worst outage this project
 * could cause.
 */
export const startTestServer = async (): Promise<TestServer> => {
  const environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: await requireServerExecutable() },
      ip: '127.0.0.1',
      searchAttributes: searchAttributes.map((name) => defineSearchAttributeKey(name, 'KEYWORD')),
      log: { format: 'text', level: 'never' },
    },
  });
  return {
    address: environment.address,
    client: environment.client,
    nativeConnection: environment.nativeConnection,
    teardown: () => environment.teardown(),
  };
};

/** Starts a server with its state in a temporary file, for tests that kill it: `server.kill9()`, `server.restart()`. */
export const startDurableTestServer = async (): Promise<DurableTestServer> => {
  const directory = mkdtempSync(join(tmpdir(), 'osu-temporal-'));
  const server = await startServer({
    executable: await requireServerExecutable(),
    databaseFile: join(directory, 'dev.db'),
    logLevel: 'error',
  });
  const connection = await Connection.connect({ address: server.address });
  const nativeConnection = await NativeConnection.connect({ address: server.address });
  return {
    server,
    address: server.address,
    client: new Client({ connection }),
    nativeConnection,
    // The connections last: a call that somebody still repeats throws on a closed one, and would end the process before the rest is gone.
    teardown: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
      await nativeConnection.close();
      await connection.close();
    },
  };
};
