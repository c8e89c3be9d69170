import type { Column } from '../series';
import type { Assignment, BenchHost, Work } from './assignment';
import { oursBy, sshBy } from './node-drivers';
import { ansibleBy, asyncssh, pyinfra } from './python-tools';
import type { Measurement } from './measure';
import type { Sizes } from './sizes';
import type { ToolCommandBuilder, ToolName } from './tool';

/** One thing that is measured: it becomes a row of one series, or of several. */
export interface Entry {
  readonly name: string;
  readonly tool: ToolName;
  readonly build: ToolCommandBuilder;
  readonly assignment: Assignment;
  readonly figures: (done: Measurement & { kind: 'done' }) => Readonly<Record<string, number>>;
}

export interface EntryOptions {
  readonly sizes: Sizes;
  readonly hosts: readonly BenchHost[];
  readonly bulkHost: BenchHost;
  readonly command: string;
}

export const perOperation: readonly Column[] = [{ id: 'ms', title: 'ms', digits: 2, withRatio: true }];
export const perFleet: readonly Column[] = [
  { id: 'wall', title: 'wall s', digits: 2, withRatio: true },
  { id: 'cpu', title: 'controller CPU s', digits: 2, withRatio: true },
  { id: 'cpuEach', title: 'CPU ms a command', digits: 2, withRatio: false },
];
export const perBytes: readonly Column[] = [{ id: 'rate', title: 'MB/s', digits: 0, withRatio: true }];

/** Our two transports. */
const own = [
  { name: 'ours, ssh2', build: oursBy('ssh2') },
  { name: 'ours, OpenSSH', build: oursBy('openssh') },
];

/** One host, one operation after another, on a connection that is there (but for `fresh`). */
export function oneHostEntries(options: EntryOptions): readonly Entry[] {
  const { sizes, command } = options;
  const entry = (name: string, tool: ToolName, build: ToolCommandBuilder, work: Work & { perHost: number }): Entry => ({
    name,
    tool,
    build,
    assignment: { work, command, hosts: options.hosts.slice(0, 1), warmUp: true },
    figures: ({ answer }) => ({ ms: (answer?.milliseconds ?? Number.NaN) / work.perHost }),
  });
  return [
    ...own.flatMap(({ name, build }) => [
      entry(`${name}: probe`, 'ours', build, { kind: 'commands', perHost: sizes.probes }),
      entry(`${name}: durable job`, 'ours', build, { kind: 'jobs', perHost: sizes.jobs }),
      entry(`${name}: attach`, 'ours', build, { kind: 'attaches', perHost: sizes.attaches }),
    ]),
    entry('ssh, ControlMaster', 'openssh', sshBy('master'), { kind: 'commands', perHost: sizes.probes }),
    entry('ssh, new connection', 'openssh', sshBy('fresh'), { kind: 'commands', perHost: sizes.freshLogins }),
  ];
}

/** All hosts at once; whole processes, from start to end, connections included. */
export function manyHostsEntries(options: EntryOptions): readonly Entry[] {
  const perHost = options.sizes.commandsPerHost;
  const commands = options.hosts.length * perHost;
  const entry = (name: string, tool: ToolName, build: ToolCommandBuilder, kind: 'commands' | 'jobs'): Entry => ({
    name,
    tool,
    build,
    assignment: { work: { kind, perHost }, command: options.command, hosts: options.hosts, warmUp: false },
    figures: ({ wallMs, cpuMs }) => ({ wall: wallMs / 1000, cpu: cpuMs / 1000, cpuEach: cpuMs / commands }),
  });
  return [
    ...own.map(({ name, build }) => entry(name, 'ours', build, 'commands')),
    entry('ours, ssh2, durable jobs', 'ours', oursBy('ssh2'), 'jobs'),
    entry('asyncssh', 'asyncssh', asyncssh, 'commands'),
    entry('pyinfra', 'pyinfra', pyinfra, 'commands'),
    entry('Node + ssh ControlMaster', 'openssh', sshBy('master'), 'commands'),
    entry('Ansible raw', 'ansible', ansibleBy('raw'), 'commands'),
    entry('Ansible command', 'ansible', ansibleBy('command'), 'commands'),
  ];
}

/** Much output of one command, with one cipher for all. */
export function outputEntries(options: EntryOptions): readonly Entry[] {
  const bytes = options.sizes.outputBytes;
  const entry = (name: string, tool: ToolName, build: ToolCommandBuilder, kind: 'output' | 'jobOutput'): Entry => ({
    name,
    tool,
    build,
    assignment: { work: { kind, bytes }, command: options.command, hosts: [options.bulkHost], warmUp: true },
    figures: ({ answer }) => ({ rate: bytes / 1e6 / ((answer?.milliseconds ?? Number.NaN) / 1000) }),
  });
  return [
    ...own.map(({ name, build }) => entry(`${name}: plain command`, 'ours', build, 'output')),
    entry('ours, ssh2: durable job', 'ours', oursBy('ssh2'), 'jobOutput'),
    entry('ssh, ControlMaster, into Node', 'openssh', sshBy('master'), 'output'),
  ];
}
