import type { ShellText } from '../shell/sh';

/** Reads one thing of a host: a read-only script and the parser of what it prints, kept together. */
export interface Reader<Fact> {
  readonly script: ShellText;
  readonly parse: (printed: Printed) => Fact;
}

/** What a section of a survey printed; stderr is part of stdout there. */
export interface Printed {
  readonly stdout: string;
  readonly exitCode: number;
}

/** Non-empty lines of a text. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** Rows of tab-separated columns. */
export function rowsOf(text: string): string[][] {
  return linesOf(text).map((line) => line.split('\t'));
}
