import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { createJobs, type JobProgress, type RemoteHost, type RunRequest } from '../../../remote';
import { transportNamed, type TransportUnderTest } from '../ssh/transports-under-test';

/** What a worker process of the test is told: the job, where to note its output, and the last heartbeat it gets. */
export interface WorkerOrder {
  readonly host: RemoteHost;
  readonly transport: TransportUnderTest['name'];
  readonly base: string;
  readonly request: Omit<RunRequest, 'signal' | 'onProgress' | 'onOutput'>;
  /** Every part of stdout as a JSON line [offset, base64]. */
  readonly outputFile: string;
  /** The last progress, as a heartbeat would keep it. */
  readonly heartbeatFile: string;
  readonly resultFile: string;
}

/** A worker that watches one job, in a process of its own so that it can be killed. */
async function watch(order: WorkerOrder): Promise<void> {
  const transport = transportNamed(order.transport).create({ hosts: [order.host] });
  const result = await createJobs({ transport, base: order.base }).run({
    ...order.request,
    signal: new AbortController().signal,
    onOutput: ({ stream, offset, bytes }) => {
      if (stream === 'out') appendFileSync(order.outputFile, `${JSON.stringify([offset, bytes.toString('base64')])}\n`);
    },
    onProgress: (progress: JobProgress) => note({ file: order.heartbeatFile, progress }),
  });
  writeFileSync(order.resultFile, JSON.stringify(result));
  await transport.close();
}

/** Whole or not at all, as Temporal keeps a heartbeat: this process may be killed between any two instructions. */
function note(options: { file: string; progress: JobProgress }): void {
  writeFileSync(`${options.file}.new`, JSON.stringify(options.progress));
  renameSync(`${options.file}.new`, options.file);
}

void watch(JSON.parse(process.argv[2] ?? '') as WorkerOrder);
