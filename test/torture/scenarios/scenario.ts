import type { CrashStage, Verb } from '../crash-stage';
import type { RunHistory } from '../history';

/** A request that alters a host, and the way to it and from it. */
export interface Scenario {
  readonly name: string;
  /** It begins on a host that has not even the program. */
  readonly isBare?: true;
  /** From the host as it comes to all that is known when the faults are over. Exactly one request goes through `breaking`. */
  readonly play: (options: { readonly stage: CrashStage; readonly breaking: Breaking }) => Promise<RunHistory>;
}

/** Asks while something breaks at one point on the way of the request, and returns when all is mended. */
export type Breaking = <Answer>(request: {
  /** What the controller runs on the host for this request. */
  readonly verbs: readonly Verb[];
  /** The supervisor of this running job has a part in it. */
  readonly jobId?: string;
  /** `signal`: the host has lost its power. */
  readonly ask: (signal: AbortSignal) => Promise<Answer>;
}) => Promise<Told<Answer>>;

export interface Told<Answer> {
  /** null: it came to nothing, or nobody knows to what. */
  readonly answer: Answer | null;
  /** What was broken. `requestKilled`: a process on the way of the request. */
  readonly broken: 'nothing' | 'requestKilled' | 'hostDown' | 'diskIll';
}
