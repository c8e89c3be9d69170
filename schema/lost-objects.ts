import { counted, listed, type SchemaName } from './names';

/** What users have now and had then, as the database host told it (plan/commands/objects.ts). */
export interface LostObjects {
  readonly kinds: readonly ObjectKind[];
  /** Schemas of which it cannot be told. */
  readonly unknown: readonly SchemaName[];
  /** When the lists were made that this is compared with: `2026-11-30 03:12:05`, UTC. Null: not recorded. */
  readonly since: string | null;
}

/** All objects of one noun that came, or went, since the dump. */
export interface ObjectKind {
  readonly what: 'created' | 'deleted';
  readonly noun: string;
  readonly count: number;
  /** The first few, for people to recognise. */
  readonly names: readonly string[];
}

/** One thing that a person accepts by its id, with the others or alone. */
export interface Loss {
  readonly id: string;
  readonly text: string;
}

/** Reads `+<TAB>stack<TAB>2<TAB>web, shop`, `-` for what is gone, `?<TAB>heat` for a schema that could not be listed, `@<TAB>heat<TAB>moment`. */
export function lostObjectsIn(text: string): LostObjects {
  const rows = text.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')]));
  const moments = rows.flatMap(([sign, , moment = '']) => (sign === '@' ? [moment] : []));
  return {
    kinds: rows.flatMap(([sign, noun = '', count = '', names = '']) =>
      sign === '+' || sign === '-'
        ? [{ what: sign === '+' ? 'created' : 'deleted', noun, count: Number(count), names: names.split(', ') }]
        : [],
    ),
    unknown: rows.flatMap(([sign, schema = '']) => (sign === '?' ? [schema] : [])),
    since: moments.sort()[0] ?? null,
  };
}

/** Accepted in any case: no list has everything. */
export const writesAreLost = 'writes-are-lost';

/**
 * What a person accepts by name, beside `writes-are-lost`, each kind of object by itself: whoever knows that stacks may go need not know that
 * users do, too. Null: nobody could list it.
 */
export function lossesOf(lost: LostObjects | null): readonly Loss[] {
  if (lost === null) return [{ id: 'losses-not-listed', text: 'What is lost, nobody has listed.' }];
  return [
    ...lost.kinds.map(kindLoss),
    ...lost.unknown.map((schema) => ({
      id: `losses-not-listed-${schema}`,
      text: `What changed in ${schema} cannot be listed.`,
    })),
  ];
}

/** `lost-stacks`, and of what is there again after the restore `restored-stacks`. */
function kindLoss(kind: ObjectKind): Loss {
  const noun = kind.noun.replaceAll(/[^A-Za-z0-9]+/g, '-');
  return kind.what === 'created'
    ? { id: `lost-${noun}s`, text: `Created since then, and lost: ${kindWords(kind)}.` }
    : { id: `restored-${noun}s`, text: `Deleted since then, and there again: ${kindWords(kind)}.` };
}

/** Null: nobody could list it. */
export function lostObjectsSentence(lost: LostObjects | null): string {
  if (lost === null) return 'What that is, nobody has listed.';
  const { kinds, unknown, since } = lost;
  return [
    ...(since === null ? [] : [`The state to return to was listed at ${since} UTC.`]),
    kindsSentence({ kinds, what: 'created', verb: 'Created since then, and lost' }),
    kindsSentence({ kinds, what: 'deleted', verb: 'Deleted since then, and there again' }),
    ...(unknown.length === 0 ? [] : [`What changed in ${listed(unknown)} cannot be listed.`]),
    notListed,
  ].join(' ');
}

export const notListed = 'Changes of what existed then, and records of other kinds, are not listed.';

/** `Created since then, and lost: 2 stacks (web, shop), 1 user (eva).` */
function kindsSentence(options: { kinds: readonly ObjectKind[]; what: ObjectKind['what']; verb: string }): string {
  const { kinds, what, verb } = options;
  const parts = kinds.filter((kind) => kind.what === what).map(kindWords);
  return parts.length === 0 ? `${verb}: nothing that is listed.` : `${verb}: ${parts.join(', ')}.`;
}

function kindWords({ noun, count, names }: ObjectKind): string {
  const rest = count - names.length;
  const shown = names.join(', ');
  return `${counted({ count, noun })} (${rest > 0 ? `${shown} and ${String(rest)} more` : shown})`;
}
