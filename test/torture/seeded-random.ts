/** Random numbers that are the same in every run with the same seed. */
export interface SeededRandom {
  /** From 0 up to, but without, 1. */
  readonly fraction: () => number;
  /** A whole number, both ends included. */
  readonly between: (least: number, most: number) => number;
  /** As many small as large ones: 10 to 99 is as likely as 1,000 to 9,999. */
  readonly magnitude: (least: number, most: number) => number;
  readonly chance: (percent: number) => boolean;
  readonly one: <T>(list: readonly [T, ...T[]]) => T;
}

export function seededRandom(seed: number): SeededRandom {
  const fraction = mulberry32(seed);
  const between = (least: number, most: number): number => least + Math.floor(fraction() * (most - least + 1));
  return {
    fraction,
    between,
    magnitude: (least, most) => Math.round(least * (most / least) ** fraction()),
    chance: (percent) => fraction() * 100 < percent,
    one: (list) => list[between(0, list.length - 1)] ?? list[0],
  };
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
