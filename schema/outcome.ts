import type { HostName, Instant } from './names';

/**
 * What a step returns to the workflow: small, the same shape whether it went well or not. Full output stays on the
 * host (evidence).
 */
export interface Outcome {
  readonly kind: OutcomeKind;
  readonly stepId: string;
  readonly host: HostName;
  readonly generation: string;
  /** One sentence for a person: what happened, and what it means now. */
  readonly sentence: string;
  readonly exitCode: number | null;
  /** The command may still be running on the host. */
  readonly stillRunning: boolean;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** Last part of the output: 2 KB for failures, 200 bytes otherwise. */
  readonly stdoutTail: string;
  readonly stderrTail: string;
  readonly jobId: string | null;
}

/** The end of a step of which there is no output: nothing ran, or nothing is known of what did. */
export const withoutOutput = {
  exitCode: null,
  stillRunning: false,
  stdoutTail: '',
  stderrTail: '',
  jobId: null,
} as const;

/** An outcome without a command's own words. `stillRunning`, `jobId`: where something of it may be left on the host. */
export function outcomeOf(
  options: Pick<Outcome, 'kind' | 'sentence' | 'startedAt' | 'endedAt'> &
    Partial<Pick<Outcome, 'stillRunning' | 'jobId'>> & {
      readonly call: Pick<Outcome, 'stepId' | 'host' | 'generation'>;
    },
): Outcome {
  const { kind, call, sentence, startedAt, endedAt, stillRunning = false, jobId = null } = options;
  const { stepId, host, generation } = call;
  return { kind, stepId, host, generation, sentence, ...withoutOutput, stillRunning, startedAt, endedAt, jobId };
}

/** An outcome with the phase in which its step ran, `finally` among them: the run knows that, the host does not. */
export interface PlacedOutcome extends Outcome {
  readonly phaseId: string;
}

export type OutcomeKind =
  | 'done' // a change ran and is true now; a probe holds
  | 'unchanged' // already in the wanted state, nothing ran
  | 'failed' // the command ended with an error, or is not true afterwards
  | 'notReady' // a probe did not hold in its time
  | 'interrupted' // the host died in the middle: fate unknown
  | 'overtime' // still running after its time
  | 'unreachable' // no answer for `unreachableSeconds`
  | 'noSpace' // the host has no room; nothing ran
  | 'hostFault' // the host's disk or state is broken, or it is another host than before
  | 'fenced'; // someone else owns this cloud now

export function isGood(outcome: Pick<Outcome, 'kind'>): boolean {
  return outcome.kind === 'done' || outcome.kind === 'unchanged';
}
