import type { HostName } from '../schema/names';
import type { Reach } from './reach';
import type { FenceHolder, FenceState } from '../remote';

/** The largest number any host has heard of: a new owner must be above it, or that host would refuse him. */
export async function highestFence(options: { reach: Reach; hosts: readonly HostName[] }): Promise<number> {
  const { reach, hosts } = options;
  const fences = await Promise.all(hosts.map((host) => reach.jobs.readFence({ host, cloud: reach.cloud.cloud })));
  return Math.max(0, ...fences.map(({ number }) => number));
}

export interface Raise {
  readonly reach: Reach;
  readonly number: number;
  readonly by: string;
  readonly reason: string;
}

/**
 * Tells every host who owns the cloud now: once it has resolved, nothing of an older owner can start on any of them.
 * Returns a sentence for each host that obeys somebody else all the same.
 * @throws TransportError, SudoRefused, JobHostError when a host cannot be told
 */
export async function raiseFences(options: Raise & { readonly hosts: readonly HostName[] }): Promise<string[]> {
  const { hosts, ...raise } = options;
  return (await Promise.all(hosts.map((host) => raiseFence({ ...raise, host })))).flat();
}

/** The same for a person who takes over: hosts that cannot be told now are named, and hold nobody up. */
export async function raiseWhereReachable(
  options: Raise & { readonly hosts: readonly HostName[] },
): Promise<{ readonly untold: readonly string[] }> {
  const { hosts, ...raise } = options;
  const told = await Promise.all(
    hosts.map((host) =>
      raiseFence({ ...raise, host }).catch((error: unknown) => [
        error instanceof Error ? error.message : String(error),
      ]),
    ),
  );
  return { untold: told.flat() };
}

async function raiseFence(options: Raise & { readonly host: HostName }): Promise<string[]> {
  const { reach, host, number, by, reason } = options;
  return objections({
    host,
    number,
    state: await reach.jobs.raiseFence({ host, cloud: reach.cloud.cloud, number, by, reason }),
  });
}

function objections(options: { host: HostName; number: number; state: FenceState }): string[] {
  const { host, number, state } = options;
  if (state.takenOver !== null)
    return [
      `${host} was taken over by ${nameOf(state.takenOver)}. It refuses every run until a person runs ` +
        '`openstack-upgrade-job hand-back` on it',
    ];
  if (state.number > number)
    return [
      `${host} has a newer owner of this cloud, number ${String(state.number)}${state.raised === null ? '' : ` from ${nameOf(state.raised)}`}`,
    ];
  return [];
}

function nameOf({ by, at, reason }: FenceHolder): string {
  return `${by === '' ? 'somebody' : by} at ${at}${reason === '' ? '' : ` (${reason})`}`;
}
