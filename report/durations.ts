export { inWords } from '../schema/duration-words';

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
