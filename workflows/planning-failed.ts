import { ActivityFailure, isCancellation, patched } from '@temporalio/workflow';
import type { Desk } from './desk/desk';
import { ownFailure, sentenceOfFailure } from './failures';

/**
 * What a workflow ends with when there is no plan: the activity's own failure. Nothing was changed by then, and its status says so, with the
 * reason: a run that has failed would be shown as planning for ever.
 */
export function planningFailed(options: { desk: Desk; error: unknown }): unknown {
  const { desk, error } = options;
  if (error instanceof ActivityFailure && patched('failed-planning-is-told'))
    desk.tell(
      isCancellation(error)
        ? {
            stage: 'cancelled',
            sentence: `Nothing was changed on ${desk.told().cloud}: cancelled before there was a plan.`,
          }
        : { stage: 'refused', sentence: sentenceOfFailure(error) },
    );
  return ownFailure(error);
}
