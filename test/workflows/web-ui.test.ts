import { existsSync } from 'node:fs';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import type { RunStatus } from '../../schema/status';
import { workflowBundle } from './bundle';
import { startDurableTestServer, type DurableTestServer } from './temporal-server';
import { createWorld, toyActivities } from './toy-activities';

const browserPath = '/usr/bin/chromium';
const withBrowser = existsSync(browserPath) ? describe : describe.skip;

jest.setTimeout(300_000);

/** What an SRE does at 3 a.m., in the Web UI that comes with the server; selectors hold for UI 2.42 to 2.54. */
withBrowser('an upgrade in the Web UI (needs /usr/bin/chromium: apt-get install chromium)', () => {
  let temporal: DurableTestServer;
  let worker: Worker;
  let running: Promise<void>;
  let browser: Browser;
  let page: Page;
  const id = 'cedar.all.full.bobcat';
  const taskQueue = 'toy-ui';
  const world = createWorld();
  const waitingForApproval = encodeURIComponent('OsuWaiting="waitingForApproval"');

  beforeAll(async () => {
    temporal = await startDurableTestServer();
    worker = await Worker.create({
      connection: temporal.nativeConnection,
      taskQueue,
      workflowBundle: await workflowBundle(),
      activities: toyActivities(world),
    });
    running = worker.run();
    browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1500, height: 1100 } });
    page.setDefaultTimeout(90_000);
  });
  afterAll(async () => {
    await browser.close();
    worker.shutdown();
    await running;
    await temporal.teardown();
  });

  const details = () => page.locator('iframe[title="output"]').last().contentFrame();

  async function startFromForm(options: { type: string; workflowId: string; json: object }): Promise<void> {
    const { type, workflowId, json } = options;
    const query = `taskQueue=${taskQueue}&workflowType=${type}`;
    await page.goto(`${temporal.server.uiUrl}/namespaces/default/workflows/start-workflow?${query}`);
    await page.getByTestId('workflowId').fill(workflowId);
    await page.getByTestId('taskQueue').fill(taskQueue);
    await page.getByTestId('workflowType').fill(type);
    await page.getByText('Task Queue is Active').waitFor();
    await pasteJson({ page, into: page.locator('body'), json });
    await page.getByTestId('start-workflow-button').filter({ visible: true }).last().click();
    await page.getByRole('link', { name: 'Workflow started successfully' }).waitFor();
  }

  it('is started from the form with one JSON object', async () => {
    await startFromForm({ type: 'openstackFullUpgrade', workflowId: id, json: { cloud: 'cedar', to: 'bobcat' } });
  });

  it('is found by the filter for runs that wait for approval, though the form sets no search attributes', async () => {
    await page.goto(`${temporal.server.uiUrl}/namespaces/default/workflows?query=${waitingForApproval}`);
    await page.locator('a', { hasText: id }).first().waitFor();
  });

  it('shows on its page what it waits for, with the JSON to paste', async () => {
    await page.goto(`${temporal.server.uiUrl}/namespaces/default/workflows`);
    await page.locator('a', { hasText: id }).first().click();
    await page.getByTestId('user-metadata-tab').click();
    await details().getByText('waiting for approval').waitFor();
    const text = await details().locator('body').innerText();
    expect(text).toMatch(/"gate": "[a-z0-9]{6}",\s+"by": "",/);
    expect(text).toContain('does not refresh by itself: press R');
  });

  it('refuses a wrong code with one sentence and takes the right one from the same form', async () => {
    const code = /"gate": "([a-z0-9]{6})"/.exec(await details().locator('body').innerText())?.[1] ?? '';
    await page.getByRole('button', { name: 'More Actions' }).click();
    await page.getByTestId('update-button').filter({ visible: true }).click();
    const form = page.locator('dialog[open]');
    await form.getByTestId('update-select-button').click();
    await form.getByRole('option', { name: 'approve' }).first().click();
    await pasteJson({ page, into: form, json: { gate: 'wrong1', by: 'ana' } });
    await form.getByTestId('confirm-modal-button').click();
    await form.getByText('There is no open gate "wrong1"').waitFor();
    expect(await form.innerText()).not.toMatch(/at .*\.[jt]s:/);
    await pasteJson({ page, into: form, json: { gate: code, by: 'ana', reason: 'CHG-1' } });
    await form.getByTestId('confirm-modal-button').click();
    await form.waitFor({ state: 'detached' });
  });

  it('ends with a result that reads well', async () => {
    await temporal.client.workflow.getHandle(id).result();
    await page.goto(`${temporal.server.uiUrl}/namespaces/default/workflows/${id}`);
    await page.getByText('"cedar: keystone, heat upgraded from antelope to bobcat."').first().waitFor();
    const { memo } = await temporal.client.workflow.getHandle(id).describe();
    expect(memo).toEqual({ approvedBy: 'ana', ticket: 'CHG-1' });
    await page.goto(`${temporal.server.uiUrl}/namespaces/default/workflows?query=${waitingForApproval}`);
    await page
      .getByText(/no workflows/i)
      .first()
      .waitFor();
  });

  it("is terminated with the UI's own button in the middle, and openstackFinish says what is owed", async () => {
    world.faults['heat/stop@ctl1'] = ['failed'];
    const handle = await temporal.client.workflow.start('openstackFullUpgrade', {
      taskQueue,
      workflowId: id,
      args: [{ cloud: 'cedar', to: 'bobcat' }],
    });
    const { gates } = await statusWhen(handle, ({ state }) => state === 'waitingForApproval');
    await handle.executeUpdate('approve', { args: [{ gate: gates[0]!.code, by: 'ana' }] });
    await statusWhen(handle, ({ state }) => state === 'waitingForDecision');
    await page.goto(`${temporal.server.uiUrl}/namespaces/default/workflows/${id}`);
    await page.getByRole('button', { name: 'More Actions' }).click();
    await page.getByTestId('terminate-button').filter({ visible: true }).click();
    const dialog = page.locator('dialog[open]');
    await dialog.getByRole('textbox').fill('wrong window');
    await dialog.getByTestId('confirm-modal-button').click();
    await dialog.waitFor({ state: 'detached' });
    expect((await handle.describe()).status.name).toBe('TERMINATED');

    const { runId, to } = world.plan;
    world.leftovers = { ...world.leftovers, runId, plan: world.plan, digest: 'd1ge57', workflowId: id, to };
    await startFromForm({ type: 'openstackFinish', workflowId: 'cedar.finish', json: { cloud: 'cedar' } });
    await page.goto(`${temporal.server.uiUrl}/namespaces/default/workflows`);
    await page.locator('a', { hasText: 'cedar.finish' }).first().click();
    await page.getByTestId('user-metadata-tab').click();
    await details().getByText('waiting for approval').waitFor();
    expect(await details().locator('body').innerText()).toMatch(/packages unhold/);
  });
});

async function statusWhen(handle: WorkflowHandle, holds: (status: RunStatus) => boolean): Promise<RunStatus> {
  for (;;) {
    const status = await handle.query<RunStatus>('status');
    if (holds(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The JSON box is CodeMirror: typing would close brackets by itself, so the text is put in whole. */
async function pasteJson(options: { page: Page; into: Locator; json: object }): Promise<void> {
  const { page, into, json } = options;
  await into.locator('.cm-content[contenteditable="true"]').filter({ visible: true }).first().click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(JSON.stringify(json, null, 2));
}
