import { setTimeout as pause } from 'node:timers/promises';
import { startOfOutput, type OutputPart, type OutputPlace, type OutputState, type OutputWish } from '../schema/output';
import type { Outcome } from '../schema/outcome';
import { boundId } from '../schema/step-name';
import type { StepAttempt } from './step-attempts';
import { UpgradeError } from './upgrade-error';

/** What a step prints, as it is read. */
export type OutputEvent =
  | { readonly kind: 'attempt'; readonly step: string; readonly attempt: number; readonly of: number }
  | { readonly kind: 'out' | 'err'; readonly text: string }
  /** Server or worker are away; following continues once they are back. Once for each reason. */
  | { readonly kind: 'away'; readonly error: UpgradeError }
  /** The last: nothing more will come, or nothing more is there and it was not to be followed. */
  | { readonly kind: 'end'; readonly state: OutputState; readonly exitCode: number | null };

export interface OutputOptions {
  /** As in `heat/db-sync@ctl1`; the host may be left out where only one has the step. */
  readonly step: string;
  /** 1 is the first. Default: the last. */
  readonly attempt?: number;
  /** To the end of the command. Default: what is there now. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** Once a second, while server or worker are away. */
const everySeconds = 1;

/**
 * The output of one attempt of a step, read from its host by a worker, secrets taken out. A probe leaves none on its host: its
 * last words are those of its outcome.
 * @throws UpgradeError `outputUnavailable`
 */
export async function* stepOutput(options: {
  readonly attempts: readonly StepAttempt[];
  readonly workflowId: string;
  readonly wish: OutputOptions;
  readonly read: (options: { readonly place: OutputPlace; readonly wish: OutputWish }) => Promise<OutputPart>;
}): AsyncGenerator<OutputEvent, void, undefined> {
  const { attempts, workflowId, wish, read } = options;
  const { chosen, number } = chosenAttempt({ attempts, workflowId, wish });
  const { cloud, runId, host, step, generation } = chosen.input;
  const place = { cloud, runId, host, stepId: step.id, generation };
  yield { kind: 'attempt', step: boundId(place), attempt: number, of: attempts.length };
  if (step.kind === 'probe') {
    yield* lastWords({ outcome: chosen.outcome, step: boundId(place), workflowId });
    return;
  }
  yield* parts({ place, wish, read });
}

async function* parts(options: {
  readonly place: OutputPlace;
  readonly wish: OutputOptions;
  readonly read: Parameters<typeof stepOutput>[0]['read'];
}): AsyncGenerator<OutputEvent, void, undefined> {
  const { place, wish, read } = options;
  const { follow = false, signal } = wish;
  let from = startOfOutput;
  let away: UpgradeError | null = null;
  while (signal?.aborted !== true) {
    const part = await read({ place, wish: { from, follow } }).catch((error: unknown) => awayOf({ error, follow }));
    if (part instanceof UpgradeError) {
      if (part.code !== away?.code) yield { kind: 'away', error: part };
      away = part;
      await pause(everySeconds * 1000, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
      continue;
    }
    away = null;
    if (part.out !== '') yield { kind: 'out', text: part.out };
    if (part.err !== '') yield { kind: 'err', text: part.err };
    const moved = part.next.out.offset > from.out.offset || part.next.err.offset > from.err.offset;
    from = part.next;
    if (part.complete || (!follow && !moved)) {
      yield { kind: 'end', state: part.state, exitCode: part.exitCode };
      return;
    }
  }
}

function awayOf({ error, follow }: { readonly error: unknown; readonly follow: boolean }): UpgradeError {
  if (follow && error instanceof UpgradeError && error.retryable) return error;
  throw error;
}

function* lastWords(options: {
  readonly outcome: Outcome | null;
  readonly step: string;
  readonly workflowId: string;
}): Generator<OutputEvent, void, undefined> {
  const { outcome, step, workflowId } = options;
  if (outcome === null)
    throw unavailable({
      workflowId,
      message: `${step} is a check that still runs; its last answer is in Pending Activities of the Web UI, and in watch.`,
    });
  if (outcome.stdoutTail !== '') yield { kind: 'out', text: outcome.stdoutTail };
  if (outcome.stderrTail !== '') yield { kind: 'err', text: outcome.stderrTail };
  yield { kind: 'end', state: 'ended', exitCode: outcome.exitCode };
}

function chosenAttempt(options: {
  readonly attempts: readonly StepAttempt[];
  readonly workflowId: string;
  readonly wish: OutputOptions;
}): { readonly chosen: StepAttempt; readonly number: number } {
  const { attempts, workflowId, wish } = options;
  const { step, attempt = attempts.length } = wish;
  const hosts = [...new Set(attempts.map(({ input }) => input.host))];
  if (hosts.length > 1)
    throw unavailable({
      workflowId,
      message: `${step} ran on several hosts. Name one: ${hosts.map((host) => `${step}@${host}`).join(', ')}.`,
    });
  const chosen = attempts[attempt - 1];
  if (chosen !== undefined) return { chosen, number: attempt };
  const message =
    attempts.length === 0
      ? `${workflowId} has not started ${step}. The plan names every step: openstack-upgrade plan ${workflowId}.`
      : `${step} has ${attempts.length} attempts, and none with number ${attempt}.`;
  throw unavailable({ workflowId, message });
}

function unavailable(options: { readonly workflowId: string; readonly message: string }): UpgradeError {
  return new UpgradeError({ code: 'outputUnavailable', ...options });
}
