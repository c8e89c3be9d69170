import { createHash } from 'node:crypto';
import type { JobResult } from '../../remote';
import type { FenceReading, JobHistory, RunHistory, WrittenFile } from './history';
import { INVARIANTS, violations, type Invariant } from './invariants';

const out = Buffer.from('hello, world');
const tail = { stdoutTail: '', stderrTail: '', stdoutBytes: 12, stderrBytes: 0 };
const exited = { jobId: 'j', kind: 'exited', exitCode: 3, why: 'exit', ...tail } as const satisfies JobResult;
const cancelled = { ...exited, exitCode: 143, why: 'cancel' } as const satisfies JobResult;
const interrupted = { jobId: 'j', kind: 'interrupted', how: 'killed', text: '', ...tail } as const satisfies JobResult;
const fenced: JobResult = {
  jobId: 'j',
  kind: 'fenced',
  obeyed: { number: 2, raised: null, takenOver: null },
  text: '',
};
const part = (offset: number, bytes: number): JobHistory['watches'][number]['parts'][number] => ({
  stream: 'out',
  offset,
  bytes,
  sha256: createHash('sha256')
    .update(out.subarray(offset, offset + bytes))
    .digest('hex'),
});
const watch = { watcher: 'w', from: { out: 0, err: 0 }, parts: [part(0, 5), part(5, 7)], result: exited };
const record = {
  directory: true,
  tombstone: false,
  result: { exitCode: 3, why: 'exit', out: 12, err: 0 },
  cancelledUnstarted: false,
  out,
  err: Buffer.alloc(0),
};
const good: JobHistory = {
  name: 'good',
  jobId: 'j',
  promise: { exitCode: 3, out, err: Buffer.alloc(0) },
  disturbances: [],
  executions: 1,
  watches: [watch, { ...watch, from: { out: 5, err: 0 }, parts: [part(5, 7)] }, { ...watch, parts: [], result: null }],
  settled: exited,
  again: { result: exited, executions: 1 },
  record,
  acknowledged: false,
  fence: 'never',
  survivors: [],
};
const run = (changes: Partial<JobHistory> = {}): RunHistory => ({
  jobs: [{ ...good, ...changes }],
  bystanders: [{ name: 'b', alive: true, signals: [] }],
});
const broken = (history: RunHistory): Invariant[] => [
  ...new Set(violations(history).map(({ invariant }) => invariant)),
];

describe('the invariants', () => {
  it.each<[string, Partial<JobHistory>]>([
    ['a job that ended by itself', {}],
    [
      'a job that was cancelled before it started',
      {
        disturbances: ['cancelled'],
        executions: 0,
        watches: [],
        settled: cancelled,
        again: { result: cancelled, executions: 0 },
        record: {
          ...record,
          result: { exitCode: 143, why: 'cancel', out: 0, err: 0 },
          cancelledUnstarted: true,
          out: Buffer.alloc(0),
        },
        cancel: { state: 'EXITED', executions: 0, survivors: [] },
      },
    ],
    [
      'a job whose supervisor was killed in the middle of its output',
      {
        disturbances: ['supervisorKilled'],
        watches: [{ ...watch, parts: [part(0, 5)], result: interrupted }],
        settled: interrupted,
        again: { result: interrupted, executions: 1 },
        record: { ...record, result: null, out: out.subarray(0, 5) },
      },
    ],
    [
      'a job that a newer owner kept from starting',
      {
        fence: 'beforeStart',
        executions: 0,
        watches: [],
        settled: fenced,
        again: { result: fenced, executions: 0 },
        record: { ...record, directory: true, result: null, out: Buffer.alloc(0) },
      },
    ],
    [
      'a job that was acknowledged and collected',
      {
        acknowledged: true,
        collected: true,
        settled: { ...exited, outputRemoved: true },
        record: { ...record, directory: false, tombstone: true, out: Buffer.alloc(0) },
      },
    ],
  ])('hold for %s', (_, changes) => {
    expect(violations(run(changes))).toEqual([]);
  });

  it.each<[Invariant, string, Partial<JobHistory>]>([
    ['I1', 'two executions', { executions: 2 }],
    ['I1', 'an end without an execution', { executions: 0 }],
    ['I1', 'an execution of what was cancelled before', { record: { ...record, cancelledUnstarted: true } }],
    ['I2', 'a byte twice', { watches: [{ ...watch, parts: [part(0, 5), part(4, 8)] }] }],
    ['I2', 'a gap', { watches: [{ ...watch, parts: [part(0, 5), part(6, 6)] }] }],
    ['I2', 'another byte', { watches: [{ ...watch, parts: [part(0, 5), { ...part(5, 7), sha256: 'other' }] }] }],
    ['I2', 'an end told before the last byte', { watches: [{ ...watch, parts: [part(0, 5)] }] }],
    ['I2', 'other bytes on the host', { record: { ...record, out: Buffer.from('hello, World') } }],
    ['I2', 'fewer bytes on the host than recorded', { record: { ...record, out: out.subarray(0, 3) } }],
    ['I3', 'another exit code than recorded', { watches: [{ ...watch, result: { ...exited, exitCode: 0 } }] }],
    ['I3', 'success without a record', { record: { ...record, result: null } }],
    [
      'I3',
      'a record that is not what the command did',
      { record: { ...record, result: { ...record.result, exitCode: 0 } } },
    ],
    ['I4', 'no end', { settled: { jobId: 'j', kind: 'detached', started: 'yes', offsets: { out: 0, err: 0 } } }],
    ['I4', 'an interruption out of nothing', { settled: interrupted }],
    ['I5', 'another execution on asking again', { again: { result: exited, executions: 2 } }],
    ['I5', 'two ends told', { watches: [{ ...watch, result: interrupted }] }],
    ['I5', 'a cancel told as an interruption', { settled: interrupted, disturbances: ['cancelled'] }],
    ['I7', 'a process that is left', { survivors: [4711] }],
    ['I5', 'a power cut told as a kill', { settled: interrupted, disturbances: ['hostDown'] }],
    ['I9', 'a start under a raised fence', { fence: 'beforeStart', settled: fenced }],
    ['I9', 'another end than fenced', { fence: 'beforeStart', executions: 0 }],
    ['I4', 'a refusal where nobody raised a fence', { settled: fenced }],
    ['I8', 'a job gone that nobody acknowledged', { record: { ...record, directory: false, tombstone: true } }],
    ['I8', 'a job that is not gone', { acknowledged: true, collected: true }],
    ['I10', 'a job that goes on', { cancel: { state: 'RUNNING', executions: 1, survivors: [] } }],
    ['I10', 'a process that outlives the cancel', { cancel: { state: 'EXITED', executions: 1, survivors: [4711] } }],
    ['I10', 'a start after the cancel', { cancel: { state: 'EXITED', executions: 0, survivors: [] } }],
    [
      'I10',
      'an interruption told of what was cancelled before its start',
      {
        ...{ cancel: { state: 'EXITED', executions: 0, survivors: [] }, executions: 0 },
        ...{ settled: interrupted, again: { result: interrupted, executions: 0 } },
      },
    ],
  ])('%s is broken by %s', (invariant, _, changes) => {
    expect(broken(run(changes))).toContain(invariant);
  });

  it.each([
    ['a signal', { alive: true, signals: ['TERM'] }],
    ['death', { alive: false, signals: [] }],
  ])('I6 is broken by %s of a bystander', (_, bystander) => {
    expect(broken({ jobs: [], bystanders: [{ name: 'b', ...bystander }] })).toEqual(['I6']);
  });

  const told = { number: 2, raised: null, takenOver: null };
  const reading = { when: 'then', atLeast: 2, takenOver: 'no', told } as const;
  const fence = (...readings: readonly FenceReading[]): RunHistory => ({
    ...run(),
    fences: [{ name: 'cedar', readings }],
  });

  it.each<[string, readonly FenceReading[]]>([
    ['a fence that cannot be read', [{ ...reading, told: null }]],
    ['a number below the confirmed one', [{ ...reading, atLeast: 3 }]],
    ['a number that falls', [reading, { ...reading, atLeast: 0, told: { ...told, number: 1 } }]],
    ['a host that is not taken over as its person was told', [{ ...reading, takenOver: 'yes' }]],
    [
      'a host that is taken over when its person was told that it is not',
      [{ ...reading, told: { ...told, takenOver: { by: 'ana', reason: '', at: '' } } }],
    ],
  ])('I11 is broken by %s', (_, readings) => {
    expect(broken(fence(...readings))).toEqual(['I11']);
  });

  const file = { name: 'RUNBOOK.txt', before: null, written: 'all of it', found: 'all of it', wasConfirmed: true };

  it.each<[string, WrittenFile]>([
    ['half a file', { ...file, found: 'all', wasConfirmed: false }],
    ['a file that was confirmed and is not there', { ...file, found: null }],
    ['an old file where a new one was confirmed', { ...file, before: 'old', found: 'old' }],
  ])('I12 is broken by %s', (_, one) => {
    expect(broken({ ...run(), files: [one] })).toEqual(['I12']);
  });

  it('hold for a fence that was raised and for files that were written or not', () => {
    const unwritten = { ...file, found: null, wasConfirmed: false };
    expect(violations({ ...fence(reading, { ...reading, takenOver: 'perhaps' }), files: [file, unwritten] })).toEqual(
      [],
    );
  });

  it('have each a sentence', () => {
    expect(Object.values(INVARIANTS).every((sentence) => sentence.length > 20)).toBe(true);
  });
});
