import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runOf, openSite, type ToySite } from './toy-site';
import { createWorld } from './toy-activities';

jest.setTimeout(90_000);

let site: ToySite;
let directory: string;
beforeAll(async () => {
  site = await openSite();
  directory = mkdtempSync(join(tmpdir(), 'osu-worker-death-'));
});
afterAll(async () => {
  await site.teardown();
  rmSync(directory, { recursive: true, force: true });
});

const taskQueue = 'worker-death';
const file = (name: string): string => join(directory, name);

function startWorker(): ChildProcess {
  const arguments_ = [site.server.address, taskQueue, directory];
  return spawn(process.execPath, ['--import', 'tsx', require.resolve('./toy-worker'), ...arguments_], {
    stdio: 'inherit',
    cwd: join(__dirname, '../..'),
  });
}

async function exists(name: string): Promise<void> {
  while (!existsSync(file(name))) await sleep(20);
}

describe('a worker that is killed in the middle of a step', () => {
  it('is followed by another that finds the same command and goes on; nothing starts twice', async () => {
    const first = startWorker();
    const handle = await site.server.client.workflow.start('openstackFullUpgrade', {
      workflowId: 'cedar.worker-death',
      taskQueue,
      args: [{ cloud: 'cedar', to: 'bobcat' }],
    });
    const run = runOf({ world: createWorld(), handle });
    await run.approve();
    await exists('job heat-db-sync@ctl1 0');
    first.kill('SIGKILL');
    await once(first, 'exit');
    const second = startWorker();
    writeFileSync(file('go on'), '');
    expect(await handle.result()).toEqual(expect.objectContaining({ state: 'completed' }));
    const starts = readFileSync(file('starts'), 'utf8').trim().split('\n');
    expect(starts.filter((name) => name === 'heat-db-sync@ctl1 0')).toHaveLength(1);
    expect(new Set(starts).size).toBe(starts.length);
    second.kill('SIGTERM');
    await once(second, 'exit');
  });
});
