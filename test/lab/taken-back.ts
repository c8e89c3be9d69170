import { approvePlan } from './four-services';
import type { UpgradeRig } from './upgrade-rig';
import { endWithoutQuestion } from './without-question';

/** Rolls a run back by another one, which should ask nothing more. Default: the last run. */
export async function takenBack(options: {
  readonly rig: UpgradeRig;
  readonly restorePoint?: string;
}): Promise<unknown[]> {
  const { rig, restorePoint = 'latest' } = options;
  const request = { cloud: 'cedar', restorePoint, options: { openAutomatically: true } };
  const { workflowId: id } = await rig.client.rollback(request);
  await approvePlan({ rig, id });
  return endWithoutQuestion({ rig, id });
}
