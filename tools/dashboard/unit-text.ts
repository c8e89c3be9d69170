import type { Unit } from './dashboard';

/** A value as people read it: `4 min 12 s`, `350 ms`, `7`. */
export function unitText({ unit, value }: { readonly unit: Unit; readonly value: number }): string {
  switch (unit) {
    case 'short':
      return plain(value);
    case 's':
      return duration(value);
    default:
      return unit satisfies never;
  }
}

function duration(seconds: number): string {
  if (seconds === 0) return '0 s';
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${plain(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return parts([Math.floor(whole / 60), 'min', whole % 60, 's']);
  return parts([Math.floor(whole / 3600), 'h', Math.round((whole % 3600) / 60), 'min']);
}

function parts([large, largeUnit, small, smallUnit]: readonly [number, string, number, string]): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

function plain(value: number): string {
  return String(Number(value.toFixed(value < 10 ? 1 : 0)));
}
