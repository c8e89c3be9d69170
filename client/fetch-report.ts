import { gunzipSync } from 'node:zlib';
import type { Client } from '@temporalio/client';
import type { ReadReport } from '../schema/activities';
import type { RunStatus } from '../schema/status';
import { UpgradeError } from './upgrade-error';

/** The files themselves, as text. */
export interface FetchedReport {
  readonly json: string;
  readonly html: string;
}

/**
 * Reads a run's report through a worker, which reaches the host where it lies.
 * @throws UpgradeError `reportUnavailable` when none is written, or it is larger than Temporal takes
 */
export async function fetchReport(options: {
  readonly client: Client;
  readonly taskQueue: string;
  readonly status: Pick<RunStatus, 'cloud' | 'runId'>;
  readonly workflowId: string;
}): Promise<FetchedReport> {
  const { client, taskQueue, status, workflowId } = options;
  const { cloud, runId } = status;
  const report = (await client.workflow.execute('openstackFetchReport', {
    taskQueue,
    workflowId: `${cloud}.report.${runId}`,
    // Two programs that ask at once get the same answer.
    workflowIdConflictPolicy: 'USE_EXISTING',
    args: [{ cloud, runId }],
    staticSummary: `${cloud}: fetch the report of ${workflowId}`,
  })) as ReadReport | null;
  if (report === null)
    throw new UpgradeError({
      code: 'reportUnavailable',
      message: `${workflowId} has no report yet; the first follows the first phase.`,
      workflowId,
    });
  return { json: textOf(report.json), html: textOf(report.html) };
}

function textOf(packed: string): string {
  return gunzipSync(Buffer.from(packed, 'base64')).toString('utf8');
}
