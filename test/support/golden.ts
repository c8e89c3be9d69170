import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Compares a text with its golden file: the specification an operator reads. `UPDATE_GOLDEN=1` rewrites it; the
 * difference is the review. In CI a missing file is a failure, not a new specification.
 */
export function expectGolden(options: { file: string; text: string }): void {
  const { file, text } = options;
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  if (!existsSync(file)) throw new Error(`${file} is missing; UPDATE_GOLDEN=1 writes it, then read it`);
  expect(text).toBe(readFileSync(file, 'utf8'));
}
