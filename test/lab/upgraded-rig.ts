import { createStack } from './cloud-stack';
import { exactCloud } from './exact-cloud';
import { openGate, startRig, untilStatus, type UpgradeRig } from './upgrade-rig';

const id = 'cedar.all.full.bobcat';

/** A cloud that was upgraded, with a stack from before on it. */
export interface UpgradedRig {
  readonly rig: UpgradeRig;
  /** What it was, line by line. */
  readonly before: readonly string[];
  /** The run that upgraded it, and made the restore point. */
  readonly runId: string;
}

/** `first`: what is done to the cloud before anybody looks at it. `failAtFile`: names a step that fails (lab/faults). */
export async function startUpgradedRig(
  options: { first?: () => Promise<unknown>; failAtFile?: string } = {},
): Promise<UpgradedRig> {
  const { failAtFile } = options;
  const rig = await startRig(failAtFile === undefined ? {} : { failAtFile });
  await options.first?.();
  const { client } = rig;
  await createStack({ name: 'from-before' });
  const before = await exactCloud();
  await client.startFull({ cloud: 'cedar', to: 'bobcat', options: { openAutomatically: true } });
  const plan = await openGate({ client, id, about: 'plan', forSeconds: 240 });
  await client.approve(id, { gate: plan.code, by: 'ana', reason: 'test', accept: [...plan.accept] });
  const { runId } = await untilStatus({ client, id, holds: ({ state }) => state === 'completed', forSeconds: 1200 });
  return { rig, before, runId };
}
