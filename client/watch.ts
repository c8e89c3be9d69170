import type { Gate, GateSubject } from '../schema/decision';
import type { RunStatus } from '../schema/status';
import { looksAt, type Asks, type LookOptions } from './looks';
import { eventsBetween, type RunEvent } from './run-events';
import { UpgradeError } from './upgrade-error';

/** What watching adds to a run's own events. */
export type WatchEvent =
  | (RunEvent & { readonly status: RunStatus })
  /** Server or worker are away; the watch continues, and so does the run once they are back. Once for each reason. */
  | { readonly kind: 'away'; readonly error: UpgradeError }
  /** They answer again. */
  | { readonly kind: 'back' }
  /** The last: the run is over, however it ended. `status` null: it could never be asked. */
  | { readonly kind: 'ended'; readonly status: RunStatus | null };

export type WatchOptions = LookOptions;

/** Follows a run to its end, or until the signal: events in their order, each once. */
export async function* watchRun(options: { asks: Asks } & WatchOptions): AsyncGenerator<WatchEvent, void, undefined> {
  let before: RunStatus | null = null;
  let away: UpgradeError | null = null;
  for await (const look of looksAt(options)) {
    if (look.kind === 'away') {
      if (look.error.code !== away?.code) yield look;
      away = look.error;
      continue;
    }
    if (away !== null) yield { kind: 'back' };
    away = null;
    const { status } = look;
    for (const event of eventsBetween({ before, after: status })) yield { ...event, status };
    before = status;
  }
  if (options.signal?.aborted !== true) yield { kind: 'ended', status: before };
}

/**
 * The next open gate of one kind (any, when none is said); one that is open already counts.
 * @throws UpgradeError `runEnded` when the run ends without opening it
 */
export async function waitForGate(
  options: { asks: Asks; workflowId: string; about?: GateSubject['kind'] } & WatchOptions,
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
