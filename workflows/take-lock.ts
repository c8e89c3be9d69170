import type { BeginInput } from '../schema/activities';
import type { Desk } from './desk';
import { giveLock } from './give-lock';
import { activities } from './timeouts';

/**
 * Takes the cloud's lock and lays the papers on its hosts. Held by another run, or no answer: a person is asked.
 * `aborted`, `cancelled`: the lock was not taken and nothing was changed.
 */
export async function takeLock(options: {
  desk: Desk;
  input: BeginInput;
  isCancelled: () => boolean;
}): Promise<'begun' | 'aborted' | 'cancelled'> {
  const { desk, input, isCancelled } = options;
  const { cloud, lockHost } = input.plan;
  for (;;) {
    if (isCancelled()) {
      await leaveNothing({ desk, input });
      return 'cancelled';
    }
    const summary = `${lockHost}: take the lock of ${cloud}, lay the runbook on every host`;
    const begun = await activities.begin.executeWithOptions({ summary }, [input]);
    if (begun.kind === 'begun') {
      desk.tell({ fence: begun.fence });
      return 'begun';
    }
    const decision = await desk.gates.ask({
      about: { kind: 'failure', phaseId: 'begin', stepId: 'lock', host: lockHost },
      question: `${begun.sentence} Nothing was changed. Try again, or stop here?`,
      choices: ['retry', 'abort'],
      approvers: [],
      warnings: [],
      withdrawn: isCancelled,
    });
    if (decision?.choice === 'abort') {
      await leaveNothing({ desk, input });
      return 'aborted';
    }
  }
}

/** The lock may have been taken before the papers could not be written; it is given back only if it is ours. */
async function leaveNothing(options: { desk: Desk; input: BeginInput }): Promise<void> {
  const { desk, input } = options;
  const { cloud, runId, lockHost } = input.plan;
  await giveLock({ desk, input: { cloud, runId, lockHost, mark: 'clean' } });
}
