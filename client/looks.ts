import { setTimeout as pause } from 'node:timers/promises';
import type { RunStatus } from '../schema/status';
import { UpgradeError } from './upgrade-error';

/** How a run is looked at from outside. */
export interface Asks {
  readonly status: () => Promise<RunStatus>;
  readonly isOpen: () => Promise<boolean>;
}

/** One look at a run. `away`: server or worker do not answer now; the run itself waits for them, and so do we. */
export type Look =
  | { readonly kind: 'seen'; readonly status: RunStatus; readonly open: boolean }
  | { readonly kind: 'away'; readonly error: UpgradeError };

export interface LookOptions {
  readonly signal?: AbortSignal;
  /** How often the run is asked. Default 1. */
  readonly everySeconds?: number;
}

/**
 * Looks at a run again and again until it has ended or until the signal, through the death of worker and server.
 * @throws UpgradeError that no waiting cures: there is no such run, access is refused
 */
export async function* looksAt(options: { asks: Asks } & LookOptions): AsyncGenerator<Look, void, undefined> {
  const { asks, signal, everySeconds = 1 } = options;
  while (signal?.aborted !== true) {
    // Asked first: a run that ends between the two questions is looked at once more, and its last status is seen.
    const open = await patiently(asks.isOpen);
    const status = open instanceof UpgradeError ? open : await patiently(asks.status);
    if (!(open instanceof UpgradeError || status instanceof UpgradeError)) yield { kind: 'seen', status, open };
    // A run that has ended is over, whether or not a worker is there to tell its last status.
    if (open === false) return;
    if (status instanceof UpgradeError) yield { kind: 'away', error: status };
    await pause(everySeconds * 1000, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

async function patiently<T>(ask: () => Promise<T>): Promise<T | UpgradeError> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UpgradeError && error.retryable) return error;
    throw error;
  }
}
