import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createUpgradeClient } from '../../client';
import { freeAddress } from './free-address';
import { startDurableTestServer, type DurableTestServer } from '../workflows/temporal-server';

jest.setTimeout(120_000);

const root = join(__dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'osu-production-'));
const taskQueue = 'production';

let temporal: DurableTestServer;
let worker: ChildProcess;
let log = '';
let metrics: string;
let health: string;
beforeAll(async () => {
  temporal = await startDurableTestServer();
  metrics = await freeAddress();
  health = await freeAddress();
  worker = spawn(process.execPath, ['--import', 'tsx', join(root, 'worker/main.ts')], {
    cwd: root,
    env: {
      ...process.env,
      TEMPORAL_ADDRESS: temporal.address,
      OSU_TASK_QUEUE: taskQueue,
      CLOUDS_DIR: directory,
      OSU_METRICS_ADDRESS: metrics,
      OSU_HEALTH_ADDRESS: health,
      OSU_LOG_FORMAT: 'json',
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  worker.stderr?.on('data', (part: Buffer) => (log += part.toString()));
});
afterAll(async () => {
  worker.kill('SIGKILL');
  await temporal.teardown();
  rmSync(directory, { recursive: true, force: true });
});

/** The answer of an address, or null while nobody listens there. */
async function asked(url: string): Promise<{ readonly status: number; readonly text: string } | null> {
  return fetch(url).then(
    async (response) => ({ status: response.status, text: await response.text() }),
    () => null,
  );
}

async function until(url: string, holds: (answer: { status: number; text: string }) => boolean): Promise<string> {
  for (;;) {
    const answer = await asked(url);
    if (answer !== null && holds(answer)) return answer.text;
    await sleep(200);
  }
}

describe('a worker in production', () => {
  it('is healthy once the server sees it poll', async () => {
    expect(await until(`http://${health}/healthz`, ({ status }) => status === 200)).toBe('the worker polls\n');
    expect((await asked(`http://${health}/`))?.status).toBe(404);
  });

  it("is scraped: Temporal's metrics, and how many runs wait for a person", async () => {
    const upgrade = createUpgradeClient({ client: temporal.client, taskQueue });
    const run = await upgrade.preflight({ cloud: 'nowhere', to: 'bobcat' });
    await expect(upgrade.result(run)).rejects.toMatchObject({ code: 'cloudUnknown' });
    const text = await until(`http://${metrics}/metrics`, (answer) =>
      answer.text.includes('openstack_upgrade_runs_waiting'),
    );
    expect(text).toMatch(/openstack_upgrade_runs_waiting\{[^}]*state="waitingForDecision"[^}]*\} 0/);
    expect(text).toMatch(/temporal_workflow_failed_total\{[^}]*workflow_type="openstackPreflight"[^}]*\} 1/);
  });

  const linesAreJson = (): void => {
    const lines = log.trim().split('\n');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ at: expect.any(String) as string, level: expect.any(String) as string });
  };

  it('logs one JSON object a line', linesAreJson);

  it('is not healthy while the server is away, and is again when it is back', async () => {
    await temporal.server.kill9();
    expect(await until(`http://${health}/healthz`, ({ status }) => status === 503)).toContain(
      'the server does not answer',
    );
    await temporal.server.restart();
    await until(`http://${health}/healthz`, ({ status }) => status === 200);
    linesAreJson(); // also those of Temporal's core, which complained meanwhile
  });
});

describe('a worker in production whose server refuses it', () => {
  it('says why, and ends, so that whoever runs it starts it again', async () => {
    const refused = spawn(process.execPath, ['--import', 'tsx', join(root, 'worker/main.ts')], {
      cwd: root,
      env: {
        ...process.env,
        TEMPORAL_ADDRESS: await freeAddress(),
        CLOUDS_DIR: directory,
        OSU_METRICS_ADDRESS: await freeAddress(),
        OSU_HEALTH_ADDRESS: await freeAddress(),
        OSU_LOG_FORMAT: 'json',
      },
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    let said = '';
    refused.stderr.on('data', (part: Buffer) => (said += part.toString()));
    expect(await once(refused, 'exit')).toEqual([1, null]);
    expect(said).toMatch(/^No Temporal server answers at /m);
  });
});
