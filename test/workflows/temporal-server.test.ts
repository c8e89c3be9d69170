import { existsSync } from 'node:fs';
import { requireServerExecutable } from '../../tools/temporal/find-server';
import { startDurableTestServer, startTestServer, type TestServer } from './temporal-server';

const start = (server: TestServer, workflowId: string): Promise<unknown> =>
  server.client.workflow.start('nobodyRunsThis', { workflowId, taskQueue: 'nobody-listens' });

const isRunning = async (server: TestServer, workflowId: string): Promise<string> =>
  (await server.client.workflow.getHandle(workflowId).describe()).status.name;

describe('the Temporal dev server', () => {
  it('keeps what it was told when it is killed and started again', async () => {
    const server = await startDurableTestServer();
    try {
      await start(server, 'before-the-kill');
      const before = server.server.pid;
      await server.server.kill9();
      await server.server.restart();
      expect(server.server.pid).not.toBe(before);
      expect(await isRunning(server, 'before-the-kill')).toBe('RUNNING');
      await start(server, 'after-the-kill');
      expect(await isRunning(server, 'after-the-kill')).toBe('RUNNING');
      expect((await fetch(server.server.uiUrl)).status).toBe(200);
    } finally {
      await server.teardown();
    }
    expect(existsSync(server.server.databaseFile)).toBe(false);
  }, 60_000);

  it('starts in memory for a test, with the search attributes of the project, whatever TEMPORAL_ADDRESS says', async () => {
    process.env['TEMPORAL_ADDRESS'] = '192.0.2.1:7233';
    const server = await startTestServer();
    try {
      expect(server.address).toMatch(/^127\.0\.0\.1:/);
      const { customAttributes } = await server.client.connection.operatorService.listSearchAttributes({
        namespace: 'default',
      });
      expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(['OsuCloud', 'OsuPhase', 'OsuWaiting']));
    } finally {
      delete process.env['TEMPORAL_ADDRESS'];
      await server.teardown();
    }
  }, 60_000);

  it('is found without downloading or building anything once it was obtained', async () => {
    expect(existsSync(await requireServerExecutable())).toBe(true);
  });
});
