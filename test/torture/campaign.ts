import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentOf } from './content';
import { INVARIANTS, violations, type Violation } from './invariants';
import { planRound } from './round-plan';
import { runRound } from './run-round';
import { NOTHING_YET, scored, type Score } from './score';

/** When a campaign ends: at all counts, or at a limit, whichever comes first. */
export interface CampaignGoal {
  readonly cuts: number;
  readonly workerKills: number;
  /** Of output that was handed on and checked. */
  readonly megabytes: number;
  readonly rounds: number;
  readonly minutes: number;
}

/** Round after round from `firstRound`, until the goal. What it says is one line a round, and all about a violation. */
export async function runCampaign(options: {
  readonly seed: number;
  readonly firstRound: number;
  readonly goal: CampaignGoal;
  readonly say: (line: string) => void;
}): Promise<Score> {
  const { seed, firstRound, goal, say } = options;
  const directory = mkdtempSync(join(tmpdir(), 'osu-torture-content-'));
  const content = { path: join(directory, 'content'), bytes: contentOf(seed) };
  writeFileSync(content.path, content.bytes);
  const until = performance.now() + goal.minutes * 60_000;
  let score = NOTHING_YET;
  try {
    for (let round = firstRound; round < firstRound + goal.rounds; round += 1) {
      const outcome = await runRound({ plan: planRound({ seed, round }), content });
      const broken = violations(outcome.history);
      score = scored({ score, ...outcome, violations: broken.length });
      say(`round ${String(round)}: ${String(score.cuts)} cuts, ${String(score.workerKills)} workers killed so far`);
      if (broken.length === 0) outcome.forget();
      else say(report({ seed, round, broken, directory: outcome.directory }));
      if (isReached({ score, goal })) break;
      if (performance.now() > until) break;
    }
    return score;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function isReached({ score, goal }: { readonly score: Score; readonly goal: CampaignGoal }): boolean {
  return score.cuts >= goal.cuts && score.workerKills >= goal.workerKills && score.megabytes >= goal.megabytes;
}

function report(options: {
  readonly seed: number;
  readonly round: number;
  readonly broken: readonly Violation[];
  readonly directory: string;
}): string {
  const { seed, round, broken, directory } = options;
  return [
    ...broken.map(
      ({ invariant, of, text }) => `VIOLATION of ${invariant} (${INVARIANTS[invariant]})\n  by ${of}: ${text}`,
    ),
    `  again: npm run torture -- --seed ${String(seed)} --round ${String(round)} (the same plan; machines and network choose the moments)`,
    `  what lies on the host, and what the workers saw: ${directory}`,
  ].join('\n');
}
