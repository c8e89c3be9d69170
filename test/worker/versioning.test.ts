import { setTimeout as sleep } from 'node:timers/promises';
import { DefaultLogger, Runtime, type Worker } from '@temporalio/worker';
import { createUpgradeClient, type StartedRun, type UpgradeClient } from '../../client';
import { createFakeCloud, createFakeUpgradeWorker, type FakeCloud } from '../../testing';
import { createHealthServer } from '../../worker/health-server';
import { startTestServer, type TestServer } from '../workflows/temporal-server';
import { freeAddress } from './free-address';

jest.setTimeout(180_000);

const name = 'openstack-upgrade';
const taskQueue = 'versioned';

/** One build of the worker, with clouds of its own of the same names: their starts say which build ran a step. */
interface Build {
  readonly worker: Worker;
  readonly cloud: FakeCloud;
  readonly end: () => Promise<void>;
}

let server: TestServer;
let upgrade: UpgradeClient;
const builds: Build[] = [];
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  server = await startTestServer();
  upgrade = createUpgradeClient({ client: server.client, taskQueue });
});
afterAll(async () => {
  await Promise.all(builds.map(({ end }) => end()));
  await server.teardown();
});

/** Starts a build, and makes it the one that new runs begin on. */
async function deploy(buildId: string): Promise<Build> {
  const cloud = createFakeCloud({ name: 'cedar', services: ['keystone'] });
  const clouds = [cloud, createFakeCloud({ name: 'elm', services: ['keystone'] })];
  const deployment = { name, buildId };
  const worker = await createFakeUpgradeWorker({ connection: server.nativeConnection, clouds, taskQueue, deployment });
  const running = worker.run();
  const build = {
    worker,
    cloud,
    end: async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
    },
  };
  builds.push(build);
  const { workflowService } = server.client.connection;
  for (;;) {
    // The server knows a version once its worker has polled.
    const set = {
      namespace: 'default',
      deploymentName: name,
      buildId,
      identity: 'test',
      ignoreMissingTaskQueues: true,
    };
    if (
      await workflowService.setWorkerDeploymentCurrentVersion(set).then(
        () => true,
        () => false,
      )
    )
      break;
    await sleep(200);
  }
  return build;
}

async function startedAtGate(cloud: string): Promise<StartedRun> {
  const run = await upgrade.startFull({ cloud, to: 'bobcat' });
  await upgrade.waitForGate(run, { about: 'plan' });
  return run;
}

/** Answers both gates of a run, and waits for its end. */
async function finished(run: StartedRun): Promise<string> {
  for (const about of ['plan', 'phase'] as const) {
    const { code, accept } = await upgrade.waitForGate(run, { about });
    await upgrade.approve(run, { gate: code, by: 'ana', accept: [...accept] });
  }
  return (await upgrade.result(run)).state;
}

/** The build that processes a run, as Temporal says it. */
async function buildOf(run: StartedRun): Promise<string | undefined> {
  const { raw } = await server.client.workflow.getHandle(run.workflowId, run.runId).describe();
  return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId ?? undefined;
}

describe('a worker that is a version of a deployment', () => {
  it('keeps the run that waits at a gate when a newer version is deployed, and the newer one gets the next run', async () => {
    const old = await deploy('build-1');
    const waiting = await startedAtGate('cedar');
    expect(await buildOf(waiting)).toBe('build-1');
    const young = await deploy('build-2');
    const next = await startedAtGate('elm');
    expect(await buildOf(next)).toBe('build-2');
    expect(await finished(waiting)).toBe('completed');
    expect(old.cloud.starts.length).toBeGreaterThan(5);
    expect(young.cloud.starts).toEqual([]);
    expect(await buildOf(waiting)).toBe('build-1');
    await upgrade.cancel(next);
  });

  it('is healthy, as the server sees it poll', async () => {
    const [hostname, port] = (await freeAddress()).split(':');
    const health = createHealthServer(builds.at(-1)!.worker).listen(Number(port), hostname);
    while ((await fetch(`http://${hostname}:${port}/healthz`)).status !== 200) await sleep(200);
    health.close();
  });

  it('loses no run when it is gone: a person moves the run to the current version, where it continues', async () => {
    const run = await startedAtGate('cedar');
    expect(await buildOf(run)).toBe('build-2');
    const young = await deploy('build-3');
    await builds[1]!.end();
    await server.client.connection.workflowService.updateWorkflowExecutionOptions({
      namespace: 'default',
      workflowExecution: run,
      workflowExecutionOptions: { versioningOverride: { autoUpgrade: true } },
      updateMask: { paths: ['versioning_override'] },
    });
    expect(await finished(run)).toBe('completed');
    expect(await buildOf(run)).toBe('build-3');
    expect(young.cloud.starts.length).toBeGreaterThan(5);
  });
});
