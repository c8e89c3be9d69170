import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createUpgradeClient } from '../../client/create-upgrade-client';
import type { UpgradeClient } from '../../client/upgrade-client';
import { labDown, labExec, labUp, type HostName, type Lab } from '../../lab';
import type { Gate } from '../../schema/decision';
import type { RunStatus } from '../../schema/status';
import { startDurableTestServer, type DurableTestServer } from '../workflows/temporal-server';
import { changedCloud, type CloudChange } from './changed-cloud';

/** A lab, a Temporal server on a file, a worker as a process of its own, and a client: everything real, all killable. */
export interface UpgradeRig {
  readonly lab: Lab;
  readonly temporal: DurableTestServer;
  readonly client: UpgradeClient;
  readonly startWorker: () => void;
  /** SIGKILL, then a new worker at once. */
  readonly killWorker: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const taskQueue = 'openstack-upgrade-lab-test';
const root = join(__dirname, '..', '..');

/**
 * @param options.change what the cloud file says otherwise than the lab writes it.
 * @param options.extras services beside Keystone and Heat.
 * @param options.packaging how Keystone is served; default debian.
 * @param options.odd how the lab is set up otherwise than install guides do.
 * @param options.series what is installed; default antelope.
 */
export async function startRig(
  options: {
    readonly change?: CloudChange;
    readonly extras?: Lab['extras'];
    readonly packaging?: Lab['packaging'];
    readonly odd?: Lab['odd'];
    readonly series?: Lab['series'];
    /** A file that names a step which fails (lab/faults). */
    readonly failAtFile?: string;
  } = {},
): Promise<UpgradeRig> {
  const { extras = [], packaging = 'debian', odd = [], series = 'antelope', failAtFile } = options;
  const program = failAtFile === undefined ? 'worker/main.ts' : 'lab/faults/failing-worker.ts';

  await labDown();
  // The server first: where there is none, no host was started that nobody would stop.
  const temporal = await startDurableTestServer();
  const lab = await labUp({ series, extras, packaging, odd }).catch(async (error: unknown) => {
    await temporal.teardown();
    throw error;
  });
  const changed = options.change === undefined ? null : changedCloud({ lab, change: options.change });
  let worker: ChildProcess | null = null;
  const startWorker = (): void => {
    worker = spawn(process.execPath, ['--import', 'tsx', program], {
      cwd: root,
      stdio: 'ignore',
      env: {
        ...process.env,
        TEMPORAL_ADDRESS: temporal.address,
        OSU_TASK_QUEUE: taskQueue,
        CLOUDS_DIR: changed ?? lab.cloudsDirectory,
        ...(failAtFile === undefined ? {} : { OSU_FAIL_AT_FILE: failAtFile }),
      },
    });
  };
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (worker === null || worker.exitCode !== null || worker.signalCode !== null) return;
    const gone = once(worker, 'exit');
    worker.kill(signal);
    await gone;
  };
  startWorker();
  return {
    lab,
    temporal,
    client: createUpgradeClient({ client: temporal.client, taskQueue, address: temporal.address }),
    startWorker,
    killWorker: async () => {
      await end('SIGKILL');
      startWorker();
    },
    stop: async () => {
      await end('SIGKILL');
      if (changed !== null) rmSync(changed, { recursive: true, force: true });
      await labDown();
      await temporal.teardown();
    },
  };
}

interface UntilStatus {
  readonly client: UpgradeClient;
  readonly id: string;
  readonly holds: (status: RunStatus) => boolean;
  readonly forSeconds: number;
}

/** Waits until the run's status is as wanted. A worker or server that is away meanwhile is no answer, not a failure. */
export async function untilStatus(options: UntilStatus): Promise<RunStatus> {
  const { client, id, holds, forSeconds } = options;
  const until = Date.now() + forSeconds * 1000;
  let last: RunStatus | null = null;
  while (Date.now() < until) {
    last = await client.status(id).catch(() => last);
    if (last !== null && holds(last)) return last;
    if (last?.state === 'refused') throw new Error(await refusal({ client, id }));
    await sleep(500);
  }
  const seen = last === null ? 'nothing' : JSON.stringify({ ...last, decisions: [] }, null, 1).slice(0, 4000);
  throw new Error(`${id} did not come to what was waited for in ${String(forSeconds)} s; last seen: ${seen}`);
}

/** Nothing follows a refusal: a test says why at once, and not after its whole time that something else did not come. */
async function refusal({ client, id }: Pick<UntilStatus, 'client' | 'id'>): Promise<string> {
  const result = await client.result(id);
  return `${id} is refused: ${JSON.stringify(result, null, 1)}`;
}

/** The gate that is open, once one is. */
export async function openGate(options: {
  readonly client: UpgradeClient;
  readonly id: string;
  readonly about: Gate['about']['kind'];
  readonly forSeconds: number;
}): Promise<Gate> {
  const { about } = options;
  const status = await untilStatus({
    ...options,
    holds: ({ gates }) => gates.some((gate) => gate.about.kind === about),
  });
  const gate = status.gates.find((one) => one.about.kind === about);
  if (gate === undefined) throw new Error('no gate');
  return gate;
}

/** Asks again until the server and a worker are there to take it. */
export async function insist<T>(act: () => Promise<T>): Promise<T> {
  const until = Date.now() + 120_000;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(1000);
    }
  }
}

/**
 * Puts a wrapper before a service's manage tool, which writes a line for every start of `db_sync` and may hold it up:
 * what the tests count is written by the host, not by us. Survives the upgrade of the package.
 */
export async function watchMigrations(options: {
  readonly host: HostName;
  readonly tool: string;
  readonly holdSeconds: number;
}): Promise<void> {
  const { host, tool, holdSeconds } = options;
  await onHost({
    host,
    command: `dpkg-divert --quiet --add --rename --divert /usr/bin/${tool}.real /usr/bin/${tool}
cat > /usr/bin/${tool} <<'END'
#!/bin/sh
case "$*" in *db_sync*) echo "$(date +%s) $$" >> /var/tmp/${tool}.starts; sleep ${String(holdSeconds)} ;; esac
exec /usr/bin/${tool}.real "$@"
END
chmod 0755 /usr/bin/${tool}; : > /var/tmp/${tool}.starts; chmod 0666 /var/tmp/${tool}.starts`,
  });
}

export async function migrationsStarted(options: { readonly host: HostName; readonly tool: string }): Promise<number> {
  const said = await onHost({ host: options.host, command: `wc -l < /var/tmp/${options.tool}.starts` });
  return Number(said.trim());
}

/** Runs a command as root on a host, past SSH; throws what the host said when it failed. */
export async function onHost(options: { readonly host: HostName; readonly command: string }): Promise<string> {
  const { stdout, stderr, exitCode } = await labExec(options);
  if (exitCode !== 0) throw new Error(`${options.host}: ${options.command}: ${String(exitCode)} ${stdout} ${stderr}`);
  return stdout;
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
