import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { followRun } from '../../client/live';
import type { Report } from '../../report';
import { answerGate } from './gate-answers';
import { demoRequest, type DemoOptions } from './options';
import { keepReport, keepRunbook } from './run-files';
import { stopHere, type DemoSite } from './site';
import { demoSummary } from './summary';
import { runUrl } from './temporal';
import { LabError } from '../machine/lab-error';
import type { Say } from '../machine/progress';

/**
 * Starts the upgrade, shows it, answers or asks its gates, and ends with the summary.
 * @returns the exit code: 0 only for a run that is complete, or rolled back where it was made to fail
 */
export async function runDemo(options: {
  readonly demo: DemoOptions;
  readonly site: DemoSite;
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly say: Say;
}): Promise<number> {
  const { demo, site, directory, signal, say } = options;
  const { upgrade, temporal, cloud, by, worker } = site;
  const { workflowId } = await upgrade.startFull(demoRequest({ demo, cloud }));
  say(`started ${workflowId}`);
  if (temporal.uiUrl !== null) say(`Temporal UI: ${runUrl({ ...temporal, uiUrl: temporal.uiUrl, workflowId })}`);
  const showRunbook = async (): Promise<void> => {
    const { file, overview } = keepRunbook({ directory, runbook: await upgrade.plan(workflowId) });
    process.stdout.write(`\n${overview}\n\nEvery command in full: ${file}\n\n`);
  };
  const terminal = process.stdin.isTTY && process.stdout.isTTY;
  const answering = { upgrade, workflowId, by, yes: demo.yes, failAt: demo.failAt, terminal, say, showRunbook };
  const workerGone = new AbortController();
  void worker.ended.then(() => {
    workerGone.abort();
  });
  await followRun({
    upgrade,
    workflowId,
    screen: process.stdout,
    signal: AbortSignal.any([signal, workerGone.signal]),
    onGate: (gate) => answerGate({ gate, answering }),
  });
  stopHere(signal);
  if (workerGone.signal.aborted)
    throw new LabError(`The worker stopped unexpectedly. Its log: ${join(directory, 'worker.log')}`);
  const result = await upgrade.result(workflowId);
  await summarize({ site, workflowId, directory });
  const wanted = demo.failAt === null ? 'completed' : 'rolledBack';
  if (result.state !== 'completed') process.stderr.write(`${result.sentence}\n`);
  return result.state === wanted ? 0 : 1;
}

async function summarize(options: { site: DemoSite; workflowId: string; directory: string }): Promise<void> {
  const { site, workflowId, directory } = options;
  const place = await site.upgrade.report(workflowId);
  // A run that was rejected has none: nothing was done.
  if (place === null) return;
  const { html, json } = await keepReport({ directory, report: place });
  const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
  process.stdout.write(`\n${demoSummary({ report, html, json, runbook: join(directory, 'RUNBOOK.txt') })}\n\n`);
}
