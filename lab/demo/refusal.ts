import { existsSync, mkdirSync, readdirSync, statfsSync } from 'node:fs';
import type { DemoOptions } from './options';
import { labPlaces } from '../machine/places';
import { whyImpossible } from '../machine/requirements';
import { readRunningState } from '../cloud/running-state';
import { extrasOf } from '../packages/extras-options';
import { seriesNames } from '../packages/series';

/** A cloud of two controllers builds into some 7 GB; the run itself and its dumps need 2 more. Every service more adds 1 at most. */
const neededGiB = 9;
const neededForServiceGiB = 1;
const oldestNode = [20, 11] as const;

/** The first reason why the demo cannot run here, as one sentence with what to do; null: it can. Changes nothing. */
export function whyNoDemo(options: Pick<DemoOptions, 'from' | 'to' | 'with' | 'profile'>): string | null {
  return whyWrongPair(options) ?? whyOldNode() ?? whyImpossible() ?? whyBusy() ?? whyFull(extrasOf(options).length);
}

function whyWrongPair({ from, to }: Pick<DemoOptions, 'from' | 'to'>): string | null {
  if (seriesNames.indexOf(to) === seriesNames.indexOf(from) + 1) return null;
  const pairs = seriesNames.slice(1).map((name, index) => `--from ${seriesNames[index] ?? ''} --to ${name}`);
  return `The demo upgrades to the next series only, not from ${from} to ${to}. Try ${pairs.join(' or ')}.`;
}

function whyOldNode(): string | null {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = oldestNode;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return null;
  return `The demo needs Node ${oldestNode.join('.')} or newer; this is ${process.versions.node}.`;
}

/** A lab that somebody uses must not be upgraded under their hands, nor dropped when the demo ends. */
export function whyBusy(): string | null {
  const running = readRunningState();
  if (running === null) return null;
  return `A lab is already running on this machine (${running.series}, since ${running.startedAt}). Stop it first: npm run lab -- down`;
}

function whyFull(extras: number): string | null {
  const { directory, frozen } = labPlaces();
  mkdirSync(directory, { recursive: true });
  const { bavail, bsize } = statfsSync(directory);
  const freeGiB = (bavail * bsize) / 2 ** 30;
  const needed = existsSync(frozen) && readdirSync(frozen).length > 0 ? 3 : neededGiB + extras * neededForServiceGiB;
  if (freeGiB >= needed) return null;
  return `The demo needs ${needed} GB in ${directory}; ${freeGiB.toFixed(1)} GB are free. Free some, or set OSU_LAB_DIR to another disk.`;
}
