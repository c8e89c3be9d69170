import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { HostName } from '../machine/hosts';
import { runningStateFile } from '../machine/places';
import type { CloudShape } from '../packages/cloud-shape';
import type { SeriesName } from '../packages/series';

/** What runs now, so that every later call (also of another process) finds it. */
export interface RunningState extends CloudShape {
  readonly directory: string;
  readonly series: SeriesName;
  readonly startedAt: string;
  /** False while a first start configures its hosts: nobody may use them, and the next start begins again. */
  readonly configured: boolean;
  /** Folders under each host's writable side, uppermost first. */
  readonly lower: Readonly<Record<HostName, readonly string[]>>;
}

export function readRunningState(): RunningState | null {
  if (!existsSync(runningStateFile)) return null;
  // A lab that an older checkout started says nothing of oddities, because it has none.
  return { odd: [], ...(JSON.parse(readFileSync(runningStateFile, 'utf8')) as Partial<RunningState>) } as RunningState;
}

/** Replaces the record at once: a reader sees the old one or the new one. */
export function writeRunningState(state: RunningState): void {
  writeFileSync(`${runningStateFile}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${runningStateFile}.new`, runningStateFile);
}

export function forgetRunningState(): void {
  rmSync(runningStateFile, { force: true });
}
