import { readFileSync } from 'node:fs';
import { createJobs, createSsh2Transport, type JobProgress } from '../../remote';
import { note, partOf, type WorkerOrder } from './worker-log';

/** Times for a line that is cut all the time: what takes seconds in production takes tenths here. */
const TIMES = { longestPauseSeconds: 0.1, keepaliveSeconds: 0.5, keepaliveMisses: 2, connectSeconds: 5 };
/** Temporal's SDK throttles heartbeats, so that the next worker starts from an old one. */
const BEAT_EVERY_MS = 150;

/** A worker that follows jobs for several controllers, in a process of its own so that it can be killed. */
async function work(order: WorkerOrder): Promise<void> {
  const controllers = [...new Set(order.watches.map(({ controller }) => controller))];
  process.stdout.write('ready\n');
  await Promise.all(controllers.map((controller) => follow({ order, controller })));
}

async function follow(options: { readonly order: WorkerOrder; readonly controller: string }): Promise<void> {
  const { order, controller } = options;
  const transport = createSsh2Transport({ hosts: [order.host], times: TIMES });
  const jobs = createJobs({ transport, base: order.base });
  const watches = order.watches.filter((watch) => watch.controller === controller);
  await Promise.all(
    watches.map(async (watch) => {
      const result = await jobs.run({
        ...watch.request,
        signal: new AbortController().signal,
        onOutput: (output) => note({ order, watch, note: { part: partOf(output) } }),
        onProgress: throttled((beat) => note({ order, watch, note: { beat } })),
      });
      note({ order, watch, note: { result } });
    }),
  );
  await transport.close();
}

function throttled(beat: (progress: JobProgress) => void): (progress: JobProgress) => void {
  let last = -BEAT_EVERY_MS;
  return (progress) => {
    if (performance.now() - last < BEAT_EVERY_MS) return;
    last = performance.now();
    beat(progress);
  };
}

void work(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as WorkerOrder);
