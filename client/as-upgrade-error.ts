import {
  isGrpcServiceError,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import {
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/common';
import { failureType } from '../schema/failure';
import { ConnectionRefused } from '../connection/connection-refused';
import { UpgradeError, type UpgradeErrorCode } from './upgrade-error';

/** gRPC's numbers for what happens to people: no answer in time, nobody there, a wrong argument. */
const grpc = {
  invalidArgument: 3,
  deadlineExceeded: 4,
  permissionDenied: 7,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/**
 * The sentence in an error of Temporal, or the error itself when it is none that an operator can act on (a bug then
 * shows its stack).
 */
export function asUpgradeError(options: {
  error: unknown;
  workflowId: string;
  address: string;
  taskQueue: string;
}): unknown {
  const { error, workflowId } = options;
  if (error instanceof UpgradeError) return error;
  if (error instanceof ConnectionRefused)
    return new UpgradeError({ code: error.code, message: error.message, cause: error });
  const told = sentenceOf(options);
  return told === null ? error : new UpgradeError({ ...told, workflowId, cause: error });
}

type Told = { readonly code: UpgradeErrorCode; readonly message: string };

function sentenceOf(options: { error: unknown; workflowId: string; address: string; taskQueue: string }): Told | null {
  const { error, workflowId, address, taskQueue } = options;
  if (error instanceof WorkflowExecutionAlreadyStartedError)
    return {
      code: 'alreadyOpen',
      message: `A run ${workflowId} is open already, so none was started. Follow it (watch), or end it before you start another.`,
    };
  if (error instanceof WorkflowNotFoundError)
    return {
      code: 'runNotFound',
      message: `There is no run ${workflowId} on ${address}, or it has ended. Nothing changed.`,
    };
  if (error instanceof WorkflowUpdateFailedError || error instanceof WorkflowFailedError) return innermost(error);
  switch (grpcCode(error)) {
    case grpc.deadlineExceeded:
      return {
        code: 'noWorker',
        message: `Nobody answers for ${workflowId}: no worker polls task queue ${taskQueue}, or it is cut off. The run itself waits; look at the worker.`,
      };
    case grpc.unavailable:
      return {
        code: 'serverUnreachable',
        message: `No Temporal server answers at ${address}. Nothing changed. TEMPORAL_ADDRESS says where it is.`,
      };
    case grpc.permissionDenied:
    case grpc.unauthenticated:
      return { code: 'notAuthorized', message: `${address} does not let us in: ${detailsOf(error)}. Nothing changed.` };
    default:
      return null;
  }
}

/** The namespace does not know the attributes by which the list of runs can be filtered. */
export function lacksSearchAttributes(error: unknown): boolean {
  return grpcCode(error) === grpc.invalidArgument && /search attribute/i.test(detailsOf(error));
}

/** How often an error may be wrapped before we stop looking; Temporal wraps three times. */
const deepest = 10;

/** What a workflow or a validator said: the message of the failure that caused all the others. */
function innermost(error: Error): Told {
  const code = error instanceof WorkflowUpdateFailedError ? 'messageRefused' : 'runFailed';
  let failure: Error = error;
  for (let depth = 0; depth < deepest; depth++) {
    if (failure instanceof ApplicationFailure && failure.message !== '')
      return {
        code: failure.type === failureType.reportUnavailable ? 'reportUnavailable' : code,
        message: failure.message,
      };
    if (failure instanceof CancelledFailure)
      return { code: 'runCancelled', message: `The run was cancelled. ${failure.message}` };
    if (failure instanceof TerminatedFailure)
      return {
        code: 'runTerminated',
        message: 'The run was terminated: nothing was put back. Start finish for this cloud, which does it.',
      };
    if (!(failure.cause instanceof Error)) break;
    failure = failure.cause;
  }
  return { code, message: failure.message };
}

function grpcCode(error: unknown): number | undefined {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return grpc.deadlineExceeded;
  const found = chain(error).find(isGrpcServiceError);
  return found?.code;
}

function detailsOf(error: unknown): string {
  const found = chain(error).find(isGrpcServiceError);
  return found?.details ?? '';
}

function chain(error: unknown): unknown[] {
  const errors: unknown[] = [];
  let one: unknown = error;
  while (one instanceof Error && errors.length < deepest) {
    errors.push(one);
    one = one.cause;
  }
  return errors;
}
