import { DefaultLogger, Runtime, type Worker } from '@temporalio/worker';
import { createUpgradeClient, type UpgradeClient } from '../../client';
import type { RunResult } from '../../schema/status';
import { createFakeCloud, createFakeUpgradeWorker, type FakeCloud } from '../../testing';
import { startTestServer, type TestServer } from '../workflows/temporal-server';

jest.setTimeout(120_000);

const cedar = createFakeCloud({ name: 'cedar' });
const elm = createFakeCloud({
  name: 'elm',
  approvers: ['ana'],
  services: ['keystone', 'heat', 'glance', 'placement'],
  change: (host) => ({ ...host, otherHands: host.host === 'ctl1' ? ['puppet'] : [] }),
});

let server: TestServer;
let worker: Worker;
let running: Promise<void>;
let upgrade: UpgradeClient;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  server = await startTestServer();
  worker = await createFakeUpgradeWorker({
    connection: server.nativeConnection,
    clouds: [cedar, elm],
    taskQueue: 'fake',
  });
  running = worker.run();
  upgrade = createUpgradeClient({ client: server.client, taskQueue: 'fake' });
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await server.teardown();
});

/** Starts a full upgrade and approves its plan with every warning. */
async function approved(cloud: FakeCloud): Promise<{ readonly workflowId: string; readonly runId: string }> {
  const run = await upgrade.startFull({ cloud: cloud.name, to: 'bobcat' });
  const { code, accept } = await upgrade.waitForGate(run, { about: 'plan' });
  await upgrade.approve(run, { gate: code, by: 'ana', accept: [...accept] });
  return run;
}

describe('a fake cloud', () => {
  it('is planned by the real planner, upgraded, and reported', async () => {
    const run = await approved(cedar);
    const opens = await upgrade.waitForGate(run, { about: 'phase' });
    await upgrade.approve(run, { gate: opens.code, by: 'ana' });
    const result = (await upgrade.result(run)) as RunResult;
    expect(result).toMatchObject({ state: 'completed', from: 'antelope', to: 'bobcat', owed: [] });
    expect(result.versions).toContain('heat 20.0.0 -> 21.0.0 on ctl1, ctl2');
    expect(cedar.starts.filter((step) => step.startsWith('heat/db-sync'))).toHaveLength(1);
    const { json, html } = await upgrade.fetchReport(run);
    expect(JSON.parse(json)).toMatchObject({ state: 'completed', cloud: 'cedar' });
    expect(html).toContain('<!doctype html>');
    expect(cedar.lockedBy()).toBeNull();
  });

  it('says of a step what a test wants: it fails, then hangs until it is killed, then ends well', async () => {
    const run = await upgrade.startFull({ cloud: 'elm', to: 'bobcat' });
    const plan = await upgrade.waitForGate(run, { about: 'plan' });
    expect(plan.accept.some((id) => id.endsWith('@ctl1'))).toBe(true); // its survey finds Puppet there
    await expect(upgrade.approve(run, { gate: plan.code, by: 'bo', accept: [...plan.accept] })).rejects.toMatchObject({
      code: 'notApprover',
    });
    const { plan: steps } = await upgrade.planData(run);
    const [first] = steps.phases[0]!.batches.flatMap(({ hosts, steps }) =>
      steps.filter(({ kind }) => kind === 'change').map(({ id }) => ({ id, host: hosts[0]! })),
    );
    const step = `${first!.id}@${first!.host}`;
    elm.willEnd(step, 'failed', 'hangs');
    await upgrade.approve(run, { gate: plan.code, by: 'ana', accept: [...plan.accept] });
    const failed = await upgrade.waitForGate(run, { about: 'failure' });
    expect(failed.about).toMatchObject({ stepId: first!.id, host: first!.host });
    await upgrade.decide(run, { gate: failed.code, by: 'ana', choice: 'retry' });
    await elm.hangs(step);
    expect(await upgrade.kill(run, { step, by: 'ana', reason: 'test' })).toContain('was ended by ana');
    const killed = await upgrade.waitForGate(run, { about: 'failure' });
    await upgrade.decide(run, { gate: killed.code, by: 'ana', choice: 'abort' });
    expect(await upgrade.result(run)).toMatchObject({ state: 'aborted' });
    expect(elm.starts.filter((one) => one === step)).toHaveLength(2);
  });

  it('refuses a cloud that the test does not have, with the code of a real worker', async () => {
    const run = await upgrade.preflight({ cloud: 'oak', to: 'bobcat' });
    await expect(upgrade.result(run)).rejects.toMatchObject({ code: 'cloudUnknown' });
  });

  it('says what hangs when a step is ended that does not', () => {
    expect(() => cedar.end('heat/db-sync@ctl1')).toThrow('heat/db-sync@ctl1 does not hang. No step hangs now.');
  });
});
