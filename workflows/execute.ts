import type { Plan } from '../schema/plan';
import type { Effects } from './effects';
import type { Progress } from './journal';
import { createRun, stopOf } from './run';
import { runPhase } from './run-phase';
import { tidyUp } from './tidy-up';

export interface Executed extends Progress {
  readonly state: 'completed' | 'aborted' | 'cancelled';
  /** Nothing is half-done: the run completed, or stopped before a phase that alters the cloud changed anything. */
  readonly whole: boolean;
}

/**
 * Walks an approved plan: phases one after the other, batches as barriers, the hosts of a batch side by side. A failure
 * is a question to a person; a stop lets running steps end and starts no new one. Ends with `finally`, always and once.
 */
export async function execute(options: { plan: Plan; effects: Effects }): Promise<Executed> {
  const run = createRun(options);
  for (const phase of options.plan.phases) {
    if (stopOf(run) !== null) break;
    await runPhase({ run, phase });
  }
  const state = stopOf(run) ?? 'completed';
  const whole = state === 'completed' || !run.altered;
  await tidyUp({ run, whole });
  return { state, whole, ...run.journal.progress() };
}
