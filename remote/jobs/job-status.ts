import { readAnswer } from './answer-line';
import { fenceState, type FenceState } from './fence';
import type { JobState } from './job';

/** What the host says about a job: its state, or why it would not do what was asked. */
export interface JobStatus {
  readonly state: JobState | 'BAD_UPLOAD' | 'CONFLICT' | 'NO_SPACE' | 'HOST_FAULT' | 'NOT_READY' | 'FENCED';
  readonly incarnation: string;
  readonly outBytes: number;
  readonly errBytes: number;
  readonly exitCode?: number;
  readonly why?: string;
  readonly startedAt?: string;
  readonly elapsedMs?: number;
  readonly mutex?: string;
  readonly holder?: string;
  readonly otherBoot: boolean;
  readonly leftBehind: boolean;
  readonly text: string;
  /** With FENCED: whom the host obeys. */
  readonly fence?: FenceState;
}

type Refusal = Exclude<JobStatus['state'], JobState>;

/** Whether the start token is consumed; or that the answer is no state of a job. */
const STATES: Readonly<Record<JobState, 'started' | 'notStarted'> & Record<Refusal, 'refusal'>> = {
  ABSENT: 'notStarted',
  CLAIMED: 'notStarted',
  STARTING: 'notStarted',
  WAITING_MUTEX: 'notStarted',
  RUNNING: 'started',
  ORPHANED: 'started',
  EXITED: 'started',
  INTERRUPTED_REBOOT: 'started',
  INTERRUPTED_KILLED: 'started',
  DONE_GC: 'started',
  BAD_UPLOAD: 'refusal',
  CONFLICT: 'refusal',
  NO_SPACE: 'refusal',
  HOST_FAULT: 'refusal',
  NOT_READY: 'refusal',
  FENCED: 'refusal',
};

export function isStarted(state: JobStatus['state']): boolean {
  return STATES[state] === 'started';
}

export function isJobState(state: JobStatus['state']): state is JobState {
  return STATES[state] !== 'refusal';
}

/** Reads a status line such as `state=EXITED inc=… rc=0 why=exit out=12 err=0`. Null: not one we understand. */
export function parseStatus(line: string): JobStatus | null {
  const { fields, text } = readAnswer(line);
  const state = fields.get('state') ?? '';
  if (!isState(state)) return null;
  return {
    state,
    incarnation: fields.get('inc') ?? '',
    outBytes: number(fields.get('out')) ?? 0,
    errBytes: number(fields.get('err')) ?? 0,
    ...given('exitCode', number(fields.get('rc'))),
    ...given('why', fields.get('why')),
    ...given('startedAt', fields.get('at')),
    ...given('elapsedMs', number(fields.get('ms'))),
    ...given('mutex', fields.get('mutex')),
    ...given('holder', fields.get('holder')),
    otherBoot: fields.get('boot') === 'other',
    leftBehind: fields.get('left') === '1',
    ...given('fence', state === 'FENCED' ? fenceState({ fields, text }) : undefined),
    text: text.trim(),
  };
}

function isState(state: string): state is JobStatus['state'] {
  return Object.hasOwn(STATES, state);
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Partial<Record<Name, Value>>);
}
