import { createServer, type Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { temporal } from '@temporalio/proto';
import type { Worker } from '@temporalio/worker';

/** A poll is renewed after 60 s at the latest. */
const pollSeconds = 70;
/** A server that does not answer in this time is away. The connection itself tries again for longer than a probe waits. */
const patienceSeconds = 3;

/**
 * `GET /healthz`: 200 while the server sees this very worker poll, else 503 with the reason. A worker whose process runs
 * and whose server is away does no work, and nobody else would notice.
 */
export function createHealthServer(worker: Worker): Server {
  return createServer((request, response) => {
    if (request.url !== '/healthz') {
      response.writeHead(404).end();
      return;
    }
    void troubleOf(worker).then((trouble) => {
      response.writeHead(trouble === null ? 200 : 503, { 'content-type': 'text/plain' });
      response.end(`${trouble ?? 'the worker polls'}\n`);
    });
  });
}

async function troubleOf(worker: Worker): Promise<string | null> {
  const state = worker.getState();
  if (state !== 'RUNNING') return `the worker is ${state.toLowerCase()}`;
  try {
    const seen = await Promise.race([isSeen(worker), pause(patienceSeconds * 1000, 'late' as const, { ref: false })]);
    if (seen === 'late') return `the server does not answer within ${patienceSeconds} s`;
    return seen ? null : `the server has not seen this worker poll for ${pollSeconds} s`;
  } catch (error) {
    return `the server does not answer: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function isSeen({ connection, options }: Worker): Promise<boolean> {
  if (connection === undefined) return false;
  const { namespace, taskQueue: name, identity } = options;
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name },
    taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  });
  const oldest = Date.now() / 1000 - pollSeconds;
  return pollers.some((one) => one.identity === identity && Number(one.lastAccessTime?.seconds ?? 0) > oldest);
}
