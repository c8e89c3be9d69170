import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { DrillRow } from './drill-rows';

/** By the digest of the plan: another plan has other steps, and what was proved is not proved of it. */
type Results = Readonly<Record<string, readonly DrillRow[]>>;

interface Place {
  readonly file: string;
  readonly digest: string;
}

export function keptResults({ file, digest }: Place): DrillRow[] {
  return [...(read(file)[digest] ?? [])];
}

export function keepResults({ file, digest, rows }: Place & { rows: readonly DrillRow[] }): void {
  writeFileSync(file, `${JSON.stringify({ ...read(file), [digest]: rows }, null, 1)}\n`);
}

function read(file: string): Results {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : {};
}
