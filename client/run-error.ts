import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure } from '@temporalio/common';
import { failureType, type FailureType } from '../schema/failure';
import { causesOf } from './causes';
import type { UpgradeErrorCode } from './error-codes';
import type { Told } from './told';

/** What a workflow or a validator said: the message of the failure that caused all the others. */
export function runErrorOf(error: Error): Told {
  const fallback = error instanceof WorkflowUpdateFailedError ? 'messageRefused' : 'runFailed';
  const failures = causesOf(error);
  for (const failure of failures) {
    if (failure instanceof ApplicationFailure && failure.message !== '')
      return { code: codeOfType(failure.type) ?? fallback, message: failure.message };
    if (failure instanceof CancelledFailure)
      return { code: 'runCancelled', message: `The run was cancelled. ${failure.message}` };
    if (failure instanceof TerminatedFailure)
      return {
        code: 'runTerminated',
        message: 'The run was terminated: nothing was restored. Start finish for this cloud, which does it.',
      };
  }
  return { code: fallback, message: failures.at(-1)?.message ?? error.message };
}

/** By the types that workflows give their failures; every one of them has a code. */
const codes = {
  [failureType.requestInvalid]: 'invalidRequest',
  [failureType.cloudUnknown]: 'cloudUnknown',
  [failureType.cloudFileInvalid]: 'cloudFileInvalid',
  [failureType.planRefused]: 'planRefused',
  [failureType.planTooLarge]: 'planTooLarge',
  [failureType.reportUnavailable]: 'reportUnavailable',
  [failureType.restorePointUnknown]: 'restorePointUnknown',
  [failureType.restorePointKept]: 'restorePointKept',
  [failureType.outputUnavailable]: 'outputUnavailable',
  [failureType.messageInvalid]: 'messageInvalid',
  [failureType.gateNotOpen]: 'gateNotOpen',
  [failureType.gateAnswered]: 'gateAnswered',
  [failureType.choiceNotOffered]: 'choiceNotOffered',
  [failureType.notApprover]: 'notApprover',
  [failureType.warningsNotAccepted]: 'warningsNotAccepted',
  [failureType.stepNotRunning]: 'stepNotRunning',
  [failureType.alreadyPaused]: 'alreadyPaused',
  [failureType.notPaused]: 'notPaused',
  [failureType.runEnding]: 'runEnding',
} as const satisfies Readonly<Record<FailureType, UpgradeErrorCode>>;

/** Temporal's own word for an update whose run ended before it answered. */
const runEndedFirst = 'AcceptedUpdateCompletedWorkflow';

function codeOfType(type: string | null | undefined): UpgradeErrorCode | undefined {
  if (type === runEndedFirst) return 'runEnded';
  return (codes as Readonly<Record<string, UpgradeErrorCode>>)[type ?? ''];
}
