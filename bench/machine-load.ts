import { readFileSync } from 'node:fs';

/** Processor time of the whole machine since it booted, all processors together. */
export interface ProcessorTime {
  readonly busyMs: number;
  readonly totalMs: number;
}

/** /proc/stat counts in USER_HZ, which is 100 on every platform that Node runs on. */
const MS_PER_TICK = 10;

export function readProcessorTime(): ProcessorTime {
  return parseProcessorTime(readFileSync('/proc/stat', 'utf8'));
}

/**
 * Of /proc/stat. Interrupts count as idle: with traffic on loopback they are ours, and the kernel books them on nobody.
 * Stolen time counts as busy: another guest of the same hardware disturbs as much as another program.
 */
export function parseProcessorTime(stat: string): ProcessorTime {
  const [, ...ticks] = (stat.split('\n')[0] ?? '').trim().split(/\s+/);
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = ticks.map(Number);
  const busy = user + nice + system + steal;
  return { busyMs: busy * MS_PER_TICK, totalMs: (busy + idle + iowait + irq + softirq) * MS_PER_TICK };
}

/** The share (0 to 1) of all processors that was neither idle nor ours. */
export function foreignLoad(options: {
  readonly before: ProcessorTime;
  readonly after: ProcessorTime;
  /** Processor time of everything that belongs to the measurement, both ends. */
  readonly oursMs: number;
}): number {
  const totalMs = options.after.totalMs - options.before.totalMs;
  const foreignMs = options.after.busyMs - options.before.busyMs - options.oursMs;
  return totalMs <= 0 ? 0 : Math.min(1, Math.max(0, foreignMs / totalMs));
}
