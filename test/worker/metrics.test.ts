import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Runtime, type Worker } from '@temporalio/worker';
import type { Reach } from '../../activities/reach';
import { createUpgradeClient, type UpgradeClient } from '../../client';
import { createJobs, createRootShell, type JobResult, type Jobs } from '../../remote';
import { createFakeCloud, createFakeUpgradeWorker } from '../../testing';
import { toyCloud } from '../../testing/toy-survey';
import { createJobMetrics } from '../../worker/job-metrics';
import { exposedNames, metrics } from '../../worker/metrics';
import { installRuntime } from '../../worker/install-runtime';
import { countWaiting } from '../../worker/waiting-metric';
import { namesInDeploy } from '../deploy/metric-names';
import { localTransport } from '../remote/ssh/local-transport';
import { startTestServer, type TestServer } from '../workflows/temporal-server';
import { freeAddress } from './free-address';

jest.setTimeout(180_000);

const cedar = createFakeCloud({ name: 'cedar', services: ['keystone'] });
const taskQueue = 'metrics';
const directory = mkdtempSync(join(tmpdir(), 'osu-metrics-'));

let address: string;
let server: TestServer;
let worker: Worker;
let running: Promise<void>;
let counting: Promise<void>;
let upgrade: UpgradeClient;
const over = new AbortController();
beforeAll(async () => {
  address = await freeAddress();
  installRuntime({ logFormat: 'json', metricsAddress: address });
  server = await startTestServer();
  worker = await createFakeUpgradeWorker({ connection: server.nativeConnection, clouds: [cedar], taskQueue });
  running = worker.run();
  counting = countWaiting({ worker, signal: over.signal, everySeconds: 1 });
  upgrade = createUpgradeClient({ client: server.client, taskQueue });
});
afterAll(async () => {
  over.abort();
  await counting;
  worker.shutdown();
  await running;
  await server.teardown();
  rmSync(directory, { recursive: true, force: true });
});

/** The value of a metric with these labels, or null. */
async function scraped(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number | null> {
  const text = await (await fetch(`http://${address}/metrics`)).text();
  const line = text
    .split('\n')
    .find(
      (one) =>
        one.startsWith(`${name}{`) && Object.entries(labels).every(([key, value]) => one.includes(`${key}="${value}"`)),
    );
  return line === undefined ? null : Number(line.split(' ').at(-1));
}

async function until(
  name: string,
  labels: Readonly<Record<string, string>>,
  holds: (value: number) => boolean,
): Promise<void> {
  for (;;) {
    const value = await scraped(name, labels);
    if (value !== null && holds(value)) return;
    await sleep(250);
  }
}

describe('the metrics of a worker', () => {
  it('tell since when a gate waits, by what it is about, and 0 once it is answered', async () => {
    cedar.willEnd('keystone/db-sync@ctl1', 'failed');
    const run = await upgrade.startFull({ cloud: 'cedar', to: 'bobcat' });
    const { code, accept } = await upgrade.waitForGate(run, { about: 'plan' });
    await until('openstack_upgrade_gate_age_seconds', { cloud: 'cedar', about: 'plan' }, (age) => age > 0);
    await until('openstack_upgrade_runs_waiting', { state: 'waitingForApproval' }, (count) => count === 1);
    await upgrade.approve(run, { gate: code, by: 'ana', accept: [...accept] });
    const failed = await upgrade.waitForGate(run, { about: 'failure' });
    await until('openstack_upgrade_gate_age_seconds', { about: 'failure' }, (age) => age > 0);
    expect(await scraped('openstack_upgrade_gate_age_seconds', { about: 'plan' })).toBe(0);
    await upgrade.decide(run, { gate: failed.code, by: 'ana', choice: 'abort' });
    await upgrade.result(run);
    await until('openstack_upgrade_gate_age_seconds', { about: 'failure' }, (age) => age === 0);
  });

  it('count steps by outcome, and show the downtime of each API', async () => {
    const failed = { cloud: 'cedar', kind: 'change', outcome: 'failed' };
    expect(await scraped('openstack_upgrade_steps_total', failed)).toBe(1);
    expect(await scraped('openstack_upgrade_step_seconds_count', failed)).toBe(1);
    expect(await scraped('openstack_upgrade_api_downtime_seconds', { cloud: 'cedar', api: 'keystone' })).toBe(0);
  });
});

const asRootOnly = process.getuid?.() === 0 ? describe : describe.skip;

asRootOnly('the metrics of jobs (needs root: jobs run as root)', () => {
  const total = (name: string, labels: Readonly<Record<string, string>> = {}): Promise<number | null> =>
    scraped(`openstack_upgrade_jobs_${name}`, { cloud: 'cedar', ...labels });
  let jobs: Jobs;
  beforeAll(() => {
    const root = createRootShell({ transport: localTransport() });
    const reach = { cloud: toyCloud(['ctl1']), root, jobs: createJobs({ root, base: join(directory, 'state') }) };
    const { metered } = createJobMetrics({ meter: () => Runtime.instance().metricMeter });
    jobs = metered(reach as unknown as Reach).jobs;
  });

  function run(stepId: string, script: string, more: { mutex?: string; attachOnly?: true } = {}): Promise<JobResult> {
    const { signal } = new AbortController();
    return jobs.run({
      host: 'ctl1',
      runId: 'run-1',
      stepId,
      generation: '0',
      script,
      timeoutSeconds: 60,
      signal,
      ...more,
    });
  }

  it('count what starts, what was there before, and what ends how, with the time it took', async () => {
    await run('toy/good', 'true');
    await run('toy/bad', 'exit 3');
    await run('toy/good', 'true', { attachOnly: true });
    expect(await total('started_total')).toBe(2);
    expect(await total('found_total')).toBe(1);
    expect(await total('ended_total', { outcome: 'done' })).toBe(2);
    expect(await total('ended_total', { outcome: 'failed' })).toBe(1);
    expect(await scraped('openstack_upgrade_job_seconds_count', { outcome: 'failed' })).toBe(1);
    expect(await scraped('openstack_upgrade_job_seconds_bucket', { outcome: 'failed', le: '14400' })).toBe(1);
  });

  it('tell what runs, and what waits for another job', async () => {
    const one = run('toy/one', 'sleep 4', { mutex: 'database-heat' });
    await until('openstack_upgrade_jobs_running', { cloud: 'cedar' }, (count) => count === 1);
    const other = run('toy/other', 'true', { mutex: 'database-heat' });
    await until('openstack_upgrade_jobs_waiting', { cloud: 'cedar' }, (count) => count === 1);
    await Promise.all([one, other]);
    expect(await total('waiting')).toBe(0);
    expect(await total('running')).toBe(0);
  });

  it('are all there, with every one that dashboard and alert rules name', async () => {
    const text = await (await fetch(`http://${address}/metrics`)).text();
    const there = new Set(text.split('\n').flatMap((line) => /^(\w+)\{/.exec(line)?.[1] ?? []));
    const missing = [...Object.values(metrics).flatMap(exposedNames), ...namesInDeploy()].filter(
      (name) => !there.has(name),
    );
    expect(missing).toEqual([]);
  });
});
