/** Milliseconds of one clock. In a lab all hosts and the worker have the clock of this machine. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How long at least one of them lasts: what is done side by side counts once. */
export function coveredMs(intervals: readonly Interval[]): number {
  let covered = 0;
  let reachedMs = -Infinity;
  for (const { fromMs, toMs } of [...intervals].sort((a, b) => a.fromMs - b.fromMs)) {
    covered += Math.max(0, toMs - Math.max(fromMs, reachedMs));
    reachedMs = Math.max(reachedMs, toMs);
  }
  return covered;
}
