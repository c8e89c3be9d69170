import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { run, type Finished } from './command';
import { addressOf, type HostName } from './hosts';
import { LabError } from './lab-error';
import { namespaceOf, namespacePath, plugHost } from './network';
import { labPlaces } from './places';
import { childrenOf, until, waitForEnd, runsWith } from './processes';

/** A host that runs: its container process and the systemd inside it. */
export interface Container {
  readonly host: HostName;
  readonly pid: number;
}

export function rootOf(host: HostName): string {
  return join(labPlaces().run, host, 'root');
}

/** Boots a mounted root as a host with its own systemd; returns when the systemd inside answers. */
export async function boot(options: { readonly host: HostName }): Promise<Container> {
  const { host } = options;
  await plugHost({ host, address: addressOf(host) });
  const pid = startContainer({ host });
  const container = { host, pid };
  const answers = await until({
    seconds: 60,
    holds: async () => (await enter({ container, command: 'systemctl show -p Version' })).exitCode === 0,
  });
  if (!answers) throw new LabError(`${host} does not boot. Its console: ${consoleLog(host)}`);
  return container;
}

/** Runs a command as root inside a host, past ssh and sudo. The script goes to a shell's standard input. */
export async function enter(options: {
  readonly container: Container;
  readonly command: string;
  readonly input?: string;
}): Promise<Finished> {
  const leader = leaderOf(options.container);
  if (leader === null) return { stdout: '', stderr: `${options.container.host} does not run`, exitCode: 255 };
  const environment = [
    'HOME=/root',
    'LANG=C.UTF-8',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  ];
  return run({
    argv: [
      'nsenter',
      '--target',
      String(leader),
      '--all',
      'env',
      '-i',
      ...environment,
      '/bin/bash',
      '-c',
      `cd /root && ${options.command}`,
    ],
    ...(options.input === undefined ? {} : { input: options.input }),
  });
}

/** The process id, on this machine, of the host's systemd; null when the host does not run. */
export function leaderOf(container: Container): number | null {
  if (!runsWith({ pid: container.pid, word: `--directory=${rootOf(container.host)}` })) return null;
  return childrenOf(container.pid).at(0) ?? null;
}

/** As the power button does: every service stops in order. */
export async function powerOff(options: { readonly container: Container; readonly seconds?: number }): Promise<void> {
  const { container, seconds = 120 } = options;
  const leader = leaderOf(container);
  if (leader === null) return;
  await run({ argv: ['kill', '-s', 'RTMIN+4', String(leader)] });
  if (!(await waitForEnd({ pid: container.pid, seconds }))) {
    throw new LabError(
      `${container.host} did not power off in ${seconds} s. Its console: ${consoleLog(container.host)}`,
    );
  }
}

/** As pulling the plug does: the kernel ends everything in the host with its first process. */
export async function pullPlug(options: { readonly container: Container }): Promise<void> {
  const leader = leaderOf(options.container);
  if (leader !== null) process.kill(leader, 'SIGKILL');
  await waitForEnd({ pid: options.container.pid, seconds: 20 });
}

export function consoleLog(host: HostName): string {
  return join(labPlaces().logs, `${host}.console.log`);
}

function startContainer(options: { readonly host: HostName }): number {
  const { host } = options;
  mkdirSync(labPlaces().logs, { recursive: true });
  const log = openSync(consoleLog(host), 'a', 0o600);
  const words = [
    '--quiet',
    `--directory=${rootOf(host)}`,
    `--machine=${host}`,
    `--hostname=${host}`,
    '--register=no',
    '--keep-unit',
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    `--network-namespace-path=${namespacePath(namespaceOf(host))}`,
    '--console=pipe',
    '--boot',
  ];
  const script = `${joinControlGroups(host)}\nexec systemd-nspawn "$@"`;
  const child = spawn('sh', ['-c', script, 'sh', ...words], { detached: true, stdio: ['ignore', log, log] });
  child.unref();
  closeSync(log);
  if (child.pid === undefined) throw new LabError(`cannot start a container for ${host}`);
  return child.pid;
}

/**
 * Each host needs control groups of its own: containers that share one see each other's services as their own, and
 * "is everything of this unit gone?" is then never answered with yes.
 */
function joinControlGroups(host: HostName): string {
  return hierarchies()
    .map((path) => `mkdir -p ${path}/osu-lab/${host} && echo $$ >${path}/osu-lab/${host}/cgroup.procs`)
    .join('\n');
}

/** The hierarchies that systemd itself uses: the unified one, or beside it the named one of older machines. */
function hierarchies(): string[] {
  const mixed = ['/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified'].filter((path) =>
    existsSync(join(path, 'cgroup.procs')),
  );
  return mixed.length > 0 ? mixed : ['/sys/fs/cgroup'];
}

/** Removes the empty control groups that the hosts left. */
export function dropControlGroups(): void {
  for (const path of hierarchies()) removeGroups(join(path, 'osu-lab'));
}

function removeGroups(path: string): void {
  if (!existsSync(path)) return;
  for (const entry of readdirSync(path, { withFileTypes: true }).filter((one) => one.isDirectory())) {
    removeGroups(join(path, entry.name));
  }
  rmdirSync(path);
}
