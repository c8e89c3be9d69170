import type { JobState } from './job';

/** What the host says about a job: its state, or why it would not do what was asked. */
export interface JobStatus {
  readonly state: JobState | 'BAD_UPLOAD' | 'CONFLICT' | 'NO_SPACE' | 'HOST_FAULT';
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
] satisfies JobStatus['state'][];

/** Reads a status line such as `state=EXITED inc=… rc=0 why=exit out=12 err=0`. Null: not one we understand. */
export function parseStatus(line: string): JobStatus | null {
  const [, head = '', text = ''] = /^(.*?)(?:text=(.*))?$/s.exec(line) ?? [];
  const fields = new Map(
    head
      .split(' ')
      .filter((word) => word.includes('='))
      .map((word): [string, string] => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
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
