import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DefaultLogger, Runtime, type Worker } from '@temporalio/worker';
import { createUpgradeClient, type StartedRun, type UpgradeClient } from '../../client';
import { createFakeCloud, createFakeUpgradeWorker } from '../../testing';
import { startTestServer, type TestServer } from '../workflows/temporal-server';

jest.setTimeout(120_000);

const root = join(__dirname, '../..');
const taskQueue = 'logs';
const cedar = createFakeCloud({ name: 'cedar', services: ['keystone'] });
const step = 'keystone/db-sync@ctl1';

let server: TestServer;
let worker: Worker;
let running: Promise<void>;
let upgrade: UpgradeClient;
let run: StartedRun;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  server = await startTestServer();
  worker = await createFakeUpgradeWorker({ connection: server.nativeConnection, clouds: [cedar], taskQueue });
  running = worker.run();
  upgrade = createUpgradeClient({ client: server.client, taskQueue });
  cedar.willEnd(step, 'failed', 'hangs');
  cedar.prints(step, { out: 'migrating\npassword=geheim\n', err: 'a warning\n' });
  run = await upgrade.startFull({ cloud: 'cedar', to: 'bobcat' });
  const { code, accept } = await upgrade.waitForGate(run, { about: 'plan' });
  await upgrade.approve(run, { gate: code, by: 'ana', accept: [...accept] });
  const failed = await upgrade.waitForGate(run, { about: 'failure' });
  await upgrade.decide(run, { gate: failed.code, by: 'ana', choice: 'retry' });
  await cedar.hangs(step);
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await server.teardown();
});

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command line as a person types it; `during` acts once it has printed something. */
async function typed(args: readonly string[], during: () => void = () => undefined): Promise<Said> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'client/main.ts'), ...args], {
    cwd: root,
    env: { ...process.env, TEMPORAL_ADDRESS: server.address, OSU_TASK_QUEUE: taskQueue },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.once('data', during);
  child.stdout.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (err += part.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

describe('openstack-upgrade logs', () => {
  it('shows what an attempt has printed, each stream where it belongs, without secrets', async () => {
    const { code, out, err } = await typed(['logs', step, '--attempt', '1']);
    expect(out).toBe('migrating\npassword=***\n');
    expect(err).toBe(`-- ${step}, attempt 1 of 2\na warning\n-- It has ended. Exit code 1.\n`);
    expect(code).toBe(0);
  });

  it('says that a command still runs', async () => {
    expect((await typed(['logs', 'keystone/db-sync', run.workflowId])).err).toContain('--follow continues');
  });

  it('follows it to its end', async () => {
    const { out, err } = await typed(['logs', step, '--follow'], () => {
      cedar.prints(step, { out: 'done migrating\n' });
      cedar.end(step);
    });
    expect(out).toBe('migrating\npassword=***\ndone migrating\n');
    expect(err).toContain('-- It has ended. Exit code 0.');
  });

  it('is a stream of objects for programs', async () => {
    const { out } = await typed(['--json', 'logs', step, '--attempt', '1']);
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; schemaVersion: number });
    expect(events.map(({ kind }) => kind)).toEqual(['attempt', 'out', 'err', 'end']);
    expect(events.every(({ schemaVersion }) => schemaVersion === 1)).toBe(true);
  });

  it.each([
    ['heat/db-sync@ctl1', 'has not started heat/db-sync@ctl1'],
    [`${step}#`, 'has not started'],
  ])('refuses %s in one sentence', async (name, sentence) => {
    const { code, err } = await typed(['logs', name, run.workflowId]);
    expect(err).toContain(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(3);
  });

  it('leaves the reader runs out of the list of upgrades, and ends them', async () => {
    expect((await upgrade.list({ state: 'all' })).map(({ workflowId }) => workflowId)).toEqual([run.workflowId]);
    const ended = server.client.workflow.list({
      query: "WorkflowType = 'openstackStepOutput' AND ExecutionStatus = 'Completed'",
    });
    const readers: string[] = [];
    for await (const { workflowId } of ended) readers.push(workflowId);
    expect(readers.length).toBeGreaterThan(0);
    expect(readers.every((id) => id.startsWith('cedar.output.'))).toBe(true);
  });
});
