import { gunzipSync } from 'node:zlib';
import type { Client } from '@temporalio/client';
import { decodeFromPayloadsAtIndex } from '@temporalio/common/lib/internal-non-workflow';
import type { MadePlan } from '../schema/activities';
import { planOf, type RecordedMadePlan, type RecordedPlanning } from '../schema/recorded';
import { fromTextsOnce } from '../schema/texts-once';
import { UpgradeError } from './upgrade-error';
import { refOf, type RunRef } from './run-ref';

const planners = ['openstackPlan', 'openstackPlanRollback'];

/**
 * The plan as data (phases, steps, findings, digest) and as a runbook, from the run's history: no worker is needed, and
 * it is what was recorded, whatever release answers now.
 * @throws UpgradeError `planNotMade`
 */
export async function planData(options: { client: Client; run: RunRef }): Promise<MadePlan> {
  const { client, run } = options;
  const { workflowId, runId } = refOf(run);
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const scheduled = events?.find((event) =>
    planners.includes(event.activityTaskScheduledEventAttributes?.activityType?.name ?? ''),
  );
  const completed = events?.find(
    ({ activityTaskCompletedEventAttributes: done }) =>
      done !== null && done !== undefined && scheduled?.eventId?.toString() === done.scheduledEventId?.toString(),
  );
  const payloads = completed?.activityTaskCompletedEventAttributes?.result?.payloads;
  if (scheduled === undefined || payloads === undefined || payloads === null)
    throw new UpgradeError({
      code: 'planNotMade',
      message: `${workflowId} has no plan: it is still planning, or planning failed. Nothing changed.`,
      workflowId,
    });
  const recorded = await decodeFromPayloadsAtIndex<RecordedPlanning>(client.options.loadedDataConverter, 0, payloads);
  const made =
    recorded instanceof Uint8Array
      ? (fromTextsOnce(JSON.parse(gunzipSync(recorded).toString())) as RecordedMadePlan)
      : recorded;
  return { ...made, plan: planOf(made.plan) };
}
