import type { HostName } from './names';

/** One attempt of a step: what makes its job the same job. */
export interface OutputPlace {
  readonly cloud: string;
  readonly runId: string;
  readonly host: HostName;
  readonly stepId: string;
  readonly generation: string;
}

/** How far a reader has come, for each stream. */
export interface OutputCursor {
  readonly out: StreamCursor;
  readonly err: StreamCursor;
}

export interface StreamCursor {
  /** Bytes on the host. */
  readonly offset: number;
  /** What comes next is not shown: the rest of a line that is too long, or of a private key. */
  readonly hiding: 'nothing' | 'line' | 'key';
}

export const startOfOutput: OutputCursor = {
  out: { offset: 0, hiding: 'nothing' },
  err: { offset: 0, hiding: 'nothing' },
};

/** What came since a cursor, secrets taken out; complete lines while the command runs. */
export interface OutputPart {
  readonly out: string;
  readonly err: string;
  readonly next: OutputCursor;
  readonly state: OutputState;
  /** Nothing more will come. */
  readonly complete: boolean;
  readonly exitCode: number | null;
}

export type OutputState =
  | 'waiting' // the command has not started: it waits for another one, or is being sent
  | 'running'
  | 'ended'
  | 'removed' // ended, and the host has removed its output
  | 'absent'; // the host does not know it

/** What a reader asks for. */
export interface OutputWish {
  readonly from: OutputCursor;
  /** Wait a while for what comes next, when there is nothing now. */
  readonly follow: boolean;
}

export interface ReadOutputInput extends OutputPlace, OutputWish {}
