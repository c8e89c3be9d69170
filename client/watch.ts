import { setTimeout as pause } from 'node:timers/promises';
import type { Gate, GateSubject } from '../schema/decision';
import type { RunStatus } from '../schema/status';
import { eventsBetween, type RunEvent } from './run-events';
import { UpgradeError } from './upgrade-error';

/** What watching adds to a run's own events. */
export type WatchEvent =
  | (RunEvent & { readonly status: RunStatus })
  /** Server or worker are away; the watch goes on, and so does the run once they are back. Said once an absence. */
  | { readonly kind: 'away'; readonly error: UpgradeError }
  /** The last: the run is over, however it ended. `status` null: it could never be asked. */
  | { readonly kind: 'ended'; readonly status: RunStatus | null };

export interface WatchOptions {
  readonly signal?: AbortSignal;
  /** How often the run is asked. Default 1. */
  readonly everySeconds?: number;
}

interface Looks {
  readonly status: () => Promise<RunStatus>;
  readonly isOpen: () => Promise<boolean>;
}

/** Follows a run to its end, or until the signal: events in their order, each once. */
export async function* watchRun(options: { looks: Looks } & WatchOptions): AsyncGenerator<WatchEvent, void, undefined> {
  const { looks, signal, everySeconds = 1 } = options;
  let before: RunStatus | null = null;
  let away = false;
  while (signal?.aborted !== true) {
    const look = await lookAt(looks);
    if (look.error !== null && !away) yield { kind: 'away', error: look.error };
    away = look.error !== null;
    if (look.status !== null) {
      for (const event of eventsBetween({ before, after: look.status })) yield { ...event, status: look.status };
      before = look.status;
    }
    if (look.open === false) {
      yield { kind: 'ended', status: before };
      return;
    }
    await pause(everySeconds * 1000, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

/** Asked for being open first: a run that ends between the two questions is looked at once more. */
async function lookAt(looks: Looks): Promise<{
  readonly open: boolean | null;
  readonly status: RunStatus | null;
  readonly error: UpgradeError | null;
}> {
  const open = await tolerant(looks.isOpen);
  if (open instanceof UpgradeError) return { open: null, status: null, error: open };
  const status = await tolerant(looks.status);
  return status instanceof UpgradeError ? { open, status: null, error: status } : { open, status, error: null };
}

async function tolerant<T>(ask: () => Promise<T>): Promise<T | UpgradeError> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UpgradeError && (error.retryable || error.code === 'runNotFound')) return error;
    throw error;
  }
}

/**
 * The next open gate of one kind (any, when none is said); one that is open already counts.
 * @throws UpgradeError `runEnded` when the run ends without opening it
 */
export async function waitForGate(
  options: { looks: Looks; workflowId: string; about?: GateSubject['kind'] } & WatchOptions,
): Promise<Gate> {
  const { about, workflowId, signal } = options;
  for await (const event of watchRun(options)) {
    if (event.kind === 'gateOpened' && (about === undefined || event.gate.about.kind === about)) return event.gate;
  }
  signal?.throwIfAborted();
  const which = about === undefined ? 'a gate' : `a gate about ${about}`;
  throw new UpgradeError({
    code: 'runEnded',
    message: `${workflowId} ended without opening ${which}. Its result says how.`,
    workflowId,
  });
}
