import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pc from 'picocolors';
import { awaitResult } from './await-result';
import type { Desk } from './command';
import { connectUpgradeClient } from './connect';
import { exitCodeOfResult, exitCodes } from './exit-codes';
import { followRun } from './live';
import { reportText, resultText } from './print';
import { statusRows } from './rows';
import { paintRows } from './screen';
import { clientSettings } from './settings';
import type { UpgradeClient } from './upgrade-client';
import { UpgradeError } from './upgrade-error';
import { waitingFor } from './waiting-for';

/**
 * Connects, runs a command and closes. Loaded only when a command needs Temporal: its SDK takes most of a second to
 * load, and `--help` and completions must not.
 */
export async function atDesk(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly json: boolean;
  readonly act: (desk: Desk) => Promise<void>;
}): Promise<void> {
  const settings = clientSettings(options.env);
  const { upgrade, close } = await connectUpgradeClient(settings);
  try {
    await options.act(deskOf({ upgrade, by: settings.by, json: options.json }));
  } finally {
    await close();
  }
}

function deskOf(options: { upgrade: UpgradeClient; by: string; json: boolean }): Desk {
  const { upgrade, by, json } = options;
  const print: Desk['print'] = ({ json: data, text }) => {
    process.stdout.write(`${json ? JSON.stringify(data, null, 2) : text()}\n`);
  };
  const showResult = async (id: string): Promise<void> => {
    const result = await awaitResult({ upgrade, id });
    print({ json: result, text: () => resultText({ result, colors: pc }) });
    process.exitCode = exitCodeOfResult(result);
  };
  return {
    upgrade,
    by,
    print,
    whichRun: (typed) => whichRun({ upgrade, typed }),
    watch: async (id) => {
      if (json) return streamRun({ upgrade, id });
      await followRun({ upgrade, workflowId: id, screen: process.stdout });
      await showResult(id);
    },
    showStatus: async (id, { exitCode }) => {
      const status = await upgrade.status(id);
      const rows = (): string[] =>
        paintRows({
          rows: statusRows({ status, workflowId: id, now: new Date().toISOString() }),
          width: process.stdout.isTTY ? process.stdout.columns : Infinity,
          colors: pc,
        });
      print({ json: { schemaVersion: 1, ...status }, text: () => rows().join('\n') });
      if (exitCode && status.gates.length > 0) process.exitCode = exitCodes.waits;
    },
    showReport: async (id, { save }) => {
      if (save !== undefined) return saveReport({ upgrade, id, directory: save, print });
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

/** One JSON object a line and event, the result last; each with the version of its shape. */
async function streamRun({ upgrade, id }: { upgrade: UpgradeClient; id: string }): Promise<void> {
  const line = (event: object): void => {
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, at: new Date().toISOString(), ...event })}\n`);
  };
  for await (const event of upgrade.watch(id)) {
    if (event.kind === 'away') line({ kind: 'away', code: event.error.code, message: waitingFor(event.error) });
    else if (event.kind === 'back') line(event);
    else if (event.kind === 'ended') line({ kind: 'ended', state: event.status?.state ?? null });
    else line({ ...event, status: undefined });
  }
  const result = await awaitResult({ upgrade, id });
  line({ kind: 'result', result });
  process.exitCode = exitCodeOfResult(result);
}

async function saveReport(options: {
  upgrade: UpgradeClient;
  id: string;
  directory: string;
  print: Desk['print'];
}): Promise<void> {
  const { upgrade, id, directory, print } = options;
  const report = await upgrade.fetchReport(id);
  const files = { html: join(directory, `${id}.html`), json: join(directory, `${id}.json`) };
  mkdirSync(directory, { recursive: true });
  writeFileSync(files.html, report.html);
  writeFileSync(files.json, report.json);
  print({ json: files, text: () => `${files.html}\n${files.json}` });
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
  return new UpgradeError({ code: 'runAmbiguous', message });
}
