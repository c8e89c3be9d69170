import { WorkflowFailedError, type Client } from '@temporalio/client';
import type { RestorePoint } from '../schema/restore-point';
import { runErrorOf } from './run-error';
import { UpgradeError } from './upgrade-error';

/** Reads a cloud's restore points through a worker. @throws UpgradeError, `cloudUnknown` among them */
export async function restorePoints(options: {
  readonly client: Client;
  readonly taskQueue: string;
  readonly cloud: string;
}): Promise<readonly RestorePoint[]> {
  const { client, taskQueue, cloud } = options;
  try {
    return (await client.workflow.execute('openstackRestorePoints', {
      taskQueue,
      workflowId: `${cloud}.restore-points`,
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [{ cloud }],
      staticSummary: `${cloud}: list the restore points`,
    })) as readonly RestorePoint[];
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { code, message } = runErrorOf(error);
    throw new UpgradeError({ code, message, cause: error });
  }
}

/** A line each: the newest first. */
export function restorePointLines(points: readonly RestorePoint[]): string {
  if (points.length === 0)
    return 'There is no restore point: no run was started on this cloud, or its files were removed.';
  return points
    .map(({ runId, from, to, services, madeAt, bytes, unread }) =>
      [
        runId,
        `${madeAt.slice(0, 16).replace('T', ' ')} UTC`,
        `${services.join(', ')}, before ${from} to ${to}`,
        `${(bytes / 1e6).toFixed(0)} MB${unread.length === 0 ? '' : ` without ${unread.join(', ')}, which did not answer`}`,
      ].join('  '),
    )
    .join('\n');
}
