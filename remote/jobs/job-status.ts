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

const STATES: readonly string[] = [
  'ABSENT',
  'CLAIMED',
  'STARTING',
  'WAITING_MUTEX',
  'RUNNING',
  'ORPHANED',
  'EXITED',
  'INTERRUPTED_REBOOT',
  'INTERRUPTED_KILLED',
  'DONE_GC',
  'BAD_UPLOAD',
  'CONFLICT',
  'NO_SPACE',
  'HOST_FAULT',
  'NOT_READY',
  'FENCED',
] satisfies JobStatus['state'][];

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
  return STATES.includes(state);
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Partial<Record<Name, Value>>);
}
