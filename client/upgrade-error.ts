import { errorCodes, type UpgradeErrorCode } from './error-codes';

/** Something was not done, and this is the sentence that says why and what to do. Printed without a stack trace. */
export class UpgradeError extends Error {
  override readonly name = 'UpgradeError';
  readonly code: UpgradeErrorCode;
  /** The same call may succeed later, without anybody changing anything. */
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
    this.retryable = errorCodes[options.code].retryable;
    this.workflowId = options.workflowId === '' ? undefined : options.workflowId;
  }
}
