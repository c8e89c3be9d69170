import type { Phase, Plan } from '../../schema/plan';
import type { Effects } from './effects';
import type { Progress } from './journal';
import { createRun, stopOf, type Run } from './run';
import { runPhase } from './run-phase';
import { tidyUp } from './tidy-up';
import { wayBack } from './way-back';

export interface Executed extends Progress {
  readonly state: 'completed' | 'rolledBack' | 'aborted' | 'cancelled';
  /** Nothing is half-done: the run completed or went all the way back, or nothing but preparations was changed. */
  readonly whole: boolean;
}

/**
 * Walks an approved plan: phases one after the other, batches as barriers, the hosts of a batch side by side. A failure
 * is a question to a person; a stop lets running steps end and starts no new one. Whoever chooses to go back gets every
 * phase undone that was begun, the last one first. Ends with `finally`, always and once.
 */
export async function execute(options: { plan: Plan; effects: Effects }): Promise<Executed> {
  const run = createRun(options);
  await walk({ run, phases: options.plan.phases });
  if (stopOf(run) === 'rollingBack') await walk({ run, phases: turnBack(run) });
  const state = stopped(run) ?? (run.goingBack ? 'rolledBack' : 'completed');
  const whole = state === 'completed' || state === 'rolledBack' || !run.altered;
  await tidyUp({ run, whole });
  return { state, whole, ...run.journal.progress() };
}

async function walk(options: { run: Run; phases: readonly Phase[] }): Promise<void> {
  const { run, phases } = options;
  for (const phase of phases) {
    if (stopOf(run) !== null) break;
    await runPhase({ run, phase });
  }
}

/** From here on the run starts steps again: those that undo it. A host that was left out has things to be undone, too. */
function turnBack(run: Run): readonly Phase[] {
  const phases = wayBack(run);
  run.stopped = null;
  run.goingBack = true;
  run.leftOut.clear();
  run.journal.turnedBack(phases);
  return phases;
}

function stopped(run: Run): 'aborted' | 'cancelled' | null {
  const why = stopOf(run);
  return why === 'rollingBack' ? null : why;
}
