/**
 * `npm run drill`: a run fails in each state that it can come to, is rolled back, and the cloud must be what it was before, line by
 * line. What is proved is kept in a file, so that a drill that was stopped goes on where it was; it ends with a table of all
 * steps, and exit code 1 when a line of it is not as it should be.
 */
import './lab-own-network';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { labPlaces } from '../../lab/machine/places';
import { sayWithSeconds } from '../../lab/machine/progress';
import { whyImpossible } from '../../lab/machine/requirements';
import { fullOrders } from '../../schema/request';
import { drillStates, tellingStates, type DrillState } from '../support/drill-states';
import { raiseDrillGround, type DrilledPlan, type DrillGround } from './drill';
import { digestOnAnyLab, forgetResults, keepResult, keptResults } from './drill-results';
import { isProved, rowText, tableOf, type DrillRow, type Failure } from './drill-rows';
import { onCloud } from './on-cloud';
import { telemetryDrill } from './telemetry';

const say = sayWithSeconds({ write: (line) => process.stdout.write(`${line}\n`) });

interface Wish {
  readonly steps: readonly string[];
  readonly minutes: number;
  readonly results: string;
  readonly part: { readonly is: number; readonly of: number };
  readonly again: boolean;
  readonly every: boolean;
  readonly rolling: boolean;
  readonly order?: (typeof fullOrders)[number];
  readonly profile?: 'telemetry';
}

function wish(): Wish {
  const command = new Command('drill')
    .description('Fails an upgrade in each state that it comes to, rolls back, and compares the cloud with what it was')
    .argument(
      '[steps...]',
      'only these: heat/db-sync, heat/db-sync@ctl1, heat/db-sync@ctl1:after. Default: every state, the dangerous ones first',
    )
    .option('--minutes <minutes>', 'begin no step after so many', Number, Infinity)
    .option('--results <file>', 'what is proved already', join(labPlaces().directory, 'drill.json'))
    .addOption(
      new Option('--part <part>', '1/2: every other state; another lab, with the same --results, takes 2/2')
        .argParser(partOf)
        .default({ is: 1, of: 1 }, 'all'),
    )
    .addOption(new Option('--order <order>', 'of the upgrade; default: the shorter outage').choices(fullOrders))
    .addOption(new Option('--profile <name>', 'of Gnocchi and Ceilometer alone').choices(['telemetry']))
    .option('--rolling', 'a rolling upgrade of Heat: its four most telling states, each with both rollbacks', false)
    .option('--every', 'each step by itself, also where another one finds the cloud in the same state', false)
    .option('--again', 'forget what is proved already', false)
    .parse();
  return { steps: command.args, ...command.opts<Omit<Wish, 'steps'>>() };
}

function partOf(words: string): Wish['part'] {
  const [is = 0, of = 0] = words.split('/').map(Number);
  if (!(Number.isInteger(is) && Number.isInteger(of) && 1 <= is && is <= of))
    throw new InvalidArgumentError('Write it as 1/2: the first of two parts.');
  return { is, of };
}

async function main(): Promise<number> {
  const asked = wish();
  const why = whyImpossible();
  if (why !== null) throw new Error(`Nothing was proved: ${why}`);
  return onCloud({
    raise: () => raiseDrillGround(drilledPlan(asked)),
    work: (ground) => drill({ ground, asked }),
    say,
  });
}

async function drill({ ground, asked }: { ground: DrillGround; asked: Wish }): Promise<number> {
  const { minutes, results: file, again } = asked;
  const startedAt = Date.now();
  const plan = await ground.planned();
  const digest = digestOnAnyLab(plan);
  const states = asked.rolling ? tellingStates(plan.phases) : drillStates(plan.phases);
  const failures = failuresOf({ ...asked, states });
  if (again) forgetResults({ file, digest });
  const proved = (failure: Failure): boolean => isProved({ rows: keptResults({ file, digest }), failure });
  const open = failures.filter((failure) => !proved(failure));
  // Of all, and not of what is open: that is less for whoever starts later, and some would be nobody's.
  const own = failures.filter((one, index) => index % asked.part.of === asked.part.is - 1 && open.includes(one));
  say(
    `plan ${digest.slice(0, 12)}: ${String(failures.length)} failures, ${String(open.length)} of them not proved yet, ${String(own.length)} here`,
  );
  for (const failure of own) {
    if (Date.now() - startedAt > minutes * 60_000) break;
    if (proved(failure)) continue;
    keepResult({ file, digest, row: await drilled({ ground, failure }) });
  }
  const { text, good } = tableOf({ failures, states, rows: keptResults({ file, digest }) });
  process.stdout.write(`\n${text}\n`);
  return good ? 0 : 1;
}

function drilledPlan({ rolling, order, profile }: Wish): DrilledPlan {
  if (rolling) return { kind: 'partial' };
  return {
    kind: 'full',
    ...(order === undefined ? {} : { order }),
    ...(profile === undefined ? {} : { subject: telemetryDrill }),
  };
}

function failuresOf({ steps, every, rolling, states }: Wish & { states: readonly DrillState[] }): readonly Failure[] {
  const each = states.flatMap((state) => (every ? [...state.steps, state.words] : [state.words]));
  const kind = rolling ? 'partial' : 'full';
  const choices = rolling ? (['rollBack', 'rollBackWithRestore'] as const) : (['rollBack'] as const);
  return [...new Set(steps.length > 0 ? steps : each)].flatMap((step) =>
    choices.map((choice) => ({ kind, step, choice })),
  );
}

async function drilled({ ground, failure }: { ground: DrillGround; failure: Failure }): Promise<DrillRow> {
  const row = { ...failure, ...(await ground.failAt(failure.step, failure.choice)) };
  say(rowText(row));
  row.differs.slice(0, 20).forEach((line) => {
    say(`   ${line}`);
  });
  row.asked.forEach((question) => {
    say(`   asked: ${question}`);
  });
  return row;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
