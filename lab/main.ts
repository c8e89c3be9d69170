import { spawnSync } from 'node:child_process';
import { Argument, Command, Option } from 'commander';
import { findProgram } from './machine/command';
import { consoleLog, enterWords, leaderOf } from './machine/container';
import { labDown } from './cloud/down';
import { allHostNames, type HostName } from './machine/hosts';
import { LabError } from './machine/lab-error';
import { sayWithSeconds } from './machine/progress';
import { titlesOf } from './cloud/cloud-answers';
import { packagings, type LabPackaging } from './packages/cloud-shape';
import { extrasOf, profileOption, withOption, type ExtrasOptions } from './packages/extras-options';
import { oddityNames, type OddityName } from './packages/oddities';
import { seriesNames, type SeriesName } from './packages/series';
import { labStatus, type LabStatus } from './cloud/status';
import { labUp } from './cloud/up';

interface Output {
  readonly json?: true;
}

interface UpOptions extends ExtrasOptions {
  readonly series: SeriesName;
  readonly packaging: LabPackaging;
  /** True: `--odd` without a name. */
  readonly odd: readonly OddityName[] | true;
}

const program = new Command('lab').description('A disposable OpenStack cloud of real Debian hosts on this machine');
const json = (): Option => new Option('--json', 'print the result as JSON; progress goes to standard error');
const host = (): Argument => new Argument('<host>', 'which host').choices(allHostNames);

program
  .command('up')
  .description('start the lab, or repair the running one')
  .addOption(new Option('--series <name>', 'the series to install').choices(seriesNames).default('antelope'))
  .addOption(withOption())
  .addOption(profileOption())
  .addOption(
    new Option('--packaging <kind>', 'Keystone as a unit, or as a site of Apache as Ubuntu has it')
      .choices(packagings)
      .default('debian'),
  )
  .addOption(
    new Option('--odd [what...]', 'set up otherwise than install guides do; without a name, in every way')
      .choices(oddityNames)
      .default([]),
  )
  .addOption(json())
  .action(async (options: Output & UpOptions) => {
    const { series, packaging } = options;
    const odd = options.odd === true ? oddityNames : options.odd;
    const lab = await labUp({ series, packaging, odd, extras: extrasOf(options), onProgress: progress(options) });
    if (options.json) print(JSON.stringify(lab, null, 2));
    else
      print(
        `\nCloud file: ${lab.cloudFile}\nHosts:      ${lab.hosts.map(({ name, address }) => `${name} ${address}`).join(', ')}`,
      );
  });

program
  .command('down')
  .description('stop and remove the running lab; built layers are kept for the next start')
  .addOption(json())
  .action(async (options: Output) => {
    await labDown({ onProgress: progress(options) });
    if (options.json) print(JSON.stringify(await labStatus(), null, 2));
  });

program
  .command('status')
  .description('show what is running; exit code 1 if the cloud does not answer')
  .addOption(json())
  .action(async (options: Output) => {
    const status = await labStatus();
    print(options.json ? JSON.stringify(status, null, 2) : describe(status));
    if (!status.up) process.exitCode = 1;
  });

program
  .command('shell')
  .description('a root shell on a host, or one command: lab shell ctl1 -- systemctl status heat-engine')
  .addArgument(host())
  .argument('[command...]', 'run this command instead of a shell')
  .action((name: HostName, command: readonly string[]) => {
    process.exitCode = enterByHand({ name, command: command.length > 0 ? command : ['/bin/bash', '-l'] });
  });

program
  .command('logs')
  .description('show the journal of a host since its boot; if the host is off, the path of its console log')
  .addArgument(host())
  .option('-f, --follow', 'follow new lines')
  .action((name: HostName, options: { readonly follow?: true }) => {
    const follow = options.follow ? ['--follow'] : [];
    process.exitCode = enterByHand({ name, command: ['journalctl', '--no-pager', '--boot', ...follow] });
  });

function enterByHand(options: { readonly name: HostName; readonly command: readonly string[] }): number {
  const leader = leaderOf(options.name);
  if (leader === null) throw new LabError(`${options.name} is off. Its console log: ${consoleLog(options.name)}`);
  const terminal = process.env['TERM'] ?? 'dumb';
  return (
    spawnSync(findProgram('nsenter') ?? 'nsenter', [...enterWords({ leader, terminal }), ...options.command], {
      stdio: 'inherit',
    }).status ?? 1
  );
}

function describe(status: LabStatus): string {
  if (status.startedAt === null) return 'The lab is down.';
  const hosts = status.hosts.map(({ name, address, state }) => `  ${name.padEnd(5)} ${address.padEnd(12)} ${state}`);
  const answers = status.cloudAnswers
    ? `${titlesOf(status.extras)} answer through the load balancer.`
    : `At least one of ${titlesOf(status.extras)} does not answer.`;
  return [`The lab has been running ${status.series ?? ''} since ${status.startedAt}.`, ...hosts, answers].join('\n');
}

function progress(options: Output): (line: string) => void {
  return sayWithSeconds({ write: (line) => (options.json ? process.stderr : process.stdout).write(`${line}\n`) });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof LabError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exitCode = 1;
});
