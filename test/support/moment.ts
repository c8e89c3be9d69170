/** `at(4.2)`: 3:00:04.2 in the night. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 10, 21, 3, 0, 0) + Math.round(seconds * 1000)).toISOString();
}
