import type { TakenOver, TakeOverInput } from '../schema/activities';
import { seizeLock } from './cloud-lock';
import { highestFence, raiseWhereReachable } from './fences';
import { hostsOfRun } from './hosts-of-run';
import { NotWritten } from './write-files';
import type { Reach } from './reach';
import { SudoRefused, TransportError } from '../remote';

/**
 * A person takes the cloud from the run that holds it: a new number on the lock, told to every host, so that a worker
 * of the old run that wakes later is refused everywhere. Idempotent for the same `seizure`.
 */
export async function takeOver(options: { reach: Reach; input: TakeOverInput; at: string }): Promise<TakenOver> {
  const { reach, input } = options;
  try {
    const hosts = await hostsOfRun({ reach, runId: input.holder });
    const highest = await highestReachable({ reach, hosts });
    const seized = await seizeLock({ ...options, above: highest });
    if (seized.kind === 'held')
      return {
        kind: 'refused',
        sentence: `Another run took the lock of ${input.cloud} in the meantime: ${seized.holder}.`,
      };
    const { by, reason } = input;
    const { untold } = await raiseWhereReachable({ reach, hosts, number: seized.fence, by, reason });
    return { kind: 'taken', fence: seized.fence, untold };
  } catch (error) {
    if (error instanceof TransportError && error.kind === 'aborted') throw error;
    if (error instanceof TransportError || error instanceof SudoRefused || error instanceof NotWritten)
      return { kind: 'refused', sentence: error.message };
    throw error;
  }
}

/** A host that is away does not hold a person up; it hears the new number with the first request it gets. */
async function highestReachable(options: { reach: Reach; hosts: readonly string[] }): Promise<number> {
  const { reach, hosts } = options;
  const each = await Promise.all(hosts.map((host) => highestFence({ reach, hosts: [host] }).catch(() => 0)));
  return Math.max(0, ...each);
}
