import type { Instant } from '../schema/names';
import type { StepRecord } from './steps';

/** How many samples of a meter came too soon after the one before, from the approval to the end of the run (R-CEIL-21, trap 32). */
export interface CountedSamples {
  readonly meter: string;
  readonly resources: number;
  readonly samples: number;
  readonly fromAt: Instant;
  readonly toAt: Instant;
  /** Of its polling. */
  readonly intervalSeconds: number;
  /** The store makes one measure of all samples of a resource in one step. */
  readonly stepSeconds: number;
  /** The store keeps how many there were in each step: nothing is hidden in one. */
  readonly exact: boolean;
  /** An agent that starts polls at once, and one that takes over polls by its own clock: one for each start, stop and resource. */
  readonly early: number;
  /** No start or stop of an agent by this run tells why. */
  readonly twice: number;
}

/** Meters that the store keeps too coarsely: two samples of one interval become one measure, and nobody can see it. */
export interface UncountedMeter {
  readonly meter: string;
  readonly stepSeconds: number;
  readonly intervalSeconds: number;
}

export interface SampleCounts {
  readonly meters: readonly CountedSamples[];
  readonly unseen: readonly UncountedMeter[];
}

/** As `telemetry-proof twice` prints them, with tabs. */
const counted =
  /^counted\t([^\t]+)\t(\d+)\t(\d+)\t(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\t(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\t(\d+)\t(\d+)\t(exact|merged)$/;
const unseen = /^unseen\t([^\t]+)\t(\d+)\t(\d+)$/;
const near = /^near\t([^\t]+)\t(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|-)\t(\d+)$/;
const counts = /\/twice-([^/]+)$/;

/** Several hosts count the same meter: the one that saw most of it is told. */
export function sampleCountsOf(steps: readonly StepRecord[]): SampleCounts {
  const told = steps.flatMap(({ good, stepId, stdoutTail }) => {
    const unit = counts.exec(stepId)?.[1];
    return good && unit !== undefined ? [{ unit, lines: stdoutTail.split('\n') }] : [];
  });
  const meters = told
    .flatMap(({ unit, lines }) =>
      lines.flatMap((line) => countedIn({ line, lines, changes: changesOf({ steps, unit }) })),
    )
    .sort((one, other) => other.samples - one.samples);
  const coarse = told.flatMap(({ lines }) => lines.flatMap(unseenIn));
  return {
    meters: onceEach(meters).sort((one, other) => other.twice - one.twice || one.meter.localeCompare(other.meter)),
    unseen: onceEach(coarse).sort((one, other) => one.meter.localeCompare(other.meter)),
  };
}

const onceEach = <T extends { readonly meter: string }>(all: readonly T[]): T[] =>
  all.filter(({ meter }, index) => all.findIndex((one) => one.meter === meter) === index);

/** When this run started or stopped an agent of the unit, on any host. */
function changesOf({ steps, unit }: { steps: readonly StepRecord[]; unit: string }): number[] {
  return steps
    .filter(
      ({ kind, stepId }) => kind === 'done' && (stepId.endsWith(`/stop-${unit}`) || stepId.endsWith(`/start-${unit}`)),
    )
    .map(({ startedAt }) => Date.parse(startedAt) / 1000)
    .sort((one, other) => one - other);
}

function countedIn(options: { line: string; lines: readonly string[]; changes: readonly number[] }): CountedSamples[] {
  const { line, lines, changes } = options;
  const [, meter, resources, samples, fromAt, toAt, interval, step, how] = counted.exec(line) ?? [];
  if (meter === undefined || fromAt === undefined || toAt === undefined) return [];
  const one = { resources: Number(resources), intervalSeconds: Number(interval), stepSeconds: Number(step) };
  const close = lines.flatMap((text) => {
    const [, of, at, count] = near.exec(text) ?? [];
    return of !== meter || at === undefined ? [] : [{ at, count: Number(count) }];
  });
  const all = close.reduce((sum, { count }) => sum + count, 0);
  const early = earlyOf({ ...one, close, changes });
  return [{ meter, ...one, samples: Number(samples), fromAt, toAt, exact: how === 'exact', early, twice: all - early }];
}

/** Each start or stop explains one sample of each resource, within an interval after it. */
function earlyOf(options: {
  close: readonly { readonly at: string; readonly count: number }[];
  changes: readonly number[];
  resources: number;
  intervalSeconds: number;
  stepSeconds: number;
}): number {
  const { close, resources, intervalSeconds, stepSeconds } = options;
  const start = { early: 0, left: options.changes.map((at) => ({ at, room: resources })) };
  return close.reduce(({ early, left }, { at, count }) => {
    const seconds = Date.parse(at) / 1000;
    const spent = left.reduce<{ readonly open: number; readonly left: typeof left }>(
      (now, change) => {
        const explains = change.at <= seconds + stepSeconds && change.at > seconds - intervalSeconds - stepSeconds;
        const taken = explains ? Math.min(change.room, now.open) : 0;
        return { open: now.open - taken, left: [...now.left, { ...change, room: change.room - taken }] };
      },
      { open: count, left: [] },
    );
    return { early: early + count - spent.open, left: spent.left };
  }, start).early;
}

function unseenIn(line: string): UncountedMeter[] {
  const [, meter, step, interval] = unseen.exec(line) ?? [];
  return meter === undefined ? [] : [{ meter, stepSeconds: Number(step), intervalSeconds: Number(interval) }];
}
