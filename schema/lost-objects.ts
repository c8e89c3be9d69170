import { counted, listed, type SchemaName } from './names';

/** What users have now and had then, as the database host told it (plan/commands/objects.ts). */
export interface LostObjects {
  readonly kinds: readonly ObjectKind[];
  /** Schemas of which it cannot be told. */
  readonly unknown: readonly SchemaName[];
}

/** All objects of one noun that came, or went, since the dump. */
export interface ObjectKind {
  readonly what: 'created' | 'deleted';
  readonly noun: string;
  readonly count: number;
  /** The first few, for people to recognise. */
  readonly names: readonly string[];
}

/** Reads `+<TAB>stack<TAB>2<TAB>web, shop`, `-` for what is gone, and `?<TAB>heat` for a schema that could not be listed. */
export function lostObjectsIn(text: string): LostObjects {
  const rows = text.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')]));
  return {
    kinds: rows.flatMap(([sign, noun = '', count = '', names = '']) =>
      sign === '+' || sign === '-'
        ? [{ what: sign === '+' ? 'created' : 'deleted', noun, count: Number(count), names: names.split(', ') }]
        : [],
    ),
    unknown: rows.flatMap(([sign, schema = '']) => (sign === '?' ? [schema] : [])),
  };
}

/** Null: nobody could list it. */
export function lostObjectsSentence(lost: LostObjects | null): string {
  if (lost === null) return 'What that is, nobody has listed.';
  const { kinds, unknown } = lost;
  return [
    kindsSentence({ kinds, what: 'created', verb: 'Created since then, and lost' }),
    kindsSentence({ kinds, what: 'deleted', verb: 'Deleted since then, and there again' }),
    ...(unknown.length === 0 ? [] : [`What changed in ${listed(unknown)} cannot be listed.`]),
    'Changes of what existed then, and records of other kinds, are not listed.',
  ].join(' ');
}

/** `Created since then, and lost: 2 stacks (web, shop), 1 user (eva).` */
function kindsSentence(options: { kinds: readonly ObjectKind[]; what: ObjectKind['what']; verb: string }): string {
  const { kinds, what, verb } = options;
  const parts = kinds
    .filter((kind) => kind.what === what)
    .map(({ noun, count, names }) => {
      const rest = count - names.length;
      const shown = names.join(', ');
      return `${counted({ count, noun })} (${rest > 0 ? `${shown} and ${String(rest)} more` : shown})`;
    });
  return parts.length === 0 ? `${verb}: nothing that is listed.` : `${verb}: ${parts.join(', ')}.`;
}
