import type { Decision } from '../schema/decision';
import type { Plan } from '../schema/plan';
import type { Desk } from './desk/desk';
import { giveLock } from './give-lock';
import type { Planned } from './make-plan';
import { activities } from './timeouts';

/**
 * Takes the cloud's lock and writes the runbook files to its hosts. Held by another run, or no answer: a person is asked.
 * `aborted`, `cancelled`: the lock was not taken and nothing was changed.
 */
export async function takeLock(options: {
  desk: Desk;
  made: Planned;
  approval: Decision;
  workflowId: string;
  isCancelled: () => boolean;
}): Promise<'begun' | 'aborted' | 'cancelled'> {
  const { desk, made, approval, workflowId, isCancelled } = options;
  const { plan, packed, digest } = made;
  const { cloud, lockHost } = plan;
  const input = { digest, approval, workflowId };
  for (;;) {
    if (isCancelled()) {
      await leaveNothing({ desk, plan });
      return 'cancelled';
    }
    const summary = `${lockHost}: take the lock of ${cloud}, write the runbook files to every host`;
    const begun = await activities.begin.executeWithOptions({ summary }, [input, packed]);
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
      await leaveNothing({ desk, plan });
      return 'aborted';
    }
  }
}

/** The lock may have been taken before the runbook files could not be written; it is released only if it is ours. */
async function leaveNothing(options: { desk: Desk; plan: Plan }): Promise<void> {
  const { desk, plan } = options;
  const { cloud, runId, lockHost } = plan;
  await giveLock({ desk, input: { cloud, runId, lockHost, mark: 'clean' } });
}
