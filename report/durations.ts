/** `850 ms`, `4.2 s`, `31 s`, `4 min 12 s`, `1 h 04 min`: as precise as a person needs at that length. */
export function inWords(milliseconds: number): string {
  const ms = Math.max(0, Math.round(milliseconds));
  if (ms < 1000) return `${ms} ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** Milliseconds from one ISO instant to another. */
export function between(options: { fromAt: string; toAt: string }): number {
  return Date.parse(options.toAt) - Date.parse(options.fromAt);
}

/** `03:04:05` of an ISO instant, in UTC. */
export function clock(instant: string): string {
  return instant.slice(11, 19);
}

/** `2026-11-21 03:04:05 UTC` */
export function dateAndClock(instant: string): string {
  return `${instant.slice(0, 10)} ${clock(instant)} UTC`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
