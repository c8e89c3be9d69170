/** Milliseconds of one clock. In a lab all hosts and the worker have the clock of this machine. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How long at least one of them lasts: what is done side by side counts once. */
export function coveredMs(intervals: readonly Interval[]): number {
  return merged(intervals).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
}

/** What of them lies in at least one of the windows; these do not overlap. */
export function clippedTo<T extends Interval>(options: {
  readonly intervals: readonly T[];
  readonly windows: readonly Interval[];
}): readonly T[] {
  const { intervals, windows } = options;
  return intervals.flatMap((one) =>
    windows
      .map((window) => ({
        ...one,
        fromMs: Math.max(one.fromMs, window.fromMs),
        toMs: Math.min(one.toMs, window.toMs),
      }))
      .filter(({ fromMs, toMs }) => fromMs < toMs),
  );
}

/** The same time as intervals that do not overlap. */
export function merged(intervals: readonly Interval[]): readonly Interval[] {
  const result: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of [...intervals].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = result.at(-1);
    if (last !== undefined && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else result.push({ fromMs, toMs });
  }
  return result;
}
