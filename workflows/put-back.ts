import type { Plan } from '../schema/plan';
import type { Desk } from './desk/desk';
import { execute } from './execute/execute';
import { giveLock } from './give-lock';
import { temporalEffects } from './temporal-effects';
import type { Ended } from './upgrade';

/** Runs `finally` of a plan alone, as often as a person wants, then gives the lock back. */
export async function putBack(options: {
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
      sentence: `${cloud}: what the run had put there is back, and the lock is free. ${stillDown}`,
    };
  const left = `Not put back: ${String(owed)}, see "owed"`;
  if (choice === 'markDone')
    return { state: 'completed', sentence: `The lock of ${cloud} is free. ${left}; do them by hand.` };
  const state = choice === 'abort' ? 'aborted' : 'cancelled';
  return { state, sentence: `${cloud} keeps its lock, marked half-done. ${left}.` };
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
      `${String(owed)} could not be put back, see "owed" in the query status. retry: try again. markDone: free the lock, a person does the ` +
      'rest. abort: leave the cloud locked and marked half-done.',
    choices: ['retry', 'markDone', 'abort'],
    approvers: [],
    warnings: [],
    withdrawn: isCancelled,
  });
  if (decision === null) return 'cancelled';
  return decision.choice === 'retry' || decision.choice === 'markDone' ? decision.choice : 'abort';
}
