import type { ConnectionProblem } from '../connection/connection-refused';

/** What a program can tell apart. Closed: another one is a new minor version. docs/client.md says each in a line. */
export type UpgradeErrorCode =
  | ConnectionProblem
  /** The request has a wrong shape, or asks for what this version does not do. */
  | 'invalidRequest'
  /** A run of this id is open; none was started. */
  | 'alreadyOpen'
  /** No such run, or it has ended. */
  | 'runNotFound'
  /** No worker answers for the task queue. */
  | 'noWorker'
  /** The workflow refused a message: no such open gate, not an approver, a warning that was not accepted. */
  | 'messageRefused'
  /** The plan at the gate is not the one whose digest was approved. */
  | 'planChanged'
  /** The run ended while something was waited for in it. */
  | 'runEnded'
  | 'runFailed'
  | 'runCancelled'
  | 'runTerminated'
  /** No report is written yet, or it is too large to be fetched. */
  | 'reportUnavailable';

/** The same call may succeed later, without anybody changing anything. */
const retryable: ReadonlySet<UpgradeErrorCode> = new Set(['serverUnreachable', 'noWorker']);

/** Something was not done, and this is the sentence that says why and what to do. Printed without a stack trace. */
export class UpgradeError extends Error {
  override readonly name = 'UpgradeError';
  readonly code: UpgradeErrorCode;
  readonly retryable: boolean;
  /** The run it is about, where there is one. */
  readonly workflowId: string | undefined;

  constructor(options: {
    readonly code: UpgradeErrorCode;
    readonly message: string;
    readonly workflowId?: string | undefined;
    readonly cause?: unknown;
  }) {
    super(options.message, { cause: options.cause });
    this.code = options.code;
    this.retryable = retryable.has(options.code);
    this.workflowId = options.workflowId === '' ? undefined : options.workflowId;
  }
}
