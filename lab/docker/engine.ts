import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { must, run, type Finished } from '../machine/command';
import { controlGroupExists, dropControlGroup } from '../machine/control-groups';
import { instanceSuffix } from '../machine/instance';
import { LabError } from '../machine/lab-error';
import { childrenOf, processesWith, until, waitForEnd } from '../machine/processes';
import type { Say } from '../machine/progress';
import { dockerPlaces } from './docker-places';
import { obtainEnginePrograms, type EnginePrograms } from './engine-programs';
import { engineNetwork } from './engine-network';

/** A Docker engine of the lab's own, with containers that reach what this machine reaches and nothing that reaches them. */
export interface Engine {
  /** Runs `docker` with these words. Never throws for an exit code. */
  readonly docker: (words: readonly string[], more?: DockerOptions) => Promise<Finished>;
  /** The same for a command that has to succeed; returns what it printed. */
  readonly mustDocker: (words: readonly string[], more?: DockerOptions) => Promise<string>;
  /** Runs a program of this machine in the engine's network, where the ports that containers publish are. */
  readonly inNetwork: (argv: readonly [string, ...string[]]) => Promise<Finished>;
  /** Ends a process of a container as `kill -9` on a Docker host does: the engine learns it from the process alone. */
  readonly kill9: (container: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface DockerOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly purpose?: string;
}

const controlGroup = `osu-docker${instanceSuffix}`;
/** BuildKit has its control groups here, whatever the engine is told. */
const buildGroup = 'docker';

/**
 * Starts the engine in namespaces of its own (network, mounts, processes): no address, route, firewall rule or file of this
 * machine changes, and the kernel ends everything in them when this process ends, however it ends.
 */
export async function startEngine(options: { readonly say: Say }): Promise<Engine> {
  const { say } = options;
  const programs = await obtainEnginePrograms({ say });
  const places = dockerPlaces();
  refuseSecondEngine(places.data);
  // Of an engine that was killed: the kernel ends its processes and keeps their groups.
  await dropControlGroup(controlGroup);
  const hadBuildGroup = controlGroupExists(buildGroup);
  rmSync(places.run, { recursive: true, force: true });
  for (const folder of [places.run, places.data, dirname(places.log)]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(places.run, 'resolv.conf'), `nameserver ${engineNetwork.nameServer}\n`);
  say('starting a Docker engine');
  const unshare = spawnEngine(programs);
  const docker = dockerOf(programs);
  const answers = async (): Promise<boolean> => hasEnded(unshare) || (await docker(['version'])).exitCode === 0;
  await until({ seconds: 60, holds: answers });
  const leader = childrenOf(unshare.pid ?? 0).at(0);
  if (leader === undefined || hasEnded(unshare) || (await docker(['version'])).exitCode !== 0) {
    unshare.kill('SIGKILL');
    throw new LabError(`The Docker engine did not start. Last lines of its log, ${places.log}:\n${lastLines()}`);
  }
  const cable = spawnCable({ programs, leader });
  const enter = (argv: readonly string[]): [string, ...string[]] => ['nsenter', '--target', String(leader), ...argv];
  return {
    docker,
    mustDocker: (words, more = {}) =>
      must({ ...more, argv: [programs.docker, ...words], environment: environmentOf({ programs, ...more }) }),
    inNetwork: (argv) => run({ argv: enter(['--net', ...argv]) }),
    kill9: async (container) => {
      const { stdout } = await docker(['inspect', '--format', '{{.State.Pid}}', container]);
      await must({ argv: enter(['--pid', 'sh', '-c', `kill -9 ${stdout.trim()}`]) });
    },
    stop: async () => {
      process.kill(leader, 'SIGTERM');
      if (!(await waitForEnd({ pid: leader, seconds: 45 }))) unshare.kill('SIGKILL');
      if (!hasEnded(cable)) cable.kill('SIGKILL');
      await until({ seconds: 20, holds: () => hasEnded(unshare) && hasEnded(cable) });
      await dropControlGroup(controlGroup);
      if (!hadBuildGroup) await dropControlGroup(buildGroup);
      rmSync(places.run, { recursive: true, force: true });
    },
  };
}

/** Two engines on one directory would destroy each other's images. */
function refuseSecondEngine(data: string): void {
  const [other] = processesWith([dataWord(data)]);
  if (other === undefined) return;
  throw new LabError(
    `Process ${other} already runs a Docker engine on ${data}. Wait until it ends, or set OSU_LAB_NETWORK to another network.`,
  );
}

const dataWord = (data: string): string => `--data-root=${data}`;

/** The sockets and locks of other engines on this machine are in /run: this one gets an empty one. */
const prologue = `set -eu
resolver=$(readlink -m /etc/resolv.conf)
mount -t tmpfs tmpfs /run
mkdir -p /run/lock "$(dirname "$resolver")"
[ -e "$resolver" ] || : >"$resolver"
mount --bind "$1" "$resolver"
ip link set lo up
shift
exec "$@"`;

function spawnEngine(programs: EnginePrograms): ChildProcess {
  const { data, run: folder, log: logFile } = dockerPlaces();
  const { bridge, pool } = engineNetwork;
  const dockerd = [
    programs.dockerd,
    `--host=unix://${socketIn(folder)}`,
    dataWord(data),
    '--exec-root=/run/docker',
    '--pidfile=/run/docker.pid',
    '--group=root',
    '--storage-driver=overlay2',
    `--cgroup-parent=/${controlGroup}`,
    '--ip6tables=false',
    `--bip=${bridge}`,
    `--default-address-pool=base=${pool},size=24`,
  ];
  const namespaces = ['--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child=KILL'];
  return spawnTied({
    // tini is the first process inside: it collects what containers leave behind, which dockerd does not.
    argv: [
      'unshare',
      ...namespaces,
      'sh',
      '-c',
      prologue,
      'sh',
      join(folder, 'resolv.conf'),
      programs.tini,
      '--',
      ...dockerd,
    ],
    environment: programs.environment,
    logFile,
  });
}

/** The way out of the engine's network: a program of this machine's user space, so that nothing is routed or translated here. */
function spawnCable(options: { readonly programs: EnginePrograms; readonly leader: number }): ChildProcess {
  const { programs, leader } = options;
  const words = ['--configure', '--mtu=1500', '--disable-host-loopback', `--cidr=${engineNetwork.cable}`];
  return spawnTied({
    argv: [programs.slirp4netns, ...words, String(leader), 'tap0'],
    environment: programs.environment,
    logFile: dockerPlaces().log,
  });
}

/** A process that the kernel ends with this one, also after kill -9. */
function spawnTied(options: {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
}): ChildProcess {
  const log = openSync(options.logFile, 'a', 0o600);
  const child = spawn('setpriv', ['--pdeathsig=KILL', ...options.argv], {
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', log, log],
    // Ctrl-C reaches the caller alone, who stops things in their order.
    detached: true,
  });
  child.once('error', () => undefined);
  closeSync(log);
  return child;
}

function dockerOf(programs: EnginePrograms): Engine['docker'] {
  return (words, more = {}) =>
    run({ argv: [programs.docker, ...words], environment: environmentOf({ programs, ...more }) });
}

function environmentOf(options: DockerOptions & { readonly programs: EnginePrograms }): Record<string, string> {
  const { programs, environment } = options;
  return {
    ...programs.environment,
    DOCKER_HOST: `unix://${socketIn(dockerPlaces().run)}`,
    DOCKER_CONFIG: programs.dockerConfig,
    ...environment,
  };
}

const socketIn = (folder: string): string => join(folder, 'docker.sock');

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

function lastLines(): string {
  const { log } = dockerPlaces();
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-8).join('\n') : '';
}
