import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { run, type Finished } from './command';
import { joinControlGroups } from './control-groups';
import { type AddressFamily, hostAddress, type HostName } from './hosts';
import { LabError } from './lab-error';
import { namespaceOf, namespacePath, plugHost } from './network';
import { labPlaces } from './places';
import { childrenOf, processesWith, processesWithStart, until, waitForEnd } from './processes';

export function rootOf(host: HostName): string {
  return join(labPlaces().run, host, 'root');
}

export function consoleLog(host: HostName): string {
  return join(labPlaces().logs, `${host}.console.log`);
}

/** A folder of this machine and where the host has it. */
type Bind = readonly [string, string];

/** Boots a mounted root as a host with its own systemd; returns when the systemd inside answers. */
export async function boot(options: {
  readonly host: HostName;
  readonly family: AddressFamily;
  readonly binds: readonly Bind[];
}): Promise<void> {
  const { host, family, binds } = options;
  await plugHost({ host, family, address: hostAddress({ host, family }) });
  startContainer({ host, binds });
  const answers = await until({
    seconds: 60,
    holds: async () => (await enter({ host, command: 'systemctl show -p Version' })).exitCode === 0,
  });
  if (!answers) throw new LabError(`${host} does not boot. Read its console log: ${consoleLog(host)}`);
}

/** The process id, on this machine, of the host's own systemd; null when the host does not run. */
export function leaderOf(host: HostName): number | null {
  const container = containerOf(host);
  return container === null ? null : (childrenOf(container).at(0) ?? null);
}

/** Runs a command as root inside a host, past ssh and sudo. Exit code 255 when the host does not run. */
export async function enter(options: {
  readonly host: HostName;
  readonly command: string;
  readonly input?: string;
}): Promise<Finished> {
  const { host, command, input = '' } = options;
  const leader = leaderOf(host);
  if (leader === null) return { stdout: '', stderr: `${host} is not running`, exitCode: 255 };
  return run({ argv: ['nsenter', ...enterWords({ leader }), '/bin/bash', '--norc', '-c', command], input });
}

/** What `nsenter` needs before the command: all namespaces of the host and nothing of this machine's environment. */
export function enterWords(options: { readonly leader: number; readonly terminal?: string }): string[] {
  const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const terminal = options.terminal === undefined ? [] : [`TERM=${options.terminal}`];
  return [
    '--target',
    String(options.leader),
    '--all',
    'env',
    '-i',
    '--chdir=/root',
    'HOME=/root',
    'LANG=C.UTF-8',
    ...terminal,
    path,
  ];
}

/** As the power button does: every service stops in order. Returns when the host is off. */
export async function powerOff(options: { readonly host: HostName; readonly seconds?: number }): Promise<void> {
  const { host, seconds = 120 } = options;
  const container = containerOf(host);
  const leader = leaderOf(host);
  if (container === null || leader === null) return;
  await run({ argv: ['kill', '-s', 'RTMIN+4', String(leader)] });
  if (!(await waitForEnd({ pid: container, seconds }))) {
    throw new LabError(`${host} did not power off in ${seconds} s. Read its console log: ${consoleLog(host)}`);
  }
}

/** As pulling the plug does: the kernel ends everything in the host with its first process. */
export async function pullPlug(options: { readonly host: HostName }): Promise<void> {
  const container = containerOf(options.host);
  if (container === null) return;
  process.kill(leaderOf(options.host) ?? container, 'SIGKILL');
  if (!(await waitForEnd({ pid: container, seconds: 20 }))) process.kill(container, 'SIGKILL');
}

/** The process of the host's systemd-nspawn. */
function containerOf(host: HostName): number | null {
  return processesWith([directoryWord(host)]).at(0) ?? null;
}

const directoryWord = (host: HostName): string => `--directory=${rootOf(host)}`;

/** Whether any host runs whose root lies below this folder, of whatever lab. */
export function hostsRunBelow(folder: string): boolean {
  return processesWithStart(`--directory=${folder}/`).length > 0;
}

function startContainer(options: { readonly host: HostName; readonly binds: readonly Bind[] }): void {
  const { host, binds } = options;
  mkdirSync(labPlaces().logs, { recursive: true });
  const log = openSync(consoleLog(host), 'a', 0o600);
  const words = [
    '--quiet',
    directoryWord(host),
    `--machine=${host}`,
    `--hostname=${host}`,
    // Works on machines whose first process is no systemd, too.
    '--register=no',
    '--keep-unit',
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    `--network-namespace-path=${namespacePath(namespaceOf(host))}`,
    ...binds.map(([folder, place]) => `--bind=${folder}:${place}`),
    '--console=pipe',
    '--boot',
  ];
  const script = `${joinControlGroups(host)}\nexec systemd-nspawn "$@"`;
  spawn('sh', ['-c', script, 'sh', ...words], { detached: true, stdio: ['ignore', log, log] }).unref();
  closeSync(log);
}
