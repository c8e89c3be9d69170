import { median } from '../summary';
import { partNames, type PartSeconds } from './parts';

/** Who it is about, with the parts of each of its runs. */
export interface PartsColumn {
  readonly name: string;
  readonly runs: readonly PartSeconds[];
}

/** Where the time goes: a line for each part, median seconds of each contender, and how much longer the first one takes. */
export function renderParts(options: {
  readonly title: string;
  readonly columns: readonly PartsColumn[];
  /** Which column the first one is compared with. */
  readonly reference: string;
  readonly notes: readonly string[];
}): string {
  const { title, columns, reference, notes } = options;
  const [first] = columns;
  const other = columns.find(({ name }) => name === reference);
  const rows = partNames
    .filter((part) => columns.some(({ runs }) => runs.some((run) => run[part] !== undefined)))
    .map((part) => {
      const seconds = columns.map((column) => medianOf({ column, part }));
      const ratio = ratioOf({
        ours: first === undefined ? null : medianOf({ column: first, part }),
        theirs: other === undefined ? null : medianOf({ column: other, part }),
      });
      return [part, ...seconds.map((one) => (one === null ? '-' : one.toFixed(1))), ratio];
    });
  const lines = [['', ...columns.map(({ name }) => `${name} s`), `x ${reference}`], ...rows];
  const widths = lines[0]?.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0))) ?? [];
  const table = lines.map(([name = '', ...cells]) =>
    `  ${[name.padEnd(widths[0] ?? 0), ...cells.map((cell, index) => cell.padStart(widths[index + 1] ?? 0))].join('  ')}`.trimEnd(),
  );
  return [title, ...table, ...notes.map((note) => `  ${note}`), ''].join('\n');
}

/** Null: none of its runs has this part. */
function medianOf(options: { readonly column: PartsColumn; readonly part: (typeof partNames)[number] }): number | null {
  const { column, part } = options;
  const seconds = column.runs.flatMap((run) => run[part] ?? []);
  return seconds.length === 0 ? null : median(seconds);
}

function ratioOf(options: { readonly ours: number | null; readonly theirs: number | null }): string {
  const { ours, theirs } = options;
  // What is printed as 0.0 would give a ratio of hundreds that says nothing.
  if (ours === null || theirs === null || theirs < 0.05) return '-';
  return (ours / theirs).toFixed(2);
}
