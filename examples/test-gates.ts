import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { createUpgradeClient } from 'temporal-openstack-upgrade/client';
import { createFakeCloud, createFakeUpgradeWorker, upgradeSearchAttributes } from 'temporal-openstack-upgrade/testing';

/** node --test test-gates.js: your approval rules, tested on a cloud that does not exist. TEMPORAL_CLI: a `temporal` you have. */
const path = process.env['TEMPORAL_CLI'];
let environment: TestWorkflowEnvironment;
before(async () => {
  const executable = path === undefined ? {} : { executable: { type: 'existing-path', path } as const };
  environment = await TestWorkflowEnvironment.createLocal({
    server: { searchAttributes: [...upgradeSearchAttributes], ...executable },
  });
});
after(() => environment.teardown());

test('a step that fails is retried once, and then the run is aborted', async () => {
  const cedar = createFakeCloud({ name: 'cedar', approvers: ['bot'] });
  cedar.willEnd('heat/db-sync@ctl1', 'failed', 'failed');
  const worker = await createFakeUpgradeWorker({ connection: environment.nativeConnection, clouds: [cedar] });
  const upgrade = createUpgradeClient({ client: environment.client, taskQueue: 'openstack-upgrade' });
  await worker.runUntil(async () => {
    const run = await upgrade.startFull({ cloud: 'cedar', to: 'bobcat' });
    const plan = await upgrade.waitForGate(run, { about: 'plan' });
    await upgrade.approve(run, { gate: plan.code, by: 'bot', accept: [...plan.accept] });
    for (const choice of ['retry', 'abort'] as const) {
      const { code } = await upgrade.waitForGate(run, { about: 'failure' });
      await upgrade.decide(run, { gate: code, by: 'bot', choice });
    }
    assert.equal((await upgrade.result(run)).state, 'aborted');
  });
  assert.equal(cedar.starts.filter((step) => step === 'heat/db-sync@ctl1').length, 2);
});
