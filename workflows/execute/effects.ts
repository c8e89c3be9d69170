import type { Choice, Decision, GateSubject } from '../../schema/decision';
import type { HostName, Instant } from '../../schema/names';
import type { Outcome } from '../../schema/outcome';
import type { CommandStep } from '../../schema/plan';
import type { Progress } from './journal';

/**
 * All that `execute` may do to the world. The workflow backs it with activities, gates and timers; tests with a toy
 * cloud. Nothing here throws for what can be expected: a step's failure is an outcome.
 */
export interface Effects {
  /**
   * Runs a step, or attaches to it when this generation was started before. A probe that became `pointless` while it
   * waits may be cut short; a change never is.
   */
  readonly runStep: (call: StepCall & { readonly pointless: () => boolean }) => Promise<Outcome>;
  /**
   * Attaches to a command that may still run, beside an open question about it; cut short when it became `pointless`, and the command is
   * left alone. Null: not in this run, which an earlier worker began.
   */
  readonly follow: ((call: StepCall & { readonly pointless: () => boolean }) => Promise<Outcome>) | null;
  /** What a rollback takes away is accepted kind by kind. Not in a run that an earlier worker began: one word accepted all of it. */
  readonly acceptsByKind: boolean;
  /** Ends a running command; the outcome says whether anything of it is left. */
  readonly killStep: (call: StepCall & { readonly by: string; readonly reason: string }) => Promise<Outcome>;
  /** Opens a gate. Null: the question became pointless (`withdrawn`) before anybody answered. */
  readonly ask: (question: Question) => Promise<Decision | null>;
  /** Records an answer that the plan itself gave, so that it is seen beside those of people. */
  readonly recordAutomatic: (answer: Pick<Decision, 'about' | 'choice' | 'reason'>) => void;
  /** Waits until it holds. */
  readonly until: (holds: () => boolean) => Promise<void>;
  readonly isPaused: () => boolean;
  readonly isCancelled: () => boolean;
  /** A name that was never used and that a reset does not repeat. */
  readonly newGeneration: () => string;
  readonly now: () => Instant;
  /** Called at every change. */
  readonly show: (progress: Progress) => void;
  /** A phase is complete: evidence can be written. Nothing waits for it. */
  readonly phaseEnded: (progress: Progress) => void;
}

export interface StepCall {
  readonly host: HostName;
  readonly step: CommandStep;
  readonly generation: string;
  /** How often a person answered "wait" to this generation. */
  readonly waits: number;
  /** Find the command, never start it. */
  readonly attachOnly: boolean;
}

export interface Question {
  readonly about: GateSubject;
  readonly question: string;
  readonly choices: readonly Choice[];
  /** Who may approve or reject. Empty: anybody. */
  readonly approvers: readonly string[];
  /** Ids of findings that an approval must accept by name. */
  readonly warnings: readonly string[];
  readonly withdrawn: () => boolean;
}
