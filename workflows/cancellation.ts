import { allHandlersFinished, CancellationScope, CancelledFailure, condition } from '@temporalio/workflow';

/**
 * Runs the part that changes the cloud so that a cancel request reaches it only as a question: running changes end, no
 * new step starts, `finally` runs. Nothing is torn down under a running command.
 */
export async function heedingCancel<T>(body: (isCancelled: () => boolean) => Promise<T>): Promise<T> {
  const root = CancellationScope.current();
  return CancellationScope.nonCancellable(async () => {
    const value = await body(() => root.consideredCancelled);
    // Whoever still waits for an answer to an update gets it.
    await condition(allHandlersFinished);
    return value;
  });
}

/** Ends the workflow as Canceled; Temporal has no place for a result there, the page and the queries keep it. */
export function endCancelled(sentence: string): never {
  throw new CancelledFailure(sentence);
}
