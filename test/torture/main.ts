/**
 * `npm run torture`: jobs, the workers that follow them and the line between are broken at random, and every run is held
 * against the invariants. Ends with a table of what was done; exit code 1 when an invariant was broken.
 */
import { parseArgs } from 'node:util';
import { whyNoSshd } from '../activities/remote/sshd';
import { runCampaign } from './campaign';
import { table } from './score';

const OPTIONS = {
  seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  round: { type: 'string' },
  cuts: { type: 'string', default: '1000' },
  kills: { type: 'string', default: '200' },
  minutes: { type: 'string', default: '45' },
} as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  const why = whyNoSshd();
  if (why !== null) throw new Error(`Nothing was tortured: ${why}.`);
  const seed = whole({ name: 'seed', text: values.seed });
  const only = values.round === undefined ? null : whole({ name: 'round', text: values.round });
  console.log(`seed ${String(seed)}`);
  const score = await runCampaign({
    seed,
    firstRound: only ?? 0,
    goal: {
      cuts: whole({ name: 'cuts', text: values.cuts }),
      workerKills: whole({ name: 'kills', text: values.kills }),
      rounds: only === null ? Number.MAX_SAFE_INTEGER : 1,
      minutes: whole({ name: 'minutes', text: values.minutes }),
    },
    say: (line) => console.log(line),
  });
  console.log(`\nseed ${String(seed)}\n${table(score)}`);
  return score.violations === 0 ? 0 : 1;
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
