import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import type { Gate } from '../schema/decision';
import { answerGate, answerOpenGates, requireTerminal } from './answer-at-terminal';
import { awaitResult } from './await-result';
import type { Desk } from './command';
import { connectUpgradeClient } from './connect';
import { exitCodeOfResult, exitCodes } from './exit-codes';
import { followRun } from './live';
import { reportText, resultText } from './print';
import { showOutput } from './show-output';
import { statusRows } from './rows';
import { openPage, saveReport } from './save-report';
import { paintRows } from './screen';
import { clientSettings } from './settings';
import { streamRun } from './stream-run';
import type { UpgradeClient } from './upgrade-client';
import { UpgradeError } from './upgrade-error';
import { whichRun } from './which-run';

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
    watch: async (id, { answer } = { answer: false }) => {
      if (json) return streamRun({ upgrade, id });
      if (answer) requireTerminal();
      const onGate = (gate: Gate): Promise<void> => answerGate({ upgrade, id, by, gate });
      await followRun({ upgrade, workflowId: id, screen: process.stdout, ...(answer ? { onGate } : {}) });
      await showResult(id);
    },
    answer: (id) => answerOpenGates({ upgrade, id, by }),
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
    showReport: async (id, { save, open }) => {
      if (save !== undefined || open) {
        const directory = save ?? mkdtempSync(join(tmpdir(), 'openstack-upgrade-report-'));
        const files = saveReport({ report: await upgrade.fetchReport(id), id, directory });
        print({ json: files, text: () => `${files.html}\n${files.json}` });
        if (open) await openPage({ file: files.html, env: process.env });
        return;
      }
      const report = await upgrade.report(id);
      if (report === null)
        throw new UpgradeError({
          code: 'reportUnavailable',
          message: 'No report is written yet; the end of the first phase writes one.',
        });
      print({ json: report, text: () => reportText({ report, colors: pc }) });
    },
    showOutput: (id, wish) => showOutput({ events: upgrade.output(id, wish), json }),
    showResult,
  };
}
