import { spawnSync } from 'node:child_process';
import { whyNoBox } from './host-box';
import { makePlace, nameOf, namedPoints, recordPoints, runWithFault, type CrashFault } from './crash-run';
import { kindsFor, type FaultKind } from './fault-point';
import { INVARIANTS, violations } from './invariants';

/** Why nothing can be broken at system calls on this machine, or null. */
export function whyNoCrashPoints(): string | null {
  if (spawnSync('strace', ['-qq', '-e', 'trace=none', 'true']).status !== 0)
    return 'strace is missing or may not trace (Debian package strace)';
  return whyNoBox();
}

export interface CrashScore {
  readonly shell: string;
  /** System calls with a path of their own that a job passes from its publishing to its end. */
  readonly points: number;
  readonly runs: number;
  /** Points that a run did not come to: nothing was tried there. */
  readonly notReached: readonly string[];
  readonly violations: number;
}

/** All that can go wrong at the points of a job in this shell; `pick` leaves some out. */
export async function runCrashPoints(options: {
  readonly shell: string;
  readonly path: string;
  readonly pick: (fault: CrashFault, index: number) => boolean;
  readonly say: (line: string) => void;
}): Promise<CrashScore> {
  const { shell, path, pick, say } = options;
  const place = makePlace();
  const notReached: string[] = [];
  let broken = 0;
  try {
    const points = await recordPoints({ shell: path, place });
    const faults = [
      ...namedPoints().map((name): CrashFault => ({ kind: 'named', name })),
      ...points.flatMap((point) => kindsFor(point).map((kind: FaultKind): CrashFault => ({ kind, point }))),
    ].filter(pick);
    for (const fault of faults) {
      const { history, reached } = await runWithFault({ shell: path, place, fault });
      const found = violations({ jobs: [history], bystanders: [] });
      broken += found.length;
      if (!reached) notReached.push(nameOf(fault));
      for (const { invariant, text } of found) {
        say(`VIOLATION of ${invariant} (${INVARIANTS[invariant]})\n  by ${nameOf(fault)} in ${shell}: ${text}`);
        say(
          `  evidence: ${JSON.stringify({ first: history.watches[0]?.result, settled: history.settled, record: history.record.result })}`,
        );
      }
    }
    return { shell, points: points.length, runs: faults.length - notReached.length, notReached, violations: broken };
  } finally {
    place.forget();
  }
}
