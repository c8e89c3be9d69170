import type { Column, Row, Run, Series, Target } from './series';

/** Beyond this share of foreign load a row is marked: its figures say more about the machine than about the program. */
export const MOST_FOREIGN_LOAD = 0.2;

export interface SeriesSummary extends Pick<Series, 'title' | 'notes' | 'columns' | 'reference' | 'ratioTitle'> {
  readonly rows: readonly RowSummary[];
  readonly verdicts: readonly Verdict[];
}

export type RowSummary =
  | {
      readonly kind: 'measured';
      readonly name: string;
      /** By column id. */
      readonly cells: Readonly<Record<string, Cell>>;
      /** Of the most disturbed run: a median of three cannot be cleaner than two of them. */
      readonly foreignLoad: number;
      readonly disturbed: boolean;
    }
  | { readonly kind: 'notMeasured'; readonly name: string; readonly why: string };

export interface Cell {
  readonly median: number;
  /** To the median of the reference row in this run of the benchmark; null when that row was not measured. */
  readonly ratio: number | null;
}

export interface Verdict extends Target {
  readonly title: string;
  /** Null: not measured, which is not met either. */
  readonly measured: number | null;
  readonly met: boolean;
}

/** Medians, ratios and verdicts of one series. */
export function summarize(series: Series): SeriesSummary {
  const { title, notes, columns, reference, ratioTitle } = series;
  const base = series.rows.find(({ name }) => name === reference);
  return {
    title,
    notes,
    columns,
    reference,
    ratioTitle,
    rows: series.rows.map((row) => summarizeRow({ row, columns, base })),
    verdicts: series.targets.map((target) => judge({ series, target })),
  };
}

/** Whether the reference was measured in it: without that, nothing in it is a comparison. */
export function hasReference({ rows, reference }: SeriesSummary): boolean {
  return rows.some(({ kind, name }) => kind === 'measured' && name === reference);
}

function summarizeRow(options: {
  readonly row: Row;
  readonly columns: readonly Column[];
  readonly base: Row | undefined;
}): RowSummary {
  const { row, columns } = options;
  if (row.kind === 'notMeasured') return row;
  const foreignLoad = Math.max(...row.runs.map((run) => run.foreignLoad));
  const cells = columns.map(({ id }): [string, Cell] => {
    const median = medianOf({ runs: row.runs, column: id });
    const own = options.base?.kind === 'measured' ? medianOf({ runs: options.base.runs, column: id }) : null;
    return [id, { median, ratio: own === null || own === 0 ? null : median / own }];
  });
  return {
    kind: 'measured',
    name: row.name,
    cells: Object.fromEntries(cells),
    foreignLoad,
    disturbed: foreignLoad > MOST_FOREIGN_LOAD,
  };
}

function judge(options: { readonly series: Series; readonly target: Target }): Verdict {
  const { series, target } = options;
  const row = series.rows.find(({ name }) => name === target.row);
  const measured = row?.kind === 'measured' ? medianOf({ runs: row.runs, column: target.column }) : null;
  return { ...target, title: series.title, measured, met: measured !== null && measured <= target.atMost };
}

function medianOf(options: { readonly runs: readonly Run[]; readonly column: string }): number {
  return median(options.runs.map(({ figures }) => figures[options.column] ?? Number.NaN));
}

/** The middle value, or the mean of the two in the middle. NaN stays NaN: a hole must not look like a figure. */
export function median(values: readonly number[]): number {
  if (values.length === 0 || values.some(Number.isNaN)) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const upper = Math.floor(sorted.length / 2);
  const lower = Math.ceil(sorted.length / 2) - 1;
  return ((sorted[lower] ?? Number.NaN) + (sorted[upper] ?? Number.NaN)) / 2;
}
