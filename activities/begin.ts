import type { Begun } from '../schema/activities';
import { takeLock } from './cloud-lock';
import { highestFence, raiseFences } from './fences';
import { NotWritten } from './write-files';
import type { Beginning } from './beginning';
import { writeRunbookFiles } from './runbook-files';
import type { Reach } from './reach';
import { SudoRefused, TransportError } from '../remote';

/** Takes the lock, tells every host its number, writes the runbook files. Nothing of the cloud itself is changed. */
export async function begin(options: { reach: Reach; input: Beginning; at: string }): Promise<Begun> {
  const { reach, input } = options;
  try {
    const hosts = input.plan.hosts.map(({ name }) => name);
    const taken = await takeLock({ ...options, above: await highestFence({ reach, hosts }) });
    if (taken.kind === 'held') {
      return {
        kind: 'locked',
        sentence:
          `Another run has the lock of ${input.plan.cloud}: ${taken.holder}. Nothing was changed. Wait until that run ends. If it ` +
          'was terminated, start openstackFinish for this cloud.',
      };
    }
    const { by } = input.approval;
    const reason = `run ${input.plan.runId}`;
    const objections = await raiseFences({ reach, hosts, number: taken.fence, by, reason });
    if (objections.length > 0) return { kind: 'locked', sentence: `${objections.join('; ')}. Nothing was changed.` };
    await Promise.all(input.plan.hosts.map(({ name }) => writeRunbookFiles({ reach, input, host: name })));
    return { kind: 'begun', fence: taken.fence };
  } catch (error) {
    if (error instanceof TransportError && error.kind !== 'aborted')
      return { kind: 'unreachable', sentence: error.message };
    if (error instanceof NotWritten) return { kind: 'notWritten', sentence: error.message };
    if (error instanceof SudoRefused) return { kind: 'unreachable', sentence: error.message };
    throw error;
  }
}
