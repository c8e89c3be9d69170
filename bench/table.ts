import type { Machine } from './machine';
import { MOST_FOREIGN_LOAD, type RowSummary, type SeriesSummary, type Verdict } from './summary';

/** One series as a person reads it: a row per program, each figure with its ratio to the reference, targets beneath. */
export function renderSeries(summary: SeriesSummary): string {
  const heads = summary.columns.flatMap(({ title, withRatio }) => (withRatio ? [title, summary.ratioTitle] : [title]));
  const lines = [
    { name: '', cells: [...heads, 'foreign load'] },
    ...summary.rows.map((row) => ({ name: row.name, cells: cellsOf({ row, summary }) })),
  ];
  const nameWidth = Math.max(...lines.map(({ name }) => name.length));
  const full = lines.filter(({ cells }) => cells.length > 1);
  const widths = [...heads, ''].map((_, index) => Math.max(...full.map(({ cells }) => cells[index]?.length ?? 0)));
  const table = lines.map(({ name, cells }) => {
    const padded = cells.length > 1 ? cells.map((cell, index) => cell.padStart(widths[index] ?? 0)) : cells;
    return `  ${[name.padEnd(nameWidth), ...padded].join('  ')}`.trimEnd();
  });
  return [
    summary.title,
    ...table,
    ...(summary.rows.some((row) => row.kind === 'measured' && row.disturbed) ? [disturbedNote] : []),
    ...summary.verdicts.map(renderVerdict),
    ...summary.notes.map((note) => `  ${note}`),
    '',
  ].join('\n');
}

/** Absolute figures mean nothing without this. */
export function renderMachine(options: { readonly machine: Machine; readonly versions: readonly string[] }): string {
  const { processors, processorModel, memoryGigabytes, system, kernel, node } = options.machine;
  const hardware = `${processors} x ${processorModel}, ${memoryGigabytes} GB, ${system}, Linux ${kernel}`;
  return `${hardware}\n${[`Node ${node}`, ...options.versions].join(', ')}\n`;
}

/** The last line: how many targets were met. */
export function renderVerdicts(verdicts: readonly Verdict[]): string {
  const met = verdicts.filter((verdict) => verdict.met).length;
  return `${met} of ${verdicts.length} targets met.`;
}

const disturbedNote = `  * other programs had more than ${MOST_FOREIGN_LOAD * 100} % of the machine in at least one of its runs`;

/** One sentence for a row that was not measured, else as many cells as there are heads. */
function cellsOf(options: { readonly row: RowSummary; readonly summary: SeriesSummary }): readonly string[] {
  const { row, summary } = options;
  if (row.kind === 'notMeasured') return [`not measured: ${row.why}`];
  const figures = summary.columns.flatMap(({ id, digits, withRatio }) => {
    const cell = row.cells[id];
    const figure = (cell?.median ?? Number.NaN).toFixed(digits);
    return withRatio ? [figure, renderRatio(cell?.ratio ?? null)] : [figure];
  });
  return [...figures, `${row.disturbed ? '* ' : ''}${(row.foreignLoad * 100).toFixed(0)} %`];
}

function renderRatio(ratio: number | null): string {
  if (ratio === null) return '-';
  return ratio.toFixed(ratio < 10 ? 2 : 0);
}

function renderVerdict(verdict: Verdict): string {
  const { row, measured, atMost, unit, met } = verdict;
  const said = measured === null ? 'not measured' : `${measured.toFixed(2)} ${unit}, ${met ? 'met' : 'MISSED'}`;
  return `  target: ${row} <= ${atMost} ${unit}: ${said}`;
}
