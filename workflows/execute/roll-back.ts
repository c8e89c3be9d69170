import { phasesBack } from '../../schema/walk-plan';
import { type Phase } from '../../schema/plan';
import { isUndone } from '../../schema/way-back';
import type { Run } from './run';

/** The phases that undo every started phase, as this run would walk them now. */
export function phasesToUndo(run: Run): readonly Phase[] {
  return phasesBack(begun(run));
}

/**
 * Whether a rollback can be offered: every started phase says how it is undone, and something was altered. A rollback
 * itself cannot be rolled back.
 */
export function canRollBack(run: Run): boolean {
  return !run.rollingBack && run.altered && begun(run).every((phase) => isUndone(phase.wayBack));
}

/** The phases of the way forward that were started. */
export function begun(run: Run): readonly Phase[] {
  const untouched = new Set(
    run.journal
      .progress()
      .phases.filter(({ state }) => state === 'waiting' || state === 'leftOut')
      .map(({ id }) => id),
  );
  return run.plan.phases.filter(({ id }) => !untouched.has(id));
}
