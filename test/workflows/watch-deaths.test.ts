import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectUpgradeClient, type UpgradeClient } from '../../client';
import { startDurableTestServer, type DurableTestServer } from './temporal-server';

jest.setTimeout(180_000);

/** After this the test says what was seen instead. */
const patienceSeconds = 60;

const taskQueue = 'watch-deaths';
const root = join(__dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'osu-watch-deaths-'));

const children: ChildProcess[] = [];
let temporal: DurableTestServer;
let upgrade: UpgradeClient;
let close: () => Promise<void>;
beforeAll(async () => {
  temporal = await startDurableTestServer();
  const { address } = temporal;
  ({ upgrade, close } = await connectUpgradeClient({ address, namespace: 'default', taskQueue }));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await close();
  await temporal.teardown();
  rmSync(directory, { recursive: true, force: true });
});

function start(script: string, args: readonly string[]): ChildProcess {
  const env = { ...process.env, TEMPORAL_ADDRESS: temporal.address, OSU_TASK_QUEUE: taskQueue };
  return spawn(process.execPath, ['--import', 'tsx', join(root, script), ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function startWorker(): ChildProcess {
  const worker = start('test/workflows/toy-worker.ts', [temporal.address, taskQueue, directory]);
  children.push(worker);
  return worker;
}

/** `openstack-upgrade watch` as a person has it open in a window. */
function watching(...args: string[]): {
  readonly child: ChildProcess;
  readonly said: (text: string) => Promise<void>;
  readonly all: () => string;
} {
  const child = start('client/main.ts', ['watch', ...args]);
  children.push(child);
  let text = '';
  let heard = 0; // what was said before is not said again
  child.stdout?.on('data', (part: Buffer) => (text += part.toString()));
  child.stderr?.on('data', (part: Buffer) => (text += part.toString()));
  const said = async (wanted: string): Promise<void> => {
    const giveUpAt = Date.now() + patienceSeconds * 1000;
    while (!text.includes(wanted, heard)) {
      if (child.exitCode !== null || Date.now() > giveUpAt)
        throw new Error(`no "${wanted}" (exit code ${String(child.exitCode)}):\n${text}`);
      await sleep(50);
    }
    heard = text.indexOf(wanted, heard) + wanted.length;
  };
  return { child, said, all: () => text };
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('somebody who watches a run', () => {
  it('is told who is away, sees the run again when they are back, and sees its end', async () => {
    const first = startWorker();
    const run = await upgrade.startFull({ cloud: 'cedar', to: 'bobcat' });
    const watch = watching(run.workflowId);
    const { code: gate } = await upgrade.waitForGate(run, { about: 'plan' });
    await watch.said(`gate ${gate} waits for a person`);
    await upgrade.approve(run, { gate, by: 'ana' });
    await watch.said('heat db-sync');
    while (!existsSync(join(directory, 'job heat-db-sync@ctl1 0'))) await sleep(20);

    await killed(first);
    await watch.said('Waiting for a worker.');
    const second = startWorker();
    await watch.said('Server and worker answer again.');

    await temporal.server.kill9();
    await watch.said('Waiting for the Temporal server.');
    await temporal.server.restart();
    writeFileSync(join(directory, 'go on'), '');
    await watch.said('cedar: completed');
    if (watch.child.exitCode === null) await once(watch.child, 'exit');
    const { exitCode } = watch.child;
    expect({ exitCode, stack: /\n {4}at /.exec(watch.all()) }).toEqual({ exitCode: 0, stack: null });
    await killed(second);
  });

  it('is told at once that there is no such run', async () => {
    const { child, all } = watching('cedar.all.full.nothing');
    const [exitCode] = (await once(child, 'exit')) as [number];
    expect(exitCode).toBe(3);
    expect(all()).toMatch(/^There is no run cedar\.all\.full\.nothing on \S+, or it has ended\./);
  });
});
