import { listed, type SchemaName } from './names';
import type { RestoreWay, WayBack } from './plan';

/** The run can do it by itself. */
export function isUndone(wayBack: HowBack): boolean {
  return wayBack.kind !== 'restore' || wayBack.phases.length > 0;
}

/** A rollback as far as this question needs it: of a plan, or of one that is being drawn up. */
type HowBack =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'undo' }
  | { readonly kind: 'restore'; readonly phases: readonly unknown[] };

/** Databases that a rollback from the end of these phases restores. */
export function schemasRestored(phases: readonly { readonly wayBack: WayBack }[]): readonly SchemaName[] {
  return [...new Set(phases.flatMap(({ wayBack }) => (wayBack.kind === 'restore' ? wayBack.schemas : [])))];
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
        : `Restore the ${wayBack.schemas.length === 1 ? 'database' : 'databases'} ${listed(wayBack.schemas)} from the restore point. ${lossSentence(wayBack)}`;
    default:
      return wayBack satisfies never;
  }
}

/** Of a rolling run's other rollback, for the same places. */
export function restoreSentence({ schemas }: Pick<RestoreWay, 'schemas'>): string {
  return (
    `Close every API, stop the services, and restore ${listed(schemas)}, then packages, configuration and vhosts, as they were before the run. ` +
    'Everything that users wrote since the dump is lost. The dump was made before the first change of this run, while users were served. What is lost is ' +
    'listed before anything is undone, and you are asked. No API serves until you open them again.'
  );
}

function lossSentence({ loses, preview }: Extract<WayBack, { kind: 'restore' }>): string {
  switch (loses) {
    case 'nothing':
      return 'No user data is lost.';
    case 'writes since opening':
      return `Everything that users wrote since the APIs opened is lost.${preview === undefined ? '' : ' What that is, is listed before anything is undone, and you are asked.'}`;
    default:
      return loses satisfies never;
  }
}
