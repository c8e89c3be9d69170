import type { z } from 'zod';

/** One thing wrong with a text a person wrote: where, what, and what to write instead. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/**
 * Turns what zod found into sentences an operator can act on. Unknown keys name the nearest right one, because at
 * 3 a.m. `hots` is a typing error and not a philosophy.
 */
export function problemsOf(options: { error: z.ZodError; knownKeys?: readonly string[] }): Problem[] {
  return options.error.issues.flatMap((issue) => problemsOfIssue({ issue, knownKeys: options.knownKeys ?? [] }));
}

/** All problems in one sentence, each with its path: the message of the one failure that a wrong input gets. */
export function sentenceOf(options: { what: string; problems: readonly Problem[]; example?: string }): string {
  const { what, problems, example } = options;
  const shown = example === undefined ? '' : ` Example: ${example}`;
  const list = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return `${what} cannot be used: ${list}${list.endsWith('?') ? '' : '.'} Nothing was changed.${shown}`;
}

function problemsOfIssue(options: { issue: z.core.$ZodIssue; knownKeys: readonly string[] }): Problem[] {
  const { issue, knownKeys } = options;
  const path = pathOf(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: unknownKey({ key, knownKeys }) }));
    case 'invalid_type':
      return [{ path, message: missing(issue) ? `is missing; it must be ${article(issue.expected)}` : issue.message }];
    default:
      return [{ path, message: issue.message }];
  }
}

function missing(issue: z.core.$ZodIssue): boolean {
  return issue.message.endsWith('received undefined');
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '(the text itself)' : path.map(String).join('.');
}

function unknownKey(options: { key: string; knownKeys: readonly string[] }): string {
  const near = nearest(options);
  return near === undefined ? 'is not a known key; remove it' : `is not a known key; did you mean "${near}"?`;
}

/** The known key at most two typing errors away. */
export function nearest(options: { key: string; knownKeys: readonly string[] }): string | undefined {
  const { key, knownKeys } = options;
  const ranked = knownKeys
    .map((known) => ({ known, distance: editDistance(key.toLowerCase(), known.toLowerCase()) }))
    .filter(({ distance }) => distance <= 2)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.known;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
