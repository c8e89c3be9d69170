import { coveredMs, type Interval } from './intervals';

/** What an upgrade or a rollback is made of, in the order in which people read it. */
export const partNames = [
  'prepare',
  'close',
  'stop',
  'dump',
  'configuration',
  'restore',
  'packages',
  'schemas',
  'start',
  'proofs',
  'open',
  'clean up',
] as const;
export type PartName = (typeof partNames)[number];

/** Seconds by part. A part that did not come is absent. */
export type PartSeconds = Readonly<Partial<Record<PartName, number>>>;

export interface PlacedInterval extends Interval {
  readonly part: PartName;
}

/** Steps of one part that ran side by side count once; parts that overlap count in both. */
export function secondsByPart(intervals: readonly PlacedInterval[]): PartSeconds {
  const parts = partNames.flatMap((part): [PartName, number][] => {
    const own = intervals.filter((one) => one.part === part);
    return own.length === 0 ? [] : [[part, coveredMs(own) / 1000]];
  });
  return Object.fromEntries(parts);
}

/**
 * Of the script's own marks: `<ms> <part>` where each begins, `<ms> end` at the end.
 * @throws an Error when the script did not come to its end: half of its parts would look like all of them
 */
export function readMarks(text: string): readonly PlacedInterval[] {
  const marks = text
    .trim()
    .split('\n')
    .map((line) => ({ atMs: Number(line.split(' ')[0]), name: line.slice(line.indexOf(' ') + 1) }));
  if (marks.at(-1)?.name !== 'end') throw new Error('the script left no mark of its end');
  return marks.slice(0, -1).map(({ atMs, name }, index) => {
    const part = partNames.find((one) => one === name);
    if (part === undefined || Number.isNaN(atMs)) throw new Error(`the script left a mark that is none: ${name}`);
    return { part, fromMs: atMs, toMs: marks[index + 1]?.atMs ?? atMs };
  });
}
