import { spawn } from 'node:child_process';
import {
  openSync,
  closeSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { until } from '../lab/machine/processes';
import { BenchError } from './bench-error';

/**
 * Processes that are counted and ended together, however they fork: an ssh master that made itself a daemon is no
 * longer a child of anybody, and wait4 does not see its processor time.
 */
export interface ControlGroup {
  /** Starts a program in the group and resolves with its exit code, 137 when it was killed. Its children may live on. */
  readonly run: (launch: Launch) => Promise<number>;
  /** User and system time of all that ever ran in it. */
  readonly cpuMs: () => number;
  /** Ends every process in it at once, and does not wait. The group can be used again. */
  readonly kill: () => void;
  /** Ends every process in it, and resolves when they are gone. */
  readonly empty: () => Promise<void>;
}

export interface Launch {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Takes standard output and error; files, because a daemon that keeps a pipe open would be waited for. */
  readonly outputFile: string;
  readonly errorFile: string;
}

const PREFIX = 'openstack-upgrade-bench-';

/** Why this machine cannot count and end processes in groups, or null. */
export function whyNoControlGroups(): string | null {
  if (process.platform !== 'linux')
    return `The benchmark counts processor time by Linux control groups; this is ${process.platform}.`;
  if (process.getuid?.() !== 0) return 'The benchmark starts SSH servers and control groups and needs root.';
  const top = hierarchy();
  if (top === null) return 'No cgroup2 file system is mounted. Mount one: mount -t cgroup2 none /sys/fs/cgroup/unified';
  const trial = join(top, `${PREFIX}trial-${process.pid}`);
  try {
    mkdirSync(trial);
    const fit = existsSync(join(trial, 'cpu.stat')) && existsSync(join(trial, 'cgroup.kill'));
    rmdirSync(trial);
    return fit ? null : 'The benchmark needs cgroup.kill: Linux 5.14 or newer.';
  } catch (error) {
    return `No control group can be made below ${top} (${(error as Error).message}): in a container, run it privileged.`;
  }
}

/** Gives `work` a group of that name (one word), and ends every process in it when `work` is over, however it ends. */
export async function inControlGroup<T>(options: {
  readonly name: string;
  readonly work: (group: ControlGroup) => Promise<T>;
}): Promise<T> {
  const path = join(hierarchy() ?? '', `${PREFIX}${process.pid}-${options.name}`);
  mkdirSync(path);
  try {
    return await options.work(groupAt(path));
  } finally {
    await remove(path);
  }
}

/** Ends what a benchmark left that was itself killed. A benchmark that runs is left alone. */
export async function removeStaleGroups(): Promise<void> {
  const top = hierarchy() ?? '';
  const stale = readdirSync(top).filter((name) => {
    const pid = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('-')[0] : undefined;
    return pid !== undefined && /^\d+$/.test(pid) && !existsSync(`/proc/${pid}`);
  });
  for (const name of stale) await remove(join(top, name));
}

/** User and system time of all that ever ran in a group that somebody else made. */
export function controlGroupCpuMs(name: string): number {
  return cpuMsAt(join(hierarchy() ?? '', name));
}

function groupAt(path: string): ControlGroup {
  return {
    run: (launch) => runIn({ path, launch }),
    cpuMs: () => cpuMsAt(path),
    kill: () => kill(path),
    empty: () => empty(path),
  };
}

function cpuMsAt(path: string): number {
  return Number(/^usage_usec (\d+)$/m.exec(readFileSync(join(path, 'cpu.stat'), 'utf8'))?.[1]) / 1000;
}

function kill(path: string): void {
  writeFileSync(join(path, 'cgroup.kill'), '1');
}

async function empty(path: string): Promise<void> {
  kill(path);
  const members = join(path, 'cgroup.procs');
  const gone = await until({ seconds: 20, holds: () => readFileSync(members, 'utf8') === '', everyMs: 10 });
  if (!gone)
    throw new BenchError(`Processes in a control group do not end, not even by SIGKILL. They stand in ${members}.`);
}

async function remove(path: string): Promise<void> {
  await empty(path);
  rmdirSync(path);
}

function runIn(options: { readonly path: string; readonly launch: Launch }): Promise<number> {
  const { argv, environment, outputFile, errorFile } = options.launch;
  const [output, error] = [openSync(outputFile, 'w', 0o600), openSync(errorFile, 'w', 0o600)];
  // The shell joins the group before it becomes the program, so nothing the program does is missed.
  const enter = ['-c', 'echo $$ >"$0" && exec "$@"', join(options.path, 'cgroup.procs')];
  // A session of its own: Ctrl-C reaches the benchmark alone, which then ends the group.
  const child = spawn('/bin/sh', [...enter, ...argv], {
    env: { ...environment },
    detached: true,
    stdio: ['ignore', output, error],
  });
  closeSync(output);
  closeSync(error);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 137));
  });
}

function hierarchy(): string | null {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return mounts.map((line) => line.split(' ')).find(([, , type]) => type === 'cgroup2')?.[1] ?? null;
}
