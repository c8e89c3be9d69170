import { setTimeout as pause } from 'node:timers/promises';
import type { UpgradeClient, VersionedResult } from './upgrade-client';
import { UpgradeError } from './upgrade-error';
import { answersAgain, waitingFor, withoutWorker } from './waiting-for';

/** Between two tries while the server is away. */
const everySeconds = 1;
/** Between two looks at the task queue. */
const lookEverySeconds = 5;

/**
 * Waits for the end of a run for as long as it takes, also while the server is away or no worker polls. Either is said once on standard
 * error: whoever waits must know for whom.
 */
export async function awaitResult(options: {
  readonly upgrade: Pick<UpgradeClient, 'result' | 'taskQueue'>;
  readonly id: string;
}): Promise<VersionedResult> {
  const over = new AbortController();
  const saying = sayWhoIsMissing({ ...options, signal: over.signal });
  try {
    return await resultOf(options);
  } finally {
    over.abort();
    // Its last call ends before the connection is closed by whoever opened it.
    await saying;
  }
}

async function resultOf(options: {
  readonly upgrade: Pick<UpgradeClient, 'result'>;
  readonly id: string;
}): Promise<VersionedResult> {
  const { upgrade, id } = options;
  let said = '';
  for (;;) {
    try {
      return await upgrade.result(id);
    } catch (error) {
      if (!(error instanceof UpgradeError && error.retryable)) throw error;
      if (error.code !== said) process.stderr.write(`${waitingFor(error)}\n`);
      said = error.code;
      await pause(everySeconds * 1000);
    }
  }
}

/** The server waits with the run for a worker, for ever and without a word. */
async function sayWhoIsMissing(options: {
  readonly upgrade: Pick<UpgradeClient, 'taskQueue'>;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { upgrade, signal } = options;
  let missing = false;
  try {
    for (;;) {
      // A server that is away is told of by whoever waits for the result.
      const queue = await upgrade.taskQueue().catch(() => null);
      signal.throwIfAborted();
      if (queue !== null && queue.polled === missing)
        process.stderr.write(`${queue.polled ? answersAgain : withoutWorker(queue)}\n`);
      missing = queue === null ? missing : !queue.polled;
      await pause(lookEverySeconds * 1000, undefined, { signal });
    }
  } catch {
    // The result is there.
  }
}
