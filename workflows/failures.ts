import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import { failureType, type FailureType, type MessageRefusal } from '../schema/failure';

/** Fails the workflow once and for all, with a sentence as the headline in the UI. */
export function failWith(options: { type: FailureType; sentence: string }): ApplicationFailure {
  return ApplicationFailure.create({ nonRetryable: true, type: options.type, message: options.sentence });
}

/** Refuses a message: the UI shows the sentence alone when there is no stack under it. */
export function refuse({ why, sentence }: MessageRefusal): ApplicationFailure {
  const failure = failWith({ type: failureType[why], sentence });
  failure.stack = '';
  return failure;
}

/** What an activity said when it gave up, without Temporal's "Activity task failed" around it. */
export function sentenceOfFailure(error: ActivityFailure): string {
  return error.cause?.message ?? error.message;
}

/** The activity's own failure, so that its sentence and type stand in the UI's headline. */
export function ownFailure(error: unknown): unknown {
  if (!(error instanceof ActivityFailure) || !(error.cause instanceof ApplicationFailure)) return error;
  const { message, type, details } = error.cause;
  return ApplicationFailure.create({
    nonRetryable: true,
    message,
    ...(type === undefined || type === null ? {} : { type }),
    ...(details === undefined || details === null ? {} : { details }),
  });
}
