import { QueryNotRegisteredError, WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import {
  NamespaceNotFoundError,
  ValueError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/common';
import { ConnectionRefused } from '../connection/connection-refused';
import { causesOf } from './causes';
import { runErrorOf } from './run-error';
import { serverErrorOf } from './server-error';
import type { Asked, Told } from './told';
import { UpgradeError } from './upgrade-error';

/** The UpgradeError for an error of Temporal; any other error is a bug, and stays itself so that its stack is shown. */
export function asUpgradeError(options: Asked & { readonly error: unknown }): unknown {
  const { error, workflowId } = options;
  if (error instanceof UpgradeError) return error;
  if (error instanceof ConnectionRefused)
    return new UpgradeError({ code: error.code, message: error.message, cause: error });
  const told = toldOf(options);
  return told === null ? error : new UpgradeError({ ...told, workflowId, cause: error });
}

function toldOf(options: Asked & { readonly error: unknown }): Told | null {
  const { error, workflowId, address } = options;
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
  if (error instanceof NamespaceNotFoundError)
    return { code: 'namespaceNotFound', message: `${address} has no namespace ${error.namespace}. Nothing changed.` };
  if (error instanceof QueryNotRegisteredError)
    return {
      code: 'queryFailed',
      message:
        `The worker cannot read ${workflowId}: ${error.message}. Nothing changed. ` +
        "Either it is not an upgrade, or the worker is of another release than the one that started it: see the worker's log.",
    };
  if (error instanceof WorkflowUpdateFailedError || error instanceof WorkflowFailedError) return runErrorOf(error);
  return unreadable(error) ?? serverErrorOf(options);
}

/** What the codec and Temporal's converter throw for bytes they cannot decode. */
function unreadable(error: unknown): Told | null {
  const found = causesOf(error).find((one) => one instanceof ValueError);
  if (found === undefined) return null;
  const remedy = /binary\/encrypted/.test(found.message)
    ? 'The data of this run is encrypted. Name the file with its key in OSU_CODEC_KEYS or --codec-keys.'
    : found.message;
  return { code: 'payloadUnreadable', message: `${remedy} Nothing changed.` };
}
