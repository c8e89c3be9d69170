import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../machine/lab-error';
import { until } from '../machine/processes';

export interface DemoWorker {
  readonly pid: number;
  /** Resolves when the worker has ended, whoever ended it. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Bundling the workflows takes 5 s alone on a machine and a minute beside a build. */
const readySeconds = 120;
/** A worker lets go of its jobs at once; after this it hangs. */
const stopSeconds = 30;

/**
 * Starts `worker/main.ts` as a process of its own, as an operator would, and returns when it polls.
 * In a process group of its own: Ctrl-C must reach the demo alone, which ends the worker in its turn.
 */
export async function startDemoWorker(options: {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly cloudsDirectory: string;
  readonly logFile: string;
  /** Names a step that fails (lab/faults). Null: none does. */
  readonly failAtFile: string | null;
}): Promise<DemoWorker> {
  const { address, namespace, taskQueue, cloudsDirectory, logFile, failAtFile } = options;
  const program = failAtFile === null ? ['worker', 'main.ts'] : ['lab', 'faults', 'failing-worker.ts'];
  const project = join(__dirname, '../..');
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, ['--import', 'tsx', join(project, ...program)], {
    cwd: project,
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      OSU_TASK_QUEUE: taskQueue,
      CLOUDS_DIR: cloudsDirectory,
      ...(failAtFile === null ? {} : { OSU_FAIL_AT_FILE: failAtFile }),
    },
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const polls = (): boolean => readFileSync(logFile, 'utf8').includes('worker: task queue');
  await until({ seconds: readySeconds, everyMs: 200, holds: () => polls() || hasEnded(child) });
  const worker = { pid: child.pid ?? 0, ended, stop: () => stop({ child, ended }) };
  if (polls() && !hasEnded(child)) return worker;
  await worker.stop();
  throw new LabError(`The worker did not start. Last lines of its log, ${logFile}:\n${lastLines(logFile)}`);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

async function stop(options: { child: ChildProcess; ended: Promise<void> }): Promise<void> {
  const { child, ended } = options;
  if (hasEnded(child)) return;
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), stopSeconds * 1000);
  await ended;
  clearTimeout(impatience);
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-8).join('\n');
}
