import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';

/** One thing that is wrong in a Python file. */
export interface Complaint {
  readonly line: number;
  readonly column: number;
  /** Ruff's rule, or `invalid-syntax`. */
  readonly rule: string;
  readonly words: string;
}

/**
 * Debian 11 runs 3.9, the oldest Python of a host that is upgraded: newer syntax would fail there, in the middle of a run.
 * Ruff comes as WebAssembly, so that the check needs no Python and is never skipped.
 */
const settings = {
  'target-version': 'py39',
  'line-length': 120,
  lint: { select: ['B', 'C4', 'E', 'F', 'I', 'PLE', 'W'] },
};

/** What Ruff finds in Python files. */
export function createLinter(): (text: string) => Complaint[] {
  const workspace = new Workspace(settings, PositionEncoding.Utf16);
  return (text) =>
    (workspace.check(text) as readonly Diagnostic[])
      .map(({ code, message, start_location }) => ({
        line: start_location.row,
        column: start_location.column,
        rule: code ?? 'invalid-syntax',
        words: message,
      }))
      .sort((one, other) => one.line - other.line || one.column - other.column);
}

/** The part of Ruff's answer that is read; the package says `any`. */
interface Diagnostic {
  readonly code: string | null;
  readonly message: string;
  readonly start_location: { readonly row: number; readonly column: number };
}
