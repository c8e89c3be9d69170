import type { Begun, BeginInput } from '../schema/activities';
import { takeLock } from './cloud-lock';
import { NotWritten } from './lay-files';
import { layPapers } from './papers';
import type { Reach } from './reach';
import { TransportError } from './remote/transport';
import { SudoRefused } from './root-shell';

/** Takes the lock, then lays the papers on every host. Nothing of the cloud itself is changed. */
export async function begin(options: { reach: Reach; input: BeginInput; at: string }): Promise<Begun> {
  const { reach, input } = options;
  try {
    const taken = await takeLock(options);
    if (taken.kind === 'held') {
      return {
        kind: 'locked',
        sentence:
          `${input.plan.cloud} belongs to another run: ${taken.holder}. Nothing was touched. Let it end, or run ` +
          'openstackFinish for this cloud when it was terminated.',
      };
    }
    await Promise.all(input.plan.hosts.map(({ name }) => layPapers({ reach, input, host: name })));
    return { kind: 'begun', fence: taken.fence };
  } catch (error) {
    if (error instanceof TransportError && error.kind !== 'aborted')
      return { kind: 'unreachable', sentence: error.message };
    if (error instanceof NotWritten) return { kind: 'notWritten', sentence: error.message };
    if (error instanceof SudoRefused) return { kind: 'unreachable', sentence: error.message };
    throw error;
  }
}
