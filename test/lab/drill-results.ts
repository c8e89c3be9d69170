import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import type { Plan } from '../../schema/plan';
import { labNetwork } from '../../lab/machine/instance';
import type { DrillRow } from './drill-rows';

/** By the digest of the plan's steps: another plan has other ones, and what was proved is not proved of it. */
type Results = Readonly<Record<string, readonly DrillRow[]>>;

interface Place {
  readonly file: string;
  readonly digest: string;
}

/** The same on every lab: the addresses of its network are left out, and the digest of the cloud file that has them. */
export function digestOnAnyLab(plan: Plan): string {
  const text = JSON.stringify({ ...plan, runId: '', cloudDigest: '' }).replaceAll(`${labNetwork}.`, '');
  return createHash('sha256').update(text).digest('hex');
}

export function keptResults({ file, digest }: Place): DrillRow[] {
  return [...(read(file)[digest] ?? [])];
}

/** Beside what the file has by now: drills on several labs share it. */
export function keepResult({ file, digest, row }: Place & { row: DrillRow }): void {
  const rows = [...keptResults({ file, digest }), row];
  writeFileSync(`${file}.new`, `${JSON.stringify({ ...read(file), [digest]: rows }, null, 1)}\n`);
  renameSync(`${file}.new`, file);
}

export function forgetResults({ file, digest }: Place): void {
  if (!existsSync(file)) return;
  writeFileSync(file, `${JSON.stringify({ ...read(file), [digest]: [] }, null, 1)}\n`);
}

function read(file: string): Results {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : {};
}
