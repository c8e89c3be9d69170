import { gunzipSync } from 'node:zlib';
import { WorkflowFailedError, type Client } from '@temporalio/client';
import type { ReadReport } from '../schema/activities';
import type { RunStatus } from '../schema/status';
import { runErrorOf } from './run-error';
import { UpgradeError } from './upgrade-error';

/** The files themselves, as text. */
export interface FetchedReport {
  readonly json: string;
  readonly html: string;
}

/**
 * Reads a run's report through a worker, which reaches the host where it lies.
 * @throws UpgradeError `reportUnavailable` when none is written, it is larger than Temporal takes, or cannot be read
 */
export async function fetchReport(options: {
  readonly client: Client;
  readonly taskQueue: string;
  readonly status: Pick<RunStatus, 'cloud' | 'runId'>;
  readonly workflowId: string;
}): Promise<FetchedReport> {
  const report = await readByWorker(options);
  if (report === null)
    throw unavailable(options, `${options.workflowId} has no report yet; the first phase writes it.`);
  return { json: textOf(report.json), html: textOf(report.html) };
}

async function readByWorker(options: Parameters<typeof fetchReport>[0]): Promise<ReadReport | null> {
  const { client, taskQueue, status, workflowId } = options;
  const { cloud, runId } = status;
  try {
    return (await client.workflow.execute('openstackFetchReport', {
      taskQueue,
      workflowId: `${cloud}.report.${runId}`,
      // Two programs that ask at once get the same answer.
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [{ cloud, runId }],
      staticSummary: `${cloud}: fetch the report of ${workflowId}`,
    })) as ReadReport | null;
  } catch (error) {
    // The run that reads it failed, and not the upgrade: to the caller that is one thing with a report that is missing.
    if (error instanceof WorkflowFailedError) throw unavailable(options, runErrorOf(error).message, error);
    throw error;
  }
}

function unavailable(options: { readonly workflowId: string }, message: string, cause?: unknown): UpgradeError {
  return new UpgradeError({ code: 'reportUnavailable', message, workflowId: options.workflowId, cause });
}

function textOf(packed: string): string {
  return gunzipSync(Buffer.from(packed, 'base64')).toString('utf8');
}
