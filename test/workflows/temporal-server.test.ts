import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireServerExecutable } from '../../tools/temporal/find-server';
import { startServer } from '../../tools/temporal/start-server';
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

  it('does not outlive a process that was killed without a word', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'osu-orphan-'));
    const script = `
      const { requireServerExecutable } = require('./tools/temporal/find-server');
      const { startServer } = require('./tools/temporal/start-server');
      requireServerExecutable()
        .then((executable) => startServer({ executable, databaseFile: ${JSON.stringify(join(directory, 'dev.db'))} }))
        .then(({ pid }) => process.stdout.write(String(pid)));`;
    const parent = spawn(process.execPath, ['--import', 'tsx', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: join(__dirname, '../..'),
    });
    const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
    const serverPid = Number(printed.toString());
    expect(isAlive(serverPid)).toBe(true);
    parent.kill('SIGKILL');
    while (isAlive(serverPid)) await sleep(50);
    rmSync(directory, { recursive: true });
  }, 60_000);

  it('does not take a stranger on its port for itself', async () => {
    const server = await startDurableTestServer();
    try {
      const { ports, databaseFile } = server.server;
      const second = startServer({
        executable: await requireServerExecutable(),
        databaseFile: `${databaseFile}2`,
        ports,
      });
      await expect(second).rejects.toThrow(`Port ${ports.grpc} of 127.0.0.1 is used by another program`);
    } finally {
      await server.teardown();
    }
  }, 60_000);

  it('shows the end of its log when it does not come up', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'osu-broken-'));
    const databaseFile = join(directory, 'dev.db');
    writeFileSync(databaseFile, 'this is no database');
    const broken = startServer({ executable: await requireServerExecutable(), databaseFile });
    await expect(broken).rejects.toThrow(
      /did not start on 127\.0\.0\.1:\d+: it ended with exit code 1\. .*file is not a database/s,
    );
    rmSync(directory, { recursive: true });
  }, 60_000);

  it('is found without downloading or building anything once it was obtained', async () => {
    expect(existsSync(await requireServerExecutable())).toBe(true);
  });
});

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
