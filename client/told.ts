import type { UpgradeErrorCode } from './error-codes';

/** An error of Temporal as a code and a sentence. */
export interface Told {
  readonly code: UpgradeErrorCode;
  readonly message: string;
}

/** What was asked of whom, for the sentence. */
export interface Asked {
  readonly workflowId: string;
  readonly address: string;
  readonly taskQueue: string;
  /** Who it was when nobody answered in time. Default: the worker. */
  readonly silent?: 'serverUnreachable' | 'noWorker' | undefined;
}
