import { listed } from './names';
import type { Loss, WayBack } from './plan';

/** The run can do it by itself. */
export function isUndone(wayBack: Pick<WayBack, 'kind'>): boolean {
  return wayBack.kind !== 'restore';
}

/** For the runbook and for the gate that offers it. */
export function wayBackSentence(wayBack: WayBack): string {
  switch (wayBack.kind) {
    case 'nothing':
      return 'Nothing to undo.';
    case 'undo':
      return wayBack.phases.length === 0
        ? 'The changes of this phase stay: the installed code works with them. No database is restored.'
        : `${wayBack.phases.map(({ title }) => title.replace(/^Rollback: /, '')).join('; ')}. No database is restored.`;
    case 'restore':
      return wayBack.schemas.length === 0
        ? 'Roll back from the restore point, databases included.'
        : `Restore the ${wayBack.schemas.length === 1 ? 'database' : 'databases'} ${listed(wayBack.schemas)} from the restore point. ${lossSentence(wayBack.loses)}`;
    default:
      return wayBack satisfies never;
  }
}

function lossSentence(loses: Loss): string {
  switch (loses) {
    case 'nothing':
      return 'No user data is lost.';
    case 'writes since opening':
      return 'Everything that users wrote since the APIs opened is lost.';
    default:
      return loses satisfies never;
  }
}
