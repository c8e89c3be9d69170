import { rmSync, writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { LabError } from '../lab/machine/lab-error';
import { sayWithSeconds } from '../lab/machine/progress';
import { makeBenchDirectory } from './bench-directory';
import { BenchError } from './bench-error';
import { addCloudCommands } from './cloud/commands';
import { removeStaleGroups, whyNoControlGroups } from './control-group';
import { describeMachine } from './machine';
import { runRemoteBenchmark } from './remote/benchmark';
import { whyNoSshd } from '../lab/machine/loopback-sshd';
import { fullSizes, quickSizes } from './remote/sizes';
import { toolNames, type ToolName } from './remote/tool';
import { stopSignal } from './stop-signal';
import { hasReference, summarize } from './summary';
import { renderMachine, renderSeries, renderVerdicts } from './table';

interface Options {
  readonly quick?: true;
  readonly strict?: true;
  readonly json?: string;
  readonly only: readonly ToolName[];
}

const program = new Command('bench').description('Measures this product beside others, as ratios within one run');

program
  .command('remote')
  .description('remote commands and durable jobs over SSH, beside ssh, Ansible, pyinfra and asyncssh')
  .option('--quick', 'small numbers, to see whether it works; its figures are not for quoting')
  .option('--strict', 'exit code 1 when a target is missed or was not measured')
  .option('--json <file>', 'write every run, medians and verdicts there')
  .addOption(new Option('--only <tools...>', 'measure these alone').choices(toolNames).default(toolNames))
  .action(remote);
addCloudCommands(program);

async function remote(options: Options): Promise<void> {
  const refusal = whyNoControlGroups() ?? whyNoSshd();
  if (refusal !== null) throw new BenchError(refusal);
  await removeStaleGroups();
  const beganAt = new Date();
  const sizes = options.quick ? quickSizes : fullSizes;
  const directory = makeBenchDirectory(process.env);
  const say = sayWithSeconds({ write: (line) => process.stderr.write(`${line}\n`) });
  try {
    const { series, versions } = await runRemoteBenchmark({
      sizes,
      tools: options.only,
      directory,
      say,
      signal: stopSignal(),
    });
    const summaries = series.map(summarize);
    const verdicts = summaries.flatMap((summary) => summary.verdicts);
    const machine = describeMachine();
    print(
      ['', renderMachine({ machine, versions }), ...summaries.map(renderSeries), renderVerdicts(verdicts)].join('\n'),
    );
    if (options.json !== undefined) {
      const all = { schemaVersion: 1, beganAt, endedAt: new Date(), machine, versions, sizes, series, summaries };
      writeFileSync(options.json, `${JSON.stringify(all, null, 2)}\n`);
    }
    const missed = options.strict && verdicts.some(({ met }) => !met);
    const oursFailed = options.only.includes('ours') && !summaries.every(hasReference);
    if (missed || oursFailed) process.exitCode = 1;
  } finally {
    rmSync(directory.run, { recursive: true, force: true });
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof BenchError || error instanceof LabError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exitCode = 2;
});
