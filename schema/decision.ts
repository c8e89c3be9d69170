import type { HostName, Instant } from './names';

/** One open question to a person. `code` is what every answer names, so that a stale browser tab answers nothing. */
export interface Gate {
  readonly code: string;
  readonly about: GateSubject;
  readonly question: string;
  readonly choices: readonly Choice[];
  /** Ids of the warnings that an approval here must accept by name. */
  readonly accept: readonly string[];
  readonly openedAt: Instant;
}

export type GateSubject =
  | { readonly kind: 'plan'; readonly digest: string }
  | { readonly kind: 'lock'; readonly runId: string }
  | { readonly kind: 'phase'; readonly phaseId: string }
  | { readonly kind: 'drift'; readonly phaseId: string }
  /** What a rollback that was chosen takes away. */
  | { readonly kind: 'loss'; readonly phaseId: string }
  | { readonly kind: 'confirm'; readonly phaseId: string; readonly stepId: string; readonly host: HostName }
  | { readonly kind: 'failure'; readonly phaseId: string; readonly stepId: string; readonly host: HostName };

/**
 * retry: run it again, as a new generation. skip: leave this step on this host. markDone: a person did it by hand.
 * leaveHostOut: no further step on this host. leavePhaseOut: this phase stays undone, the run goes on. wait: look again
 * for as long as before. repair: do what the plan has against it, then look again. rollBack: undo every phase that was
 * begun, the last one first. rollBackWithRestore: of a rolling run, stop everything and restore its databases as well. abort: stop here
 * and tidy up.
 */
export type Choice =
  | 'approve'
  | 'reject'
  | 'retry'
  | 'skip'
  | 'markDone'
  | 'leaveHostOut'
  | 'leavePhaseOut'
  | 'wait'
  | 'repair'
  | 'kill'
  | 'rollBack'
  | 'rollBackWithRestore'
  | 'abort';

/** Which rollback a person chose. */
export type RollbackChoice = Extract<Choice, 'rollBack' | 'rollBackWithRestore'>;

/** A person's answer: who, what, why, when, at which gate. `by` is a claim: nothing here proves a name. */
export interface Decision {
  readonly gate: string;
  readonly about: GateSubject;
  readonly choice: Choice;
  readonly by: string;
  readonly reason: string;
  /** Ids of warnings accepted with an approval. */
  readonly accept: readonly string[];
  readonly via: 'update' | 'signal' | 'automatic';
  readonly at: Instant;
}
