import { listed, type SchemaName } from './names';
import type { UndoPhase } from './plan';

/** How a phase is rolled back, however far it came, once every phase after it is. One that a plan of today does not know does not compile. */
export type WayBack =
  /** Nothing was altered but the run's own helpers, and `finally` takes these away. */
  | { readonly kind: 'nothing' }
  /**
   * Exact, and without a database. Empty: what it changed stays, and the installed code works with it. A phase that several
   * name (the same id) is walked once, where the rollback first comes to it.
   */
  | { readonly kind: 'undo'; readonly phases: readonly UndoPhase[] }
  /** From here on, and from every later phase, these databases have to be restored from the restore point. */
  | { readonly kind: 'restore'; readonly schemas: readonly SchemaName[]; readonly loses: Loss };

/** What users lose by a restore. */
export type Loss = 'nothing' | 'writes since opening';

export function undoPhasesOf(wayBack: WayBack): readonly UndoPhase[] {
  return wayBack.kind === 'undo' ? wayBack.phases : [];
}

/** The run can do it by itself. */
export function isUndone(wayBack: WayBack): boolean {
  return wayBack.kind !== 'restore';
}

/** For the runbook and for the gate that offers it. */
export function wayBackSentence(wayBack: WayBack): string {
  switch (wayBack.kind) {
    case 'nothing':
      return 'Nothing to undo.';
    case 'undo':
      return wayBack.phases.length === 0
        ? 'What this phase changes stays: the installed code works with it. No database is restored.'
        : `${wayBack.phases.map(({ title }) => title.replace(/^Back: /, '')).join('; ')}. No database is restored.`;
    case 'restore':
      return wayBack.schemas.length === 0
        ? 'By the restore point, databases included.'
        : `Restore the ${wayBack.schemas.length === 1 ? 'database' : 'databases'} ${listed(wayBack.schemas)} from the restore point. ${lossSentence(wayBack.loses)}`;
    default:
      return wayBack satisfies never;
  }
}

function lossSentence(loses: Loss): string {
  switch (loses) {
    case 'nothing':
      return 'Nothing that users wrote is lost.';
    case 'writes since opening':
      return 'What users have written since the APIs opened is lost.';
    default:
      return loses satisfies never;
  }
}
