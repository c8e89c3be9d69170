import type { Plan } from '../schema/plan';
import type { Desk } from './desk/desk';
import { execute } from './execute/execute';
import { giveLock } from './give-lock';
import { temporalEffects } from './temporal-effects';
import type { Ended } from './upgrade';

/** Runs `finally` of a plan alone, as often as a person wants, then releases the lock. */
export async function runFinally(options: {
  desk: Desk;
  plan: Plan;
  stillDown: string;
  isCancelled: () => boolean;
}): Promise<Ended> {
  const { desk, plan, stillDown, isCancelled } = options;
  const { cloud, runId, lockHost } = plan;
  for (;;) {
    const { owed } = await execute({
      plan: { ...plan, phases: [] },
      effects: temporalEffects({ desk, plan, isCancelled: () => false, phaseEnded: () => undefined }),
    });
    const choice = owed.length === 0 ? 'markDone' : await askAgain({ desk, lockHost, owed: owed.length, isCancelled });
    if (choice === 'retry') continue;
    const mark = choice === 'markDone' ? 'clean' : 'half-done';
    await giveLock({ desk, input: { cloud, runId, lockHost, mark } });
    return ended({ cloud, choice, owed: owed.length, stillDown });
  }
}

function ended(options: {
  cloud: string;
  choice: 'markDone' | 'abort' | 'cancelled';
  owed: number;
  stillDown: string;
}): Ended {
  const { cloud, choice, owed, stillDown } = options;
  if (owed === 0)
    return {
      state: 'completed',
      sentence: `${cloud}: everything the run left is cleaned up, and the lock is released. ${stillDown}`,
    };
  const left = `Not cleaned up: ${String(owed)}, with a command for each under "owed"`;
  if (choice === 'markDone')
    return { state: 'completed', sentence: `The lock of ${cloud} is released. ${left}; run them by hand.` };
  const state = choice === 'abort' ? 'aborted' : 'cancelled';
  return {
    state,
    sentence: `${cloud} stays locked and marked half-done. ${left}. Run them, or start openstackFinish again.`,
  };
}

async function askAgain(options: {
  desk: Desk;
  lockHost: string;
  owed: number;
  isCancelled: () => boolean;
}): Promise<'retry' | 'markDone' | 'abort' | 'cancelled'> {
  const { desk, lockHost, owed, isCancelled } = options;
  const decision = await desk.gates.ask({
    about: { kind: 'failure', phaseId: 'finally', stepId: 'owed', host: lockHost },
    question:
      `${String(owed)} could not be cleaned up, see "owed" in the query status. retry: try again. markDone: release the lock, a person does ` +
      'the rest. abort: leave the cloud locked and marked half-done.',
    choices: ['retry', 'markDone', 'abort'],
    approvers: [],
    warnings: [],
    withdrawn: isCancelled,
  });
  if (decision === null) return 'cancelled';
  return decision.choice === 'retry' || decision.choice === 'markDone' ? decision.choice : 'abort';
}
