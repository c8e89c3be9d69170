/** `850 ms`, `4.2 s`, `31 s`, `4 min 12 s`, `1 h 04 min`: as precise as a person needs at that length. */
export function inWords(milliseconds: number): string {
  const ms = Math.max(0, Math.round(milliseconds));
  if (ms < 1000) return `${String(ms)} ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${String(seconds)} s`;
  if (seconds < 3600) return `${String(Math.floor(seconds / 60))} min ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${String(Math.floor(minutes / 60))} h ${two(minutes % 60)} min`;
}

/** A time that nobody has measured yet: `under 10 s`, `45 s`, `12 min`, `1 h 10 min`. Finer words would promise too much. */
export function roughly(seconds: number): string {
  if (seconds < 10) return 'under 10 s';
  const fives = Math.round(seconds / 5) * 5;
  if (fives < 100) return `${String(fives)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min`;
  return `${String(Math.floor(minutes / 60))} h ${two(minutes % 60)} min`;
}

/** A limit that a person wrote: `45 s`, `15 min`, `1 h 30 min`, `90 s`. */
export function limitInWords(seconds: number): string {
  if (seconds < 120 || seconds % 60 !== 0) return `${String(seconds)} s`;
  const minutes = seconds / 60;
  if (minutes < 60) return `${String(minutes)} min`;
  return minutes % 60 === 0
    ? `${String(minutes / 60)} h`
    : `${String(Math.floor(minutes / 60))} h ${two(minutes % 60)} min`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
