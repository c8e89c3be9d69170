import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobProgress } from '../../remote';
import type { Watch } from './history';
import type { WorkerPlan } from './round-plan';
import { readWatch, type WatchOrder, type WorkerOrder } from './worker-log';

export interface WorkerSlot {
  /** Resolves when the last worker has told the end of every job. */
  readonly finished: Promise<readonly { readonly job: string; readonly watch: Watch }[]>;
  readonly kills: () => number;
  /** Stops the worker that is there, and lets it go on. */
  readonly freeze: (forMs: number) => Promise<void>;
}

/** One place for a worker: those that are planned to die are killed, each time another goes on from its heartbeats. */
export function startWorkerSlot(options: {
  readonly name: string;
  readonly plan: WorkerPlan;
  readonly order: Omit<WorkerOrder, 'log'>;
  readonly directory: string;
}): WorkerSlot {
  const { name, plan, directory } = options;
  let worker: ChildProcess | null = null;
  let kills = 0;

  const work = async (): Promise<readonly { readonly job: string; readonly watch: Watch }[]> => {
    const seen: { job: string; watch: Watch }[] = [];
    let watches: readonly WatchOrder[] = options.order.watches;
    for (let attempt = 0; watches.length > 0; attempt += 1) {
      const order = { ...options.order, watches, log: join(directory, `${name}-${String(attempt)}.log`) };
      worker = await startWorker({ order });
      const killAfterMs = plan.killsAfterMs[attempt];
      if (killAfterMs === undefined) await exited(worker);
      else kills += await killAfter({ worker, ms: killAfterMs });
      const logs = watches.map((watch) => ({ watch, log: readWatch({ order, watch }) }));
      seen.push(...logs.map(({ watch, log }) => ({ job: watch.job, watch: log.watch })));
      if (killAfterMs === undefined) break;
      watches = logs
        .filter(({ log }) => log.watch.result === null)
        .map(({ watch, log }) => ({ ...watch, request: { ...watch.request, ...resumed(log.beat) } }));
    }
    return seen;
  };
  return {
    finished: work(),
    kills: () => kills,
    freeze: async (forMs) => {
      const frozen = worker;
      frozen?.kill('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, forMs));
      frozen?.kill('SIGCONT');
    },
  };
}

/** What the product gives a job's next watcher from the heartbeat of the one before. */
function resumed(beat: JobProgress | null): Partial<WatchOrder['request']> {
  if (beat === null) return {};
  const { started: attachOnly, offsets, incarnation } = beat;
  return { attachOnly, offsets, ...(incarnation === '' ? {} : { incarnation }) };
}

/** Resolves when it has begun to work. */
async function startWorker(options: { readonly order: WorkerOrder }): Promise<ChildProcess> {
  const { order } = options;
  const file = `${order.log}.order`;
  writeFileSync(file, JSON.stringify(order));
  const worker = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'worker.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await Promise.race([once(worker.stdout, 'data'), once(worker, 'exit')]);
  return worker;
}

async function exited(worker: ChildProcess): Promise<void> {
  if (worker.exitCode === null && worker.signalCode === null) await once(worker, 'exit');
}

/** 1 when there was somebody to kill, 0 when it had ended before. */
async function killAfter(options: { readonly worker: ChildProcess; readonly ms: number }): Promise<0 | 1> {
  const { worker, ms } = options;
  const timer = setTimeout(() => worker.kill('SIGKILL'), ms);
  await exited(worker);
  clearTimeout(timer);
  return worker.signalCode === 'SIGKILL' ? 1 : 0;
}
