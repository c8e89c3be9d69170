#!/usr/bin/env node
import pc from 'picocolors';
import { withFlags } from '../connection/flags';
import { upgradeProgram, type Desk } from './commands';
import { connectUpgradeClient } from './connect';
import { followRun } from './live';
import { reportText, resultText } from './print';
import { UpgradeError } from './upgrade-error';
import { statusRows } from './rows';
import { paintRows } from './screen';
import { clientSettings, type ClientSettings } from './settings';
import type { UpgradeClient } from './upgrade-client';

/** `openstack-upgrade`, in a checkout `npm run upgrade -- ...` */
const program = upgradeProgram(async (act) => {
  const settings = clientSettings(withFlags({ env: process.env, program }));
  const { upgrade, close } = await connectUpgradeClient(settings);
  try {
    await act(deskOf({ upgrade, settings }));
  } finally {
    await close();
  }
});

function deskOf(options: { upgrade: UpgradeClient; settings: ClientSettings }): Desk {
  const { upgrade, settings } = options;
  const showResult = async (id: string): Promise<void> => {
    const result = await upgrade.result(id);
    print({ json: result, text: () => resultText({ result, colors: pc }) });
    if (result.state !== 'completed' || ('blockers' in result && result.blockers.length > 0)) process.exitCode = 1;
  };
  return {
    upgrade,
    by: settings.by,
    print,
    whichRun: (typed) => whichRun({ upgrade, typed }),
    watch: async (id) => {
      await followRun({
        upgrade,
        workflowId: id,
        screen: program.opts<{ json?: true }>().json ? process.stderr : process.stdout,
      });
      await showResult(id);
    },
    showStatus: async (id) => {
      const status = await upgrade.status(id);
      const rows = (): string[] =>
        paintRows({
          rows: statusRows({ status, workflowId: id, now: new Date().toISOString() }),
          width: process.stdout.isTTY ? process.stdout.columns : Infinity,
          colors: pc,
        });
      print({ json: status, text: () => rows().join('\n') });
    },
    showReport: async (id) => {
      const report = await upgrade.report(id);
      if (report === null)
        throw new UpgradeError({
          code: 'reportUnavailable',
          message: 'No report is written yet; the first follows the first phase.',
        });
      print({ json: report, text: () => reportText({ report, colors: pc }) });
    },
    showResult,
  };
}

function print(options: { json: unknown; text: () => string }): void {
  const json = program.opts<{ json?: true }>().json === true;
  process.stdout.write(`${json ? JSON.stringify(options.json, null, 2) : options.text()}\n`);
}

/** A tired operator need not type the id of the only run there is; messages still name the gate. */
async function whichRun(options: { upgrade: UpgradeClient; typed: string | undefined }): Promise<string> {
  const { upgrade, typed } = options;
  if (typed !== undefined) return typed;
  const open = (await upgrade.list()).map(({ workflowId }) => workflowId);
  const [only, ...others] = open;
  if (only === undefined) throw unnamed('No upgrade is open now. Name the run, as in cedar.all.full.bobcat.');
  if (others.length > 0) throw unnamed(`Several upgrades are open; name one: ${open.join(', ')}.`);
  return only;
}

function unnamed(message: string): UpgradeError {
  return new UpgradeError({ code: 'runNotFound', message });
}

program.parseAsync().catch((error: unknown) => {
  const text =
    error instanceof UpgradeError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
});
