import type { ShellText } from '../shell/sh';

/** Reads one thing of a host: a read-only script and the parser of what it prints, kept together. */
export interface Reader<Fact> {
  readonly script: ShellText;
  /** @throws Unreadable where nothing may be planned without the fact */
  readonly parse: (printed: Printed) => Fact;
}

/** What a reader's script left behind, its two streams apart. */
export interface Printed {
  /** Facts, and nothing else. */
  readonly stdout: string;
  /** Remarks of the programs that were asked. They are in any language and about anything: words for a person, never facts. */
  readonly stderr: string;
  readonly exitCode: number;
}

/** A host did not say what nobody may guess. The sentence is for the operator. */
export class Unreadable extends Error {}

/** Stdout of a script that ended well. A list that is empty because its program failed would read as "there are none". */
export function wellRead(options: { printed: Printed; what: string }): string {
  const { printed, what } = options;
  if (printed.exitCode === 0) return printed.stdout;
  throw new Unreadable(`${what} could not be read (exit code ${String(printed.exitCode)}): ${reasonOf(printed)}`);
}

/**
 * Why a script failed, in its own words: the last line that names an error, else the last one. Programs end with advice
 * and links as well; a line that begins with a blank goes on with the one before (dpkg).
 */
export function reasonOf({ stdout, stderr }: Printed): string {
  const said = linesOf(stderr).length > 0 ? stderr : stdout;
  const all = linesOf(said.replaceAll(/\n[ \t]+/g, ' '));
  const named = all.findLast((line) => namesAnError.test(line));
  return (named ?? all.at(-1) ?? 'no answer').trim().slice(0, 400);
}

/** `ValueError:`, `dpkg: error:`, `ERROR 1045 (28000):`, `Error (argument validation):`, `E:`. */
const namesAnError = /(Error|Exception)\b\)?:|\berror:|^ERROR \d|^Error\b[^:]*:|^E:/;

/** Non-empty lines of a text. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** Rows of tab-separated columns. */
export function rowsOf(text: string): string[][] {
  return linesOf(text).map((line) => line.split('\t'));
}

/** A whole number as programs print it. Null: it is none, and no sum or comparison may be made with it. */
export function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^-?\d+$/.test(text.trim()) ? Number(text) : null;
}
