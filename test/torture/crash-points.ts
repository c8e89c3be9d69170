import { spawnSync } from 'node:child_process';
import { supervisorProgram } from '../../remote/jobs/supervisor-program';
import { makePlace, type Place } from './crash-place';
import { nameOf, recordWay, runWithFault, type CrashFault } from './crash-run';
import { kindsFor } from './fault-point';
import type { RunHistory } from './history';
import { whyNoBox } from './host-box';
import { INVARIANTS, violations } from './invariants';
import { crashPointsIn } from './named-crashes';
import type { Scenario } from './scenarios/scenario';

/** Why nothing can be broken at system calls on this machine, or null. */
export function whyNoCrashPoints(): string | null {
  if (spawnSync('strace', ['-qq', '-e', 'trace=none', 'true']).status !== 0)
    return 'strace is missing or may not trace (Debian package strace)';
  return whyNoBox();
}

export interface CrashScore {
  readonly shell: string;
  readonly scenario: string;
  /** System calls with a path of their own on the way of the request. */
  readonly points: number;
  /** Crash points of the program on that way. */
  readonly names: readonly string[];
  readonly runs: number;
  /** Points that no run came to: nothing was tried there. */
  readonly notReached: readonly string[];
  readonly violations: number;
}

/** A pid or a moment may be another one than when the way was recorded. */
const TRIES = 3;

/** All that can go wrong on the way of a scenario's request in this shell; `pick` leaves some out. */
export async function runCrashPoints(options: {
  readonly shell: string;
  readonly path: string;
  readonly scenario: Scenario;
  readonly pick: (fault: CrashFault, index: number) => boolean;
  readonly say: (line: string) => void;
}): Promise<CrashScore> {
  const { shell, path, scenario, pick, say } = options;
  const place = makePlace();
  const notReached: string[] = [];
  let broken = 0;
  const judge = (judged: { readonly history: RunHistory; readonly by: string }): void => {
    const found = violations(judged.history);
    broken += found.length;
    for (const { invariant, of, text } of found) {
      say(`VIOLATION of ${invariant} (${INVARIANTS[invariant]})`);
      say(`  by ${judged.by} on the way of ${scenario.name} in ${shell}: ${of}: ${text}`);
    }
    if (found.length > 0) say(`  evidence: ${JSON.stringify(judged.history, asText)}`);
  };
  try {
    const { points, names, history } = await recordWay({ shell: path, place, scenario });
    judge({ history, by: 'nothing' });
    const faults = [
      ...names.map((name): CrashFault => ({ kind: 'named', name })),
      ...points.flatMap((point) => kindsFor(point).map((kind): CrashFault => ({ kind, point }))),
    ].filter(pick);
    for (const fault of faults) {
      const reached = await tryPoint({ shell: path, place, scenario, fault, judge });
      if (!reached) notReached.push(nameOf(fault));
    }
    const runs = faults.length - notReached.length;
    return { shell, scenario: scenario.name, points: points.length, names, runs, notReached, violations: broken };
  } finally {
    place.forget();
  }
}

/** Crash points of the program that were on nobody's way. */
export function crashPointsOnNoWay(scores: readonly CrashScore[]): readonly string[] {
  const passed = new Set(scores.flatMap(({ names }) => names));
  return crashPointsIn(supervisorProgram({ base: '' }).content).filter((name) => !passed.has(name));
}

async function tryPoint(options: {
  readonly shell: string;
  readonly place: Place;
  readonly scenario: Scenario;
  readonly fault: CrashFault;
  readonly judge: (judged: { readonly history: RunHistory; readonly by: string }) => void;
}): Promise<boolean> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const { history, reached } = await runWithFault(options);
    options.judge({ history, by: nameOf(options.fault) });
    if (reached) return true;
  }
  return false;
}

/** Bytes as the text that they are in these scenarios. */
function asText(_: string, value: unknown): unknown {
  const isBytes = typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
  return isBytes && 'data' in value ? Buffer.from(value.data as number[]).toString() : value;
}
