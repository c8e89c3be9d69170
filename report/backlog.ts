import type { Instant } from '../schema/names';

/** How many measures waited to be processed, over the run (R-CEIL-6, R-CEIL-31). */
export interface BacklogCurve {
  readonly points: readonly BacklogPoint[];
  readonly most: number;
  readonly mostAt: Instant;
  /** At the last look that could tell. */
  readonly last: number;
}

export interface BacklogPoint {
  readonly at: Instant;
  /** Null: it could not be told, as while packages are replaced. */
  readonly waiting: number | null;
}

/** Instant in ms and a number, or `-` (plan/commands/backlog.ts). */
const line = /^(\d{12,14})\t(\d{1,12}|-)$/;

/** More are not told apart on a screen. */
const mostPoints = 540;

/** Null: nobody counted, or no look could tell. A last line without its end is still being written. */
export function backlogCurveOf(text: string): BacklogCurve | null {
  const points = text
    .split('\n')
    .slice(0, -1)
    .flatMap((one): BacklogPoint[] => {
      const [, at, waiting] = line.exec(one) ?? [];
      if (at === undefined) return [];
      return [{ at: new Date(Number(at)).toISOString(), waiting: waiting === '-' ? null : Number(waiting) }];
    });
  const told = points.flatMap(({ at, waiting }) => (waiting === null ? [] : [{ at, waiting }]));
  const [first] = told;
  if (first === undefined) return null;
  const peak = told.reduce((most, one) => (one.waiting > most.waiting ? one : most), first);
  return { points: fewer(points), most: peak.waiting, mostAt: peak.at, last: told.at(-1)?.waiting ?? 0 };
}

/** Of neighbours the one in which most waited: no peak is lost. */
function fewer(points: readonly BacklogPoint[]): BacklogPoint[] {
  const size = Math.ceil(points.length / mostPoints);
  if (size < 2) return [...points];
  return Array.from({ length: Math.ceil(points.length / size) }, (_, index) =>
    points
      .slice(index * size, (index + 1) * size)
      .reduce((most, one) => ((one.waiting ?? -1) > (most.waiting ?? -1) ? one : most)),
  );
}
