import { phasesBack } from '../../schema/walk-plan';
import { type Phase } from '../../schema/plan';
import { isUndone } from '../../schema/way-back';
import type { Instant } from '../../schema/names';
import type { Run } from './run';

/** The phases that undo every started phase, as this run would walk them now. */
export function phasesToUndo(run: Run): readonly Phase[] {
  return phasesBack(begun(run));
}

/**
 * Whether a rollback can be offered: every started phase says how it is undone, and something was altered. A rollback
 * itself cannot be rolled back, whether it is one of this run or a run of its own: half-way there is nothing to return to.
 */
export function canRollBack(run: Run): boolean {
  return (
    !run.rollingBack &&
    run.plan.kind !== 'rollback' &&
    run.altered &&
    begun(run).every((phase) => isUndone(phase.wayBack))
  );
}

/** What it costs: how long this run took for what a rollback undoes. Nothing where that is nothing yet. */
export function undoneSeconds(run: Run): string[] {
  const altering = new Set(begun(run).flatMap(({ id, altersCloud }) => (altersCloud ? [id] : [])));
  const seconds = run.journal
    .progress()
    .phases.filter(({ id }) => altering.has(id))
    .reduce((sum, { startedAt, endedAt }) => sum + secondsBetween(startedAt, endedAt ?? run.effects.now()), 0);
  return seconds < 1 ? [] : [`The phases that it undoes took ${String(Math.round(seconds))} s.`];
}

function secondsBetween(from: Instant | null, to: Instant): number {
  return from === null ? 0 : (Date.parse(to) - Date.parse(from)) / 1000;
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
