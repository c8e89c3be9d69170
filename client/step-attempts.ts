import type { Client } from '@temporalio/client';
import { decodeFromPayloadsAtIndex } from '@temporalio/common/lib/internal-non-workflow';
import type { temporal } from '@temporalio/proto';
import type { StepInput } from '../schema/activities';
import type { Outcome } from '../schema/outcome';
import { boundId } from '../schema/step-name';
import { refOf, type RunRef } from './run-ref';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** One attempt of a step: what was asked for, and how it ended; null while it runs. */
export interface StepAttempt {
  readonly input: StepInput;
  readonly outcome: Outcome | null;
}

/**
 * Every attempt of a step that a run has asked for, from its history: no worker is needed. `step` as in
 * `heat/db-sync@ctl1`; without a host, of whichever host. A retry is another attempt; "wait" is not.
 */
export async function stepAttempts(options: {
  readonly client: Client;
  readonly run: RunRef;
  readonly step: string;
}): Promise<readonly StepAttempt[]> {
  const { client, run, step } = options;
  const { workflowId, runId } = refOf(run);
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const scheduled = (events ?? []).filter(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'openstackStep',
  );
  const attempts: StepAttempt[] = [];
  for (const event of scheduled) {
    const payloads = event.activityTaskScheduledEventAttributes?.input?.payloads;
    const input = await decodeFromPayloadsAtIndex<StepInput>(client.options.loadedDataConverter, 0, payloads);
    if (!isAsked({ input, step })) continue;
    const outcome = await outcomeOf({ client, events: events ?? [], scheduled: event });
    const earlier = attempts.findIndex((one) => isSame(one.input, input));
    if (earlier >= 0) attempts[earlier] = { input, outcome };
    else attempts.push({ input, outcome });
  }
  return attempts;
}

function isAsked({ input, step }: { readonly input: StepInput; readonly step: string }): boolean {
  const bound = boundId({ stepId: input.step.id, host: input.host });
  return step === bound || step === input.step.id;
}

function isSame(one: StepInput, other: StepInput): boolean {
  return one.step.id === other.step.id && one.host === other.host && one.generation === other.generation;
}

async function outcomeOf(options: {
  readonly client: Client;
  readonly events: readonly HistoryEvent[];
  readonly scheduled: HistoryEvent;
}): Promise<Outcome | null> {
  const { client, events, scheduled } = options;
  const completed = events.find(
    ({ activityTaskCompletedEventAttributes: done }) =>
      done?.scheduledEventId?.toString() === scheduled.eventId?.toString(),
  );
  const payloads = completed?.activityTaskCompletedEventAttributes?.result?.payloads;
  if (payloads === undefined || payloads === null) return null;
  return decodeFromPayloadsAtIndex<Outcome>(client.options.loadedDataConverter, 0, payloads);
}
