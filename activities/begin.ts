import type { Begun } from '../schema/activities';
import { takeLock } from './cloud-lock';
import { highestFence, raiseFences } from './fences';
import { NotWritten } from './lay-files';
import type { Beginning } from './beginning';
import { layPapers } from './papers';
import type { Reach } from './reach';
import { SudoRefused, TransportError } from '../remote';

/** Takes the lock, tells every host its number, lays the papers. Nothing of the cloud itself is changed. */
export async function begin(options: { reach: Reach; input: Beginning; at: string }): Promise<Begun> {
  const { reach, input } = options;
  try {
    const hosts = input.plan.hosts.map(({ name }) => name);
    const taken = await takeLock({ ...options, above: await highestFence({ reach, hosts }) });
    if (taken.kind === 'held') {
      return {
        kind: 'locked',
        sentence:
          `${input.plan.cloud} belongs to another run: ${taken.holder}. Nothing was touched. Let it end, or run ` +
          'openstackFinish for this cloud when it was terminated.',
      };
    }
    const { by } = input.approval;
    const reason = `run ${input.plan.runId}`;
    const objections = await raiseFences({ reach, hosts, number: taken.fence, by, reason });
    if (objections.length > 0) return { kind: 'locked', sentence: `${objections.join('; ')}. Nothing was touched.` };
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
