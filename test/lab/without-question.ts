import { untilStatus, type UpgradeRig } from './upgrade-rig';

/**
 * How a run ends that should ask nothing more: its state, the question at which it stopped instead, what is owed. Well: `['completed', [], []]`.
 */
export async function endWithoutQuestion(options: {
  readonly rig: UpgradeRig;
  readonly id: string;
  /** Default: 1500. */
  readonly forSeconds?: number;
}): Promise<unknown[]> {
  const { rig, id, forSeconds = 1500 } = options;
  const { state, gates, owed } = await untilStatus({
    client: rig.client,
    id,
    holds: (seen) => seen.state === 'completed' || seen.gates.length > 0,
    forSeconds,
  });
  return [state, gates.map(({ question }) => question), owed];
}
