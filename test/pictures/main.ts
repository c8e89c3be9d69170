/**
 * `npm run pictures`: makes the pictures of the Web UI in docs/pictures/ anew, by the browser and the Web UI that the tests
 * use. The clouds do not exist; workflows, plans and gates are the real ones.
 */
import { join } from 'node:path';
import { Command } from 'commander';
import { createUpgradeClient } from '../../client/create-upgrade-client';
import { createFakeCloud, createFakeUpgradeWorker } from '../../testing';
import { openBrowser, takePicture, whyNoBrowser } from '../../tools/pictures/browser';
import { findServerExecutable } from '../../tools/temporal/find-server';
import { startDurableTestServer } from '../workflows/temporal-server';

const taskQueue = 'openstack-upgrade';
const slowStep = 'heat/db-sync@ctl1';
const directory = join(__dirname, '../../docs/pictures');

async function main(): Promise<void> {
  new Command('pictures')
    .description('Makes the pictures of the Web UI in docs/pictures/ anew; of the dashboard: npm run picture:dashboard')
    .parse();
  const why = whyNoBrowser();
  if (why !== null) throw new Error(why);
  await findServerExecutable();
  const temporal = await startDurableTestServer();
  const waiting = ['cedar', 'birch'].map((name) => createFakeCloud({ name }));
  const running = createFakeCloud({ name: 'larch' });
  const failed = createFakeCloud({ name: 'rowan' });
  const clouds = [...waiting, running, failed];
  const worker = await createFakeUpgradeWorker({ connection: temporal.nativeConnection, clouds, taskQueue });
  const upgrade = createUpgradeClient({ client: temporal.client, taskQueue });
  try {
    await worker.runUntil(async () => {
      running.willEnd(slowStep, 'hangs');
      failed.willEnd(slowStep, 'failed');
      for (const { name } of clouds) {
        const run = await upgrade.startFull({ cloud: name, to: 'bobcat' });
        const { code, accept } = await upgrade.waitForGate(run, { about: 'plan' });
        if (waiting.some((cloud) => cloud.name === name)) continue;
        await upgrade.approve(run, { gate: code, by: 'ana', reason: 'CHG-1042', accept: [...accept] });
      }
      await running.hangs(slowStep);
      await takePictures(temporal.server.uiUrl);
      running.end(slowStep);
    });
  } finally {
    await temporal.teardown();
  }
}

async function takePictures(uiUrl: string): Promise<void> {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 480 } });
    page.setDefaultTimeout(90_000);
    const query = encodeURIComponent('OsuWaiting="waitingForApproval"');
    await page.goto(`${uiUrl}/namespaces/default/workflows?query=${query}`);
    await page.locator('a', { hasText: 'cedar.all.full.bobcat' }).first().waitFor();
    await page.locator('a', { hasText: 'birch.all.full.bobcat' }).first().waitFor();
    await page.mouse.move(0, 0);
    await takePicture({ page, path: join(directory, 'waits-for-approval.png') });
    await page.setViewportSize({ width: 1280, height: 1500 });
    await page.locator('a', { hasText: 'cedar.all.full.bobcat' }).first().click();
    await page.getByTestId('user-metadata-tab').click();
    const details = page.locator('iframe[title="output"]').last();
    await details.contentFrame().getByText('waiting for approval').waitFor();
    await takePicture({ page, path: join(directory, 'page-of-a-run.png'), clip: detailsColumn });
  } finally {
    await browser.close();
  }
}

/** Of the window above: Current Details, from its title to the line that says how to refresh it. */
const detailsColumn = { x: 768, y: 360, width: 482, height: 1090 };

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
