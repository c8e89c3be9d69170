/**
 * `npm run drill`: a full run fails at each of its steps in turn, is rolled back, and the cloud must be what it was before, line by
 * line. What is proved is kept in a file, so that a drill that was stopped goes on where it was; it ends with a table of all
 * steps, and exit code 1 when a line of it is not as it should be.
 */
import './lab-own-network';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { labPlaces } from '../../lab/machine/places';
import { sayWithSeconds } from '../../lab/machine/progress';
import { whyImpossible } from '../../lab/machine/requirements';
import { fullOrders } from '../../schema/request';
import { raiseDrillGround, type Drilled, type DrillGround } from './drill';
import { telemetryDrill } from './telemetry';

const say = sayWithSeconds({ write: (line) => process.stdout.write(`${line}\n`) });

interface Wish {
  readonly steps: readonly string[];
  readonly minutes: number;
  readonly results: string;
  readonly again: boolean;
  readonly order?: (typeof fullOrders)[number];
  readonly profile?: 'telemetry';
}

function wish(): Wish {
  const command = new Command('drill')
    .description('Fails a full upgrade at each of its steps, rolls back, and compares the cloud with what it was')
    .argument(
      '[steps...]',
      'only these: heat/db-sync, heat/db-sync@ctl1, heat/db-sync@ctl1:after. Default: every step of the plan',
    )
    .option('--minutes <minutes>', 'begin no step after so many', Number, Infinity)
    .option('--results <file>', 'what is proved already', join(labPlaces().directory, 'drill.json'))
    .addOption(new Option('--order <order>', 'of the upgrade; default: the shorter outage').choices(fullOrders))
    .addOption(new Option('--profile <name>', 'of Gnocchi and Ceilometer alone').choices(['telemetry']))
    .option('--again', 'forget what is proved already', false)
    .parse();
  return { steps: command.args, ...command.opts<Omit<Wish, 'steps'>>() };
}

async function main(): Promise<number> {
  const { steps, minutes, results, again, order, profile } = wish();
  const why = whyImpossible();
  if (why !== null) throw new Error(`Nothing was proved: ${why}`);
  const startedAt = Date.now();
  say('raising the cloud');
  const ground = await raiseDrillGround({
    ...(order === undefined ? {} : { order }),
    ...(profile === undefined ? {} : { subject: telemetryDrill }),
  });
  const stop = (): void => {
    say('removing the cloud');
    void ground.stop().finally(() => process.exit(130));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const { digest, steps: every } = await ground.stepsOfPlan();
    const wanted = steps.length > 0 ? steps : every;
    const rows = again ? [] : kept({ results, digest });
    for (const step of wanted.filter((one) => !rows.some((row) => row.step === one && isGood(row)))) {
      if (Date.now() - startedAt > minutes * 60_000) break;
      rows.push(await drilled({ ground, step }));
      writeFileSync(results, `${JSON.stringify({ digest, rows }, null, 1)}\n`);
    }
    return concluded({ wanted, rows });
  } finally {
    say('removing the cloud');
    await ground.stop();
  }
}

/** Of the same plan only: another one has other steps, and what was proved is not proved of it. */
function kept({ results, digest }: { results: string; digest: string }): Drilled[] {
  if (!existsSync(results)) return [];
  const stored = JSON.parse(readFileSync(results, 'utf8')) as { digest: string; rows: Drilled[] };
  return stored.digest === digest ? stored.rows : [];
}

async function drilled({ ground, step }: { ground: DrillGround; step: string }): Promise<Drilled> {
  const row = await ground.failAt(step);
  say(rowText(row));
  row.differs.slice(0, 20).forEach((line) => {
    say(`   ${line}`);
  });
  row.asked.forEach((question) => {
    say(`   asked: ${question}`);
  });
  return row;
}

function concluded({ wanted, rows }: { wanted: readonly string[]; rows: readonly Drilled[] }): number {
  const last = wanted.map((step) => ({ step, row: rows.findLast((one) => one.step === step) }));
  const lines = last.map(({ step, row }) => (row === undefined ? `not yet   ${step}` : rowText(row)));
  const good = last.filter(({ row }) => row !== undefined && isGood(row)).length;
  process.stdout.write(`\n${lines.join('\n')}\n\n${String(good)} of ${String(wanted.length)} steps: as before\n`);
  return last.some(({ row }) => row !== undefined && !isGood(row)) ? 1 : 0;
}

function isGood({ state, asked, owed, differs, stack, works }: Drilled): boolean {
  const back = state === 'rolledBack' || state === 'aborted';
  return back && asked.length === 0 && owed === 0 && differs.length === 0 && stack[1] === 'UPDATE_COMPLETE' && works;
}

function rowText(row: Drilled): string {
  const { step, state, asked, owed, differs, seconds, rollbackSeconds } = row;
  const wrong = [
    ...(asked.length > 0 ? [`${String(asked.length)} questions`] : []),
    ...(owed > 0 ? [`${String(owed)} owed`] : []),
    ...(differs.length > 0 ? [`${String(differs.length)} lines differ`] : []),
    ...(row.stack[1] === 'UPDATE_COMPLETE' ? [] : [`stack ${row.stack.join(', then ')}`]),
    ...(row.works ? [] : ['does not work']),
  ];
  const took = `${String(seconds)} s, of these ${String(rollbackSeconds)} s back`;
  return [isGood(row) ? 'as before' : 'WRONG    ', step, state, took, ...wrong].join('  ');
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
