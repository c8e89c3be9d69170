import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowUpdateStage, type Client, type WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { asUpgradeError } from './as-upgrade-error';
import { refOf, type RunRef } from './run-ref';
import type { Asked } from './told';
import { UpgradeError } from './upgrade-error';

/** A worker answers a query in milliseconds, a server even faster; after this time there is none. */
const answerSeconds = 20;
/** Longer than any answer of a worker that is there; then it is asked whether one polls at all. */
const pollersAfterSeconds = 1;
/** A poll is renewed after 60 s at the latest: an older one was of a worker that is gone. */
const pollSeconds = 70;

export interface Asking {
  readonly client: Client;
  readonly taskQueue: string;
  readonly address: string;
}

/** Runs a call to Temporal; what an operator can act on comes out as UpgradeError. */
export async function told<T>(
  options: Asking & { run: RunRef; ask: () => Promise<T>; silent?: Asked['silent'] },
): Promise<T> {
  try {
    return await options.ask();
  } catch (error) {
    throw asUpgradeError({ ...options, error, workflowId: refOf(options.run).workflowId });
  }
}

/** A call that needs no worker: what does not answer in time is the server. */
export function askServer<T>(options: Asking & { run: RunRef; ask: () => Promise<T> }): Promise<T> {
  const { connection } = options.client;
  const ask = () => connection.withDeadline(Date.now() + answerSeconds * 1000, options.ask);
  return told({ ...options, ask, silent: 'serverUnreachable' });
}

export async function isRunning({ client, run }: { client: Client; run: RunRef }): Promise<boolean> {
  return (await handleOf({ client, run }).describe()).status.name === 'RUNNING';
}

export function handleOf({ client, run }: { client: Client; run: RunRef }): WorkflowHandle {
  const { workflowId, runId } = refOf(run);
  return client.workflow.getHandle(workflowId, runId);
}

export function queryRun<T>(options: Asking & { run: RunRef; name: string }): Promise<T> {
  const { client, run, name } = options;
  return askWorker({ ...options, ask: () => handleOf({ client, run }).query<T>(name) });
}

/** A call that a worker answers: within the deadline, or refused at once when none polls. */
export function askWorker<T>(options: Asking & { run: RunRef; ask: () => Promise<T> }): Promise<T> {
  return told({ ...options, ask: () => answered(options) });
}

/**
 * Sends an update and waits for its answer. With an id, the server answers a repetition as it answered the first time,
 * so that a lost answer can simply be asked for again.
 */
export function updateRun(
  options: Asking & { run: RunRef; name: string; message: object; updateId?: string | undefined },
): Promise<string> {
  const { client, run, name, message, updateId } = options;
  const send = () =>
    handleOf({ client, run }).startUpdate<string, [object]>(name, {
      args: [message],
      waitForStage: WorkflowUpdateStage.ACCEPTED,
      ...(updateId === undefined ? {} : { updateId }),
    });
  return told({
    ...options,
    // A kill answers when all is proved to have ended, which may take longer than any deadline of ours.
    ask: async () => (await answered({ ...options, ask: send })).result(),
  });
}

/** A call that takes as long as a worker needs, and is refused at once when none polls. */
export function askWorkerPatiently<T>(options: Asking & { run: RunRef; ask: () => Promise<T> }): Promise<T> {
  return told({ ...options, ask: () => whilePolled(options) });
}

/** Within the deadline, or at once when nobody polls the task queue: the server would wait for ever for a worker. */
function answered<T>(options: Asking & { run: RunRef; ask: () => Promise<T> }): Promise<T> {
  const { client, ask } = options;
  return whilePolled({
    ...options,
    ask: () => client.connection.withDeadline(Date.now() + answerSeconds * 1000, ask),
  });
}

async function whilePolled<T>(options: Asking & { run: RunRef; ask: () => Promise<T> }): Promise<T> {
  const over = new AbortController();
  const asked = options.client.connection.withAbortSignal(over.signal, options.ask);
  try {
    return await Promise.race([asked, refusedWithoutWorker({ ...options, signal: over.signal })]);
  } finally {
    // A call that nobody waits for would keep the process alive, or be tried again after its connection was closed, and end it.
    over.abort();
    asked.catch(() => undefined);
  }
}

async function refusedWithoutWorker(options: Asking & { run: RunRef; signal: AbortSignal }): Promise<never> {
  const { signal, taskQueue, run } = options;
  const forEver = new Promise<never>(() => undefined);
  try {
    await pause(pollersAfterSeconds * 1000, undefined, { signal });
    if (await isPolled(options)) return await forEver;
  } catch {
    return forEver; // answered meanwhile, or the server cannot say: the deadline decides
  }
  const { workflowId } = refOf(run);
  throw new UpgradeError({
    code: 'noWorker',
    message: `Nobody answers for ${workflowId}: no worker polls task queue ${taskQueue}. The run itself waits; start a worker.`,
    workflowId,
  });
}

export async function isPolled({ client, taskQueue }: Asking): Promise<boolean> {
  const { pollers } = await client.connection.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  });
  const oldest = Date.now() / 1000 - pollSeconds;
  return pollers.some(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) > oldest);
}
