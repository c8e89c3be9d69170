import type { Choice, RollbackChoice } from '../../schema/decision';
import type { SchemaName } from '../../schema/names';
import { mayRestore, phasesBack, phasesOfRestore, previewOf } from '../../schema/walk-plan';
import type { BoundProbe, Phase } from '../../schema/plan';
import { isUndone, schemasRestored } from '../../schema/way-back';
import type { Run } from './run';

/** A rollback that a person chooses, or has chosen. */
interface Chosen {
  readonly run: Run;
  readonly choice: RollbackChoice | null;
}

/** The phases that undo every started phase, as this run would walk them now. */
export function phasesToUndo({ run, choice }: Chosen): readonly Phase[] {
  return choice === 'rollBackWithRestore' ? phasesOfRestore(run.plan.restore) : phasesBack(begun(run));
}

/** Databases that this rollback restores. */
export function restoredBy({ run, choice }: Chosen): readonly SchemaName[] {
  return choice === 'rollBackWithRestore' ? (run.plan.restore?.schemas ?? []) : schemasRestored(begun(run));
}

/** What lists its losses. Null: nobody could write, or nothing can tell. */
export function previewFor({ run, choice }: Chosen): BoundProbe | null {
  return choice === 'rollBackWithRestore' ? (run.plan.restore?.preview ?? null) : previewOf(begun(run));
}

/** The rollbacks that a person may choose now. */
export function rollbacksOf(run: Run): readonly RollbackChoice[] {
  return [
    ...(canRollBack(run) ? (['rollBack'] as const) : []),
    ...(canRestore(run) ? (['rollBackWithRestore'] as const) : []),
  ];
}

export function isRollback(choice: Choice | undefined): choice is RollbackChoice {
  return choice === 'rollBack' || choice === 'rollBackWithRestore';
}

/**
 * Whether a rollback can be offered: every started phase says how it is undone, and something was altered. A rollback
 * itself cannot be rolled back, whether it is one of this run or a run of its own: half-way there is nothing to return to. Only a restore
 * that has changed nothing yet leaves the other way: its dump may turn out to be damaged.
 */
function canRollBack(run: Run): boolean {
  return (
    (run.rollingBack === null || restoreIsUnbegun(run)) &&
    run.plan.kind !== 'rollback' &&
    run.altered &&
    begun(run).every((phase) => isUndone(phase.wayBack))
  );
}

/** Nothing was changed for it, nor by the other rollback before it. */
function restoreIsUnbegun(run: Run): boolean {
  if (run.rollingBack !== 'rollBackWithRestore') return false;
  const { outcomes, running, phases } = run.journal.progress();
  const own = phasesOfRestore(run.plan.restore);
  const changes = own.flatMap(({ id, batches }) =>
    batches.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'probe' ? [] : [`${id} ${step.id}`]))),
  );
  const other = phasesBack(begun(run)).map(({ id }) => id);
  return (
    [...outcomes, ...running].every(({ phaseId, stepId }) => !changes.includes(`${phaseId} ${stepId}`)) &&
    phases.every(({ id }) => !other.includes(id))
  );
}

/** In the middle of the other rollback as well, where the installed code turns out not to work with what the new one wrote (C.8). */
function canRestore(run: Run): boolean {
  const { plan, rollingBack } = run;
  if (plan.kind === 'rollback' || rollingBack === 'rollBackWithRestore') return false;
  return run.altered && mayRestore({ begun: begun(run), restore: plan.restore });
}

/** The phases of the way forward that were started. */
export function begun(run: Run): readonly Phase[] {
  const started = new Set(
    run.journal
      .progress()
      .phases.filter(({ state }) => state !== 'waiting' && state !== 'leftOut')
      .map(({ id }) => id),
  );
  return run.plan.phases.filter(({ id }) => started.has(id));
}
