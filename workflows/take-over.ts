import { uuid4, workflowInfo } from '@temporalio/workflow';
import type { Decision } from '../schema/decision';
import type { HostName } from '../schema/names';
import type { Desk } from './desk/desk';
import { activities } from './timeouts';

/**
 * Takes the cloud from the run that holds its lock, on every host: what that run asks for later is refused. A host that
 * cannot be told is a question, because there the old run would still be obeyed.
 */
export async function takeOver(options: {
  desk: Desk;
  cloud: string;
  holder: string;
  lockHost: HostName;
  decision: Decision;
  isCancelled: () => boolean;
}): Promise<'taken' | 'aborted' | 'cancelled'> {
  const { desk, cloud, holder, lockHost, decision, isCancelled } = options;
  const { by, reason } = decision;
  const seizure = uuid4();
  const { workflowId } = workflowInfo();
  for (;;) {
    if (isCancelled()) return 'cancelled';
    const summary = `${cloud}: take over the lock from run ${holder}, tell every host`;
    const taken = await activities.takeOver.executeWithOptions({ summary }, [
      { cloud, holder, seizure, workflowId, by, reason },
    ]);
    if (taken.kind === 'taken') desk.tell({ fence: taken.fence });
    if (taken.kind === 'taken' && taken.untold.length === 0) return 'taken';
    const answer = await desk.gates.ask({
      about: { kind: 'failure', phaseId: 'takeOver', stepId: 'lock', host: lockHost },
      question:
        taken.kind === 'refused'
          ? `${taken.sentence} Nothing was changed. Try again, or stop here?`
          : `Not every host knows its new owner: ${taken.untold.join('; ')}. These hosts still accept commands from a worker of run ` +
            `${holder}. retry: tell them again. markDone: override, because you know that no such worker is left.`,
      choices: taken.kind === 'refused' ? ['retry', 'abort'] : ['retry', 'markDone', 'abort'],
      approvers: [],
      warnings: [],
      withdrawn: isCancelled,
    });
    if (answer?.choice === 'markDone') return 'taken';
    if (answer?.choice === 'abort') return 'aborted';
  }
}
