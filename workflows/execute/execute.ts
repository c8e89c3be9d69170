import type { SchemaName } from '../../schema/names';
import type { Phase, Plan } from '../../schema/plan';
import type { Effects } from './effects';
import type { Progress } from './journal';
import { createRun, stopOf, type Run } from './run';
import { runPhase } from './run-phase';
import { cleanUp } from './clean-up';
import { phasesToUndo, restoredBy } from './roll-back';

export interface Executed extends Progress {
  readonly state: 'completed' | 'rolledBack' | 'aborted' | 'cancelled';
  /** Nothing is half-done: the run completed or was rolled back, or nothing but preparations was changed. */
  readonly complete: boolean;
  /** Databases that the rollback restored, when the run was rolled back. */
  readonly restored: readonly SchemaName[];
}

/**
 * Walks an approved plan: phases one after the other, batches as barriers, the hosts of a batch side by side. A failure
 * is a question to a person; a stop lets running steps end and starts no new one. A rollback undoes every started phase,
 * the last one first. Ends with `finally`, always and once.
 */
export async function execute(options: { plan: Plan; effects: Effects }): Promise<Executed> {
  const run = createRun(options);
  await walk({ run, phases: options.plan.phases });
  // A second time where somebody chooses a restore in the middle of a rollback without one.
  while (stopOf(run) === 'rollingBack') await walk({ run, phases: startRollback(run) });
  const state = stopped(run) ?? (run.rollingBack === null ? 'completed' : 'rolledBack');
  const complete = state === 'completed' || state === 'rolledBack' || !run.altered;
  await cleanUp({ run, complete });
  const restored = state === 'rolledBack' ? restoredBy({ run, choice: run.rollingBack }) : [];
  return { state, complete, restored, ...run.journal.progress() };
}

async function walk(options: { run: Run; phases: readonly Phase[] }): Promise<void> {
  const { run, phases } = options;
  for (const phase of phases) {
    if (stopOf(run) !== null) break;
    await runPhase({ run, phase });
  }
}

/** From here on the run starts steps again: those that undo it. A host that was left out has things to be undone, too. */
function startRollback(run: Run): readonly Phase[] {
  run.rollingBack = run.chosen ?? 'rollBack';
  const phases = phasesToUndo({ run, choice: run.rollingBack });
  run.stopped = null;
  run.leftOut.clear();
  run.way = phases;
  run.journal.rollsBack(phases);
  return phases;
}

function stopped(run: Run): 'aborted' | 'cancelled' | null {
  const why = stopOf(run);
  return why === 'rollingBack' ? null : why;
}
