import type { Outcome, OutcomeKind, PlacedOutcome } from '../../schema/outcome';
import type { Phase } from '../../schema/plan';
import type { StepCall } from './effects';
import type { Run } from './run';

/** A command that runs on while a person is asked about it. */
export interface Following {
  /** How it ended meanwhile. Null: it may still be running. */
  readonly ended: () => Outcome | null;
  /** Nobody needs to know any more: a person has answered. */
  readonly leave: () => void;
}

/** How a command can be said to have ended by itself. Everything else is left to the person who is asked. */
const ends: readonly OutcomeKind[] = ['done', 'unchanged', 'failed', 'interrupted'];

/** Each look at a command that is too long may last twice as long as the one before: from a minute to a day in eleven. */
const looksThatDouble = 11;
/** A host that comes and goes: then only the person is left. */
const mostLooks = 50;

/**
 * Goes on following a command that took too long, so that its question is withdrawn when it ends: nobody is woken for what is over. It is
 * only attached to, never started, and may be left at any time. Null: this run was begun by a worker that did not do so.
 */
export function follow(options: {
  run: Run;
  phase: Pick<Phase, 'id'>;
  call: StepCall;
  outcome: Outcome;
}): Following | null {
  const { run, phase, call, outcome } = options;
  const { follow: attach } = run.effects;
  if (outcome.kind !== 'overtime' || attach === null) return null;
  const state: { ended: Outcome | null; left: boolean } = { ended: null, left: false };
  const watch = async (): Promise<void> => {
    for (let look = 1; look <= mostLooks; look++) {
      const waits = (call.waits + 1) * 2 ** Math.min(look, looksThatDouble) - 1;
      const seen = await attach({ ...call, waits, attachOnly: true, pointless: () => state.left });
      if (state.left) return;
      if (ends.includes(seen.kind) && !seen.stillRunning) {
        const placed: PlacedOutcome = { ...seen, phaseId: phase.id };
        run.journal.ended({ ...call, outcome: placed });
        state.ended = placed;
        return;
      }
      if (seen.kind !== 'overtime' && seen.kind !== 'unreachable') return;
    }
  };
  void watch();
  return {
    ended: () => state.ended,
    leave: () => {
      state.left = true;
    },
  };
}
