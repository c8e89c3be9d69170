import { isGrpcServiceError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { causesOf } from './causes';
import type { Asked, Told } from './told';

/** gRPC's numbers: https://grpc.io/docs/guides/status-codes/ */
const grpc = {
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
  unauthenticated: 16,
} as const;

/** What the server, or the way to it, said of a call; null when the error did not come from there. */
export function serverErrorOf(options: Asked & { readonly error: unknown }): Told | null {
  const { error, workflowId, address, taskQueue } = options;
  const details = detailsOf(error);
  switch (grpcCode(error)) {
    case undefined:
      return null;
    case grpc.deadlineExceeded:
      if (options.silent === 'serverUnreachable') return unreachable(address);
      return {
        code: 'noWorker',
        message: `Nobody answers for ${workflowId}: no worker polls task queue ${taskQueue}, or it is cut off. The run itself waits; check the worker.`,
      };
    // A server that ends cancels the calls it was answering.
    case grpc.cancelled:
    case grpc.unavailable:
      return unreachable(address);
    // Of a query: no worker has processed the run yet, or the one that did was killed and its work is being repeated.
    case grpc.failedPrecondition:
      return {
        code: 'runNotReady',
        message: `No worker has processed ${workflowId} since it started or since its worker ended (${details}). The run itself waits; check the worker.`,
      };
    case grpc.permissionDenied:
    case grpc.unauthenticated:
      return { code: 'notAuthorized', message: `${address} refuses access: ${details}. Nothing changed.` };
    case grpc.resourceExhausted:
    case grpc.aborted:
      return { code: 'serverBusy', message: `The Temporal server at ${address} is busy: ${details}. Try again.` };
    case grpc.unknown:
    case grpc.internal:
    case grpc.dataLoss:
      return { code: 'serverFailed', message: `The Temporal server at ${address} failed: ${details}. Try again.` };
    default:
      return {
        code: 'serverRefused',
        message: `The Temporal server at ${address} does not accept this call: ${details}. Nothing changed.`,
      };
  }
}

function unreachable(address: string): Told {
  return {
    code: 'serverUnreachable',
    message: `No Temporal server answers at ${address}. TEMPORAL_ADDRESS says where it is.`,
  };
}

/** The namespace does not know the attributes by which the list of runs can be filtered. */
export function lacksSearchAttributes(error: unknown): boolean {
  return grpcCode(error) === grpc.invalidArgument && /search attribute/i.test(detailsOf(error));
}

function grpcCode(error: unknown): number | undefined {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return grpc.deadlineExceeded;
  return causesOf(error).find(isGrpcServiceError)?.code;
}

function detailsOf(error: unknown): string {
  return causesOf(error).find(isGrpcServiceError)?.details ?? '';
}
