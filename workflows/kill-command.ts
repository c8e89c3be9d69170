import { ActivityFailure } from '@temporalio/workflow';
import { outcomeOf, type Outcome } from '../schema/outcome';
import { boundId } from '../schema/step-name';
import type { Desk } from './desk/desk';
import { now } from './desk/desk';
import { sentenceOfFailure } from './failures';
import { activities } from './timeouts';

/** Asks the host to end a command and all it started. Could not be asked: the command is taken to run still. */
export async function killCommand(options: {
  desk: Desk;
  host: string;
  stepId: string;
  generation: string;
  by: string;
  reason: string;
}): Promise<Outcome> {
  const { desk, host, stepId, generation, by, reason } = options;
  const { runId, cloud, fence } = desk.told();
  try {
    return await activities.kill.executeWithOptions({ summary: `${host}: end ${stepId}, by ${by}` }, [
      { runId, cloud, host, stepId, generation, by, reason, ...(fence === null ? {} : { fence }) },
    ]);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return outcomeOf({
      kind: 'failed',
      call: { stepId, host, generation },
      sentence: `${boundId({ stepId, host })} could not be ended: ${sentenceOfFailure(error)}`,
      stillRunning: true,
      startedAt: now(),
      endedAt: now(),
    });
  }
}
