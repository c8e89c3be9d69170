import type { Choice, Gate, GateSubject } from './decision';
import type { PhaseStatus, RunState } from './status';

/** How something is meant, wherever it is shown: a terminal paints it, a page has a class for it. */
export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'ask' | 'quiet';

/** How a state is called and meant. */
export interface Look {
  readonly words: string;
  readonly tone: Tone;
}

/** The states of a run, in the words of its page, its terminal and its report. */
export const runLooks: Readonly<Record<RunState, Look>> = {
  planning: { words: 'planning', tone: 'busy' },
  waitingForApproval: { words: 'waiting for approval', tone: 'ask' },
  running: { words: 'running', tone: 'busy' },
  rollingBack: { words: 'rolling back', tone: 'busy' },
  paused: { words: 'paused', tone: 'ask' },
  waitingForDecision: { words: 'waiting for a decision', tone: 'ask' },
  tidyingUp: { words: 'cleaning up', tone: 'busy' },
  completed: { words: 'completed', tone: 'good' },
  rolledBack: { words: 'rolled back', tone: 'warn' },
  rejected: { words: 'rejected, nothing was changed', tone: 'warn' },
  refused: { words: 'refused, nothing was changed', tone: 'warn' },
  aborted: { words: 'aborted', tone: 'bad' },
  cancelled: { words: 'cancelled', tone: 'bad' },
};

/** `asked`: it waits for a person's answer, before it starts or at one of its steps. */
export type PhaseState = PhaseStatus['state'] | 'asked';

/** The states of a phase. The mark stands in front of it in a list and means the same in every list. */
export const phaseLooks: Readonly<Record<PhaseState, Look & { readonly mark: string }>> = {
  waiting: { mark: '○', words: 'waiting', tone: 'quiet' },
  running: { mark: '▶', words: 'running', tone: 'busy' },
  asked: { mark: '✗', words: 'waiting for a person', tone: 'ask' },
  complete: { mark: '✔', words: 'complete', tone: 'good' },
  leftOut: { mark: '–', words: 'left out', tone: 'quiet' },
  stopped: { mark: '■', words: 'stopped', tone: 'bad' },
};

/** The state of a phase beside the questions that are open. */
export function phaseState(options: {
  phase: Pick<PhaseStatus, 'id' | 'state'>;
  gates: readonly Pick<Gate, 'about'>[];
}): PhaseState {
  const { phase, gates } = options;
  const ended = phase.state === 'complete' || phase.state === 'leftOut' || phase.state === 'stopped';
  const asked = gates.some(({ about }) => 'phaseId' in about && about.phaseId === phase.id);
  return asked && !ended ? 'asked' : phase.state;
}

/** Each choice in a few words, the same on the page and at a terminal. */
const meanings: Readonly<Record<Choice, string>> = {
  approve: 'continue',
  reject: 'change nothing more',
  retry: 'run it again',
  skip: 'skip this step on this host',
  markDone: 'override: you did it by hand, or know that it is done',
  leaveHostOut: 'run no further step on this host',
  leavePhaseOut: 'skip this phase and continue',
  wait: 'wait for the same time again',
  repair: 'run the planned fix, then check again',
  kill: 'end the command and everything it started',
  rollBack: 'undo every started phase, the last one first',
  rollBackWithRestore: 'stop the services and restore their databases, too: what users wrote since the dump is lost',
  abort: 'start nothing more, then clean up',
};

export function choiceMeaning(options: { about: GateSubject; choice: Choice }): string {
  const { about, choice } = options;
  return ofItsOwn({ about, choice }) ?? meanings[choice];
}

/** Where a choice means more than its word. */
function ofItsOwn({ about, choice }: { about: GateSubject; choice: Choice }): string | null {
  if (about.kind === 'confirm' && choice === 'markDone') return 'it is done, and you have checked it';
  if (about.kind !== 'loss') return null;
  if (choice === 'approve') return 'roll back: what is listed is lost';
  return choice === 'reject' ? 'keep it, and return to the question before' : null;
}
