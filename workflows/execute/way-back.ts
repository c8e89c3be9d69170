import { phasesBack } from '../../schema/walk-plan';
import { type Phase } from '../../schema/plan';
import { isUndone } from '../../schema/way-back';
import type { Run } from './run';

/** The phases that undo all that was begun, as this run would walk them now. */
export function wayBack(run: Run): readonly Phase[] {
  return phasesBack(begun(run));
}

/**
 * Whether a person can be offered to go back: every phase that was begun says how it is undone, and something was
 * altered. While a run goes back there is no other way back.
 */
export function canGoBack(run: Run): boolean {
  return !run.goingBack && run.altered && begun(run).every((phase) => isUndone(phase.wayBack));
}

function begun(run: Run): readonly Phase[] {
  const untouched = new Set(
    run.journal
      .progress()
      .phases.filter(({ state }) => state === 'waiting' || state === 'leftOut')
      .map(({ id }) => id),
  );
  return run.plan.phases.filter(({ id }) => !untouched.has(id));
}
