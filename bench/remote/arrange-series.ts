import type { Row, Series, Target } from '../series';
import { perBytes, perFleet, perOperation } from './entries';
import { fullSizes, type Sizes } from './sizes';

/**
 * The rows of the three rounds, arranged for people: what is compared with what, and what we promise. Without those for
 * which nobody was asked.
 */
export function arrangeSeries(options: {
  readonly sizes: Sizes;
  readonly oneHost: readonly Row[];
  readonly manyHosts: readonly Row[];
  readonly output: readonly Row[];
}): readonly Series[] {
  const { sizes, oneHost } = options;
  const others = oneHost.filter(({ name }) => !name.startsWith('ours'));
  const own = (operation: string): Row[] => oneHost.filter(({ name }) => name.endsWith(`: ${operation}`));
  const operation = (title: string, kind: string, atMost: number, notes: readonly string[]): Series => ({
    title,
    notes,
    columns: perOperation,
    reference: `ours, ssh2: ${kind}`,
    ratioTitle: 'x ours',
    rows: [...own(kind), ...others],
    targets: [{ row: `ours, ssh2: ${kind}`, column: 'ms', atMost, unit: 'ms' }],
  });
  const all: readonly Series[] = [
    operation(`A probe: one command on one host (${sizes.probes} a run, one after another)`, 'probe', 3, [
      'Connections are there before the clock starts, but for "new connection".',
    ]),
    operation(`A durable job, from ensure to its exit code on disk (${sizes.jobs} a run)`, 'durable job', 100, [
      'ssh runs a plain command here: nothing of it is durable, and there is no ssh command to compare with.',
    ]),
    operation(`An attach: the result of a finished job, found again (${sizes.attaches} a run)`, 'attach', 20, [
      'ssh runs a plain command here, as above.',
    ]),
    {
      title: `${sizes.hosts} hosts x ${sizes.commandsPerHost} commands (hosts at once, a host's commands in order)`,
      notes: [
        'Whole processes from start to end: start-up, connections and logins are in every figure. Controller CPU is user and',
        'system time of all that the client side started, daemons too, by control group. The hosts share the processors, so',
        'wall time also has what the commands cost there: Python for "Ansible command", supervisor and syncs for durable jobs.',
      ],
      columns: perFleet,
      reference: 'ours, ssh2',
      ratioTitle: 'x ours',
      rows: options.manyHosts,
      targets: sizes.hosts * sizes.commandsPerHost >= fullCommands ? cpuTarget : [],
    },
    {
      title: `${sizes.outputBytes / 1024 ** 2} MiB of output of one command (aes128-gcm for all)`,
      notes: ["A durable job's output is written to the host's disk, and read from there while it grows."],
      columns: perBytes,
      reference: 'ours, ssh2: plain command',
      ratioTitle: 'x ours',
      rows: options.output,
      targets: [],
    },
  ];
  return all.filter(({ rows }) => rows.length > 0);
}

/** With fewer commands the start of the process is most of the figure. */
const fullCommands = fullSizes.hosts * fullSizes.commandsPerHost;

const cpuTarget: readonly Target[] = [{ row: 'ours, ssh2', column: 'cpuEach', atMost: 1.5, unit: 'CPU ms a command' }];
