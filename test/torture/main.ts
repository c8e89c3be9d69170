/**
 * `npm run torture`: a job is broken at every system call that counts, in every shell; then jobs, the workers that follow
 * them and the line between are broken at random. Every run is held against the invariants. Ends with a table of what was
 * done; exit code 1 when an invariant was broken. docs/torture.md tells the options.
 */
import { Command } from 'commander';
import { whyNoSshd } from '../../lab/machine/loopback-sshd';
import { SHELLS } from '../remote/jobs/shell-host';
import { runCampaign, type CampaignGoal } from './campaign';
import { crashPointsOnNoWay, runCrashPoints, whyNoCrashPoints, type CrashScore } from './crash-points';
import { SCENARIOS } from './scenarios';
import { NOTHING_YET, table } from './score';

interface Wish {
  readonly seed: string;
  readonly round?: string;
  readonly cuts: string;
  readonly kills: string;
  readonly minutes: string;
  readonly only?: string;
  readonly shell: string;
  readonly way: string;
}

const program = new Command('torture')
  .description('Breaks jobs in every way, and holds each run against the invariants of docs/torture.md')
  .option('--seed <number>', 'of everything random', String(Date.now() % 1_000_000))
  .option('--round <number>', 'one random round alone: same plan, other timing')
  .option('--cuts <number>', 'cut connections', '1000')
  .option('--kills <number>', 'killed workers', '200')
  .option('--minutes <number>', 'at most', '45')
  .option('--only <part>', 'crashes or random')
  .option('--shell <name>', 'crashes in shells whose name begins so', '')
  .option('--way <name>', 'crashes on ways whose name begins so', '');

async function main(): Promise<number> {
  const values = program.parse().opts<Wish>();
  const why = whyNoSshd();
  if (why !== null) throw new Error(`Nothing was tortured: ${why}.`);
  const seed = whole({ name: 'seed', text: values.seed });
  const only = partsOf(values.only);
  console.log(`seed ${String(seed)}`);
  const crashes = only.crashes && values.round === undefined ? await breakAtPoints(values) : [];
  const goal: CampaignGoal = {
    cuts: whole({ name: 'cuts', text: values.cuts }),
    workerKills: whole({ name: 'kills', text: values.kills }),
    megabytes: 0,
    rounds: values.round === undefined ? Number.MAX_SAFE_INTEGER : 1,
    minutes: whole({ name: 'minutes', text: values.minutes }),
  };
  const firstRound = values.round === undefined ? 0 : whole({ name: 'round', text: values.round });
  const score = only.random
    ? await runCampaign({ seed, firstRound, goal, say: (line) => console.log(line) })
    : NOTHING_YET;
  console.log(
    `\nseed ${String(seed)}\n${[...crashes.map(crashLine), ...(only.random ? [table(score)] : [])].join('\n')}`,
  );
  return score.violations + crashes.reduce((sum, one) => sum + one.violations, 0) === 0 ? 0 : 1;
}

/** Every way in every shell, or those whose names begin so. The shells at once, because most of it is waiting. */
async function breakAtPoints(only: { readonly shell: string; readonly way: string }): Promise<readonly CrashScore[]> {
  const why = whyNoCrashPoints();
  if (why !== null) {
    console.log(`NOT TESTED: crashes at system calls: ${why}`);
    return [];
  }
  const shells = SHELLS.filter(({ shell }) => shell.startsWith(only.shell));
  const ways = SCENARIOS.filter(({ name }) => name.startsWith(only.way));
  if (shells.length === 0 || ways.length === 0) throw new Error('--shell or --way names nothing that there is.');
  const scores = await Promise.all(
    shells.map(async (shell) => {
      const done: CrashScore[] = [];
      for (const scenario of ways) {
        done.push(await runCrashPoints({ ...shell, scenario, pick: () => true, say: (line) => console.log(line) }));
        console.log(done.map(crashLine).at(-1));
      }
      return done;
    }),
  );
  const missed = ways.length === SCENARIOS.length ? crashPointsOnNoWay(scores.flat()) : [];
  if (missed.length > 0) console.log(`NOT TESTED: crash points on no way: ${missed.join(', ')}`);
  return scores.flat();
}

function crashLine({ shell, scenario, points, runs, notReached, violations }: CrashScore): string {
  const missed = notReached.length === 0 ? '' : `; not come to: ${notReached.join(', ')}`;
  return `${String(runs).padStart(8)}  crashes, power cuts and disk errors at ${String(points)} system calls of ${scenario} in ${shell}: ${String(violations)} violations${missed}`;
}

function partsOf(text: string | undefined): { readonly crashes: boolean; readonly random: boolean } {
  if (text !== undefined && text !== 'crashes' && text !== 'random')
    throw new Error(`--only is crashes or random; got ${JSON.stringify(text)}.`);
  return { crashes: text !== 'random', random: text !== 'crashes' };
}

function whole(options: { readonly name: string; readonly text: string }): number {
  if (/^\d+$/.test(options.text)) return Number(options.text);
  throw new Error(`--${options.name} is a whole number; got ${JSON.stringify(options.text)}.`);
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  },
);
