import type { RollbackChoice } from '../../schema/decision';
import type { DrillState } from '../support/drill-states';
import type { Drilled, DrilledPlan } from './drill';

/** One failure, and the rollback that a person chooses there. */
export interface Failure {
  readonly kind: DrilledPlan['kind'];
  readonly step: string;
  readonly choice: RollbackChoice;
}

/** What came of it. */
export type DrillRow = Failure & Drilled;

export function isGood(row: DrillRow): boolean {
  const { state, asked, owed, stack, works } = row;
  const back = state === 'rolledBack' || state === 'aborted';
  const asBefore = unexpected(row).length === 0 && stack[1] === 'UPDATE_COMPLETE';
  return back && asked.length === 0 && owed === 0 && asBefore && works;
}

export function isProved({ rows, failure }: { rows: readonly DrillRow[]; failure: Failure }): boolean {
  return rows.some(
    (row) => row.kind === failure.kind && row.step === failure.step && row.choice === failure.choice && isGood(row),
  );
}

/** What differs beside what the question at the gate names: a rolling run's schema stays migrated without a restore, and is Heat's alone with one. */
function unexpected({ kind, choice, differs }: DrillRow): readonly string[] {
  if (kind === 'full') return differs;
  const named =
    choice === 'rollBack'
      ? /^[-+] db1 (?:version\t|revision\t|table heat\.)/
      : /^[-+] db1 table keystone\.project \d+$/;
  return differs.filter((line) => !named.test(line));
}

export function rowText(row: DrillRow): string {
  const { step, choice, state, asked, owed, stack, seconds, rollbackSeconds } = row;
  const wrong = [
    ...(asked.length > 0 ? [`${String(asked.length)} questions`] : []),
    ...(owed > 0 ? [`${String(owed)} not cleaned up`] : []),
    ...(unexpected(row).length > 0 ? [`${String(unexpected(row).length)} lines differ`] : []),
    ...(stack[1] === 'UPDATE_COMPLETE' ? [] : [`stack ${stack.join(', then ')}`]),
    ...(row.works ? [] : ['does not work']),
  ];
  const took = `${String(seconds)} s, of which the rollback ${String(rollbackSeconds)} s`;
  const how = choice === 'rollBack' ? [] : [choice];
  return [isGood(row) ? 'as before' : 'WRONG    ', step, ...how, state, took, ...wrong].join('  ');
}

/** A line for each failure, with the steps that find the cloud in the same state; then what is proved of how many. */
export function tableOf(options: {
  failures: readonly Failure[];
  states: readonly DrillState[];
  rows: readonly DrillRow[];
}): { readonly text: string; readonly good: boolean } {
  const { failures, states, rows } = options;
  const last = failures.map((failure) => ({
    failure,
    row: rows.findLast(
      ({ kind, step, choice }) => kind === failure.kind && step === failure.step && choice === failure.choice,
    ),
    same: (states.find(({ words }) => words === failure.step)?.steps ?? []).filter((step) => step !== failure.step),
  }));
  const lines = last.flatMap(({ failure, row, same }) => [
    row === undefined
      ? `not yet    ${failure.step}${failure.choice === 'rollBack' ? '' : `  ${failure.choice}`}`
      : rowText(row),
    ...(same.length === 0 ? [] : [`             the same state: ${same.join(', ')}`]),
  ]);
  const good = last.filter(({ row }) => row !== undefined && isGood(row));
  const steps = (of: typeof last): number =>
    new Set(of.flatMap(({ failure, same }) => [failure.step.replace(/:after$/, ''), ...same])).size;
  return {
    text: `${lines.join('\n')}\n\n${String(good.length)} of ${String(failures.length)} states, which ${String(steps(good))} of ${String(steps(last))} steps find: as before`,
    good: last.every(({ row }) => row === undefined || isGood(row)),
  };
}
