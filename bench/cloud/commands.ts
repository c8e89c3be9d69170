import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { whyBusy } from '../../lab/demo/refusal';
import { findProgram } from '../../lab/machine/command';
import { sayWithSeconds } from '../../lab/machine/progress';
import { whyImpossible } from '../../lab/machine/requirements';
import { fullOrders } from '../../schema/request';
import { makeBenchDirectory } from '../bench-directory';
import { BenchError } from '../bench-error';
import { removeStaleGroups, whyNoControlGroups } from '../control-group';
import { describeMachine } from '../machine';
import { stopSignal } from '../stop-signal';
import { hasReference } from '../summary';
import { renderMachine } from '../table';
import { runCloudBenchmark, type Journey } from './benchmark';
import type { FullOrder } from './contender';
import { renderCloud, summaryOf } from './show';
import { serviceSets, setOf, type ServiceSetName } from './services';

interface Options {
  readonly services: ServiceSetName;
  readonly rounds: number;
  readonly order?: FullOrder;
  readonly json?: string;
}

/** `bench upgrade` and `bench rollback`. */
export function addCloudCommands(program: Command): void {
  const command = (journey: Journey, description: string): Command =>
    program
      .command(journey)
      .description(description)
      .addOption(new Option('--services <set>', 'what is upgraded').choices(serviceSets).default('heat'))
      .addOption(new Option('--rounds <n>', 'runs of each; medians are taken').argParser(rounds).default(3))
      .addOption(
        new Option('--order <order>', 'of the full upgrade; default: what the product chooses').choices(fullOrders),
      )
      .option('--json <file>', 'write every run and the medians there; default: a file in the cache, which is named')
      .action((options: Options) => measure({ journey, ...options }));
  command('upgrade', 'a full upgrade of a lab, beside a shell script that types the same commands');
  command('rollback', 'a rollback with restored databases, part by part, beside mariadb and apt-get alone');
}

async function measure(options: Options & { readonly journey: Journey }): Promise<void> {
  const { journey, order = null } = options;
  const refusal = whyNoControlGroups() ?? whyImpossible() ?? whyBusy() ?? whyNoSsh();
  if (refusal !== null) throw new BenchError(refusal);
  await removeStaleGroups();
  const beganAt = new Date();
  const set = setOf[options.services];
  const directory = makeBenchDirectory(process.env);
  const say = sayWithSeconds({ write: (line) => process.stderr.write(`${line}\n`) });
  try {
    const benchmark = await runCloudBenchmark({ ...options, order, set, place: directory, say, signal: stopSignal() });
    const machine = describeMachine();
    const shown = { journey, set, benchmark };
    const file =
      options.json ?? join(directory.results, `${journey}-${options.services}-${beganAt.toISOString()}.json`);
    const summary = summaryOf(shown);
    const { services, rounds: runsOfEach } = options;
    const asked = { benchmark: journey, services, rounds: runsOfEach, order };
    const all = { schemaVersion: 1, ...asked, beganAt, endedAt: new Date(), machine, summary, ...benchmark };
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
    process.stdout.write(
      `\n${renderMachine({ machine, versions: [] })}\n${renderCloud(shown)}\nAll figures: ${file}\n`,
    );
    const oursFailed = !summary.rows.some(({ kind, name }) => kind === 'measured' && name === 'ours');
    if (oursFailed || !hasReference(summary)) process.exitCode = 1;
  } finally {
    rmSync(directory.run, { recursive: true, force: true });
  }
}

function rounds(typed: string): number {
  if (!/^[1-9]\d?$/.test(typed)) throw new InvalidArgumentError('Write a number from 1 to 99.');
  return Number(typed);
}

function whyNoSsh(): string | null {
  return findProgram('ssh') === null
    ? 'The script reaches the hosts by ssh, and there is none here. Install it: apt-get install openssh-client'
    : null;
}
