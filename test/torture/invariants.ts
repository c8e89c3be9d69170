import { createHash } from 'node:crypto';
import type { JobResult } from '../../remote';
import type { Bystander, FenceHistory, FenceReading, JobHistory, RunHistory, Watch, WrittenFile } from './history';

/** What must hold after every run, whatever was done to the job, its host and its watchers. */
export const INVARIANTS = {
  I1: 'a job is executed at most once, and exactly once when it is said to have ended by itself',
  I2: 'a watcher is handed each byte of the output once, in order, exactly as the command wrote it',
  I3: 'the reported exit code is the recorded one, and success is never reported without a record',
  I4: 'when the faults stop, every job comes to an end that is told',
  I5: 'an interruption is told as one, by everybody, and never answered by a second execution',
  I6: 'no signal reaches a process that is not the job',
  I7: 'nothing of a job is left when its end is told',
  I8: 'garbage collection takes what was acknowledged, and only that',
  I9: 'when the host was told of a newer owner, or of a person, no job of an older one starts',
  I10: 'when a cancel has returned, the job is over, nothing of it is left, and it never starts',
  I11: 'a host can always say whom it obeys, and it is what it has confirmed',
  I12: 'a file is complete or not there, and there when it was said to be written',
} as const;

export type Invariant = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: Invariant;
  /** Name of the job or bystander. */
  readonly of: string;
  readonly text: string;
}

/** Everything that a run has broken; empty when all is well. Pure: decides on the evidence alone. */
export function violations(run: RunHistory): readonly Violation[] {
  const { jobs, bystanders, fences = [], files = [] } = run;
  return [
    ...jobs.flatMap(violationsOf),
    ...bystanders.flatMap(hurt),
    ...fences.flatMap(misread),
    ...files.flatMap(torn),
  ];
}

function violationsOf(job: JobHistory): Violation[] {
  const checks: readonly [Invariant, (job: JobHistory) => readonly string[]][] = [
    ['I1', executedOnce],
    ['I2', exactOutput],
    ['I3', recordedExit],
    ['I4', ended],
    ['I5', honestInterruption],
    ['I7', nothingLeft],
    ['I8', keptUntilAcknowledged],
    ['I9', fencedOut],
    ['I10', endedByCancel],
  ];
  return checks.flatMap(([invariant, check]) =>
    check(job).map((text) => ({ invariant, of: `${job.name} (${job.jobId})`, text })),
  );
}

function executedOnce({ executions, settled, again, record }: JobHistory): string[] {
  const most = Math.max(executions, again.executions);
  if (most > 1) return [`executed ${String(most)} times`];
  if (most > 0 && record.cancelledUnstarted) return ['executed, though a canceller had its start token'];
  const endedByItself = settled.kind === 'exited' && settled.why === 'exit';
  return endedByItself && executions === 0 ? ['said to have ended by itself, and never executed'] : [];
}

function exactOutput(job: JobHistory): string[] {
  const { record, promise } = job;
  const onHost = (['out', 'err'] as const).flatMap((stream) => {
    const wrote = record[stream];
    if (!promise[stream].subarray(0, wrote.length).equals(wrote))
      return [`std${stream} on the host is not what the command wrote`];
    const whole = record.directory && record.result?.why === 'exit';
    return whole && wrote.length !== record.result[stream]
      ? [`std${stream} has ${String(wrote.length)} bytes, the record says ${String(record.result[stream])}`]
      : [];
  });
  return [...onHost, ...job.watches.flatMap((watch) => handedExactly({ job, watch }))];
}

function handedExactly(options: { readonly job: JobHistory; readonly watch: Watch }): string[] {
  const { job, watch } = options;
  const at = { ...watch.from };
  const wrong = watch.parts.flatMap(({ stream, offset, bytes, sha256 }) => {
    const expected = at[stream];
    at[stream] = offset + bytes;
    if (offset !== expected)
      return [`${watch.watcher} got byte ${String(offset)} of ${stream} after ${String(expected)}`];
    const written = job.promise[stream].subarray(offset, offset + bytes);
    return hash(written) === sha256
      ? []
      : [`${watch.watcher} got other bytes than were written at ${String(offset)} of ${stream}`];
  });
  const { result } = watch;
  const { result: recorded } = job.record;
  if (result?.kind !== 'exited' || result.outputRemoved === true || recorded === null) return wrong;
  const short = (['out', 'err'] as const).filter((stream) => at[stream] !== recorded[stream]);
  return [
    ...wrong,
    ...short.map(
      (one) =>
        `${watch.watcher} was told the end at byte ${String(at[one])} of ${one}, the record says ${String(recorded[one])}`,
    ),
  ];
}

function recordedExit(job: JobHistory): string[] {
  const { record, promise } = job;
  const reported = told(job).flatMap(({ by, result }) => {
    if (result.kind !== 'exited') return [];
    if (record.result === null)
      return [`${by} was told exit code ${String(result.exitCode)}, of which the host has no record`];
    const same = result.exitCode === record.result.exitCode && result.why === record.result.why;
    return same
      ? []
      : [
          `${by} was told ${result.why} ${String(result.exitCode)}, the record says ${record.result.why} ${String(record.result.exitCode)}`,
        ];
  });
  const ownEnd = record.result?.why === 'exit' && record.result.exitCode !== promise.exitCode;
  return ownEnd
    ? [...reported, `the command ended with ${String(promise.exitCode)}, recorded is ${String(record.result.exitCode)}`]
    : reported;
}

function ended({ settled, disturbances, fence }: JobHistory): string[] {
  if (settled.kind === 'fenced' && fence !== 'never') return [];
  if (settled.kind !== 'exited' && settled.kind !== 'interrupted')
    return [`after the faults it is ${JSON.stringify(settled)}`];
  const hindered = settled.kind === 'interrupted' || settled.why === 'cancel';
  return hindered && disturbances.length === 0
    ? [`nobody hindered it, and it ended as ${JSON.stringify(settled)}`]
    : [];
}

function honestInterruption(job: JobHistory): string[] {
  const { settled, again, disturbances } = job;
  const onlyCancelled = disturbances.every((one) => one === 'cancelled');
  return [
    ...(settled.kind === 'interrupted' && disturbances.every((one) => one === 'hostDown') && settled.how !== 'reboot'
      ? ['the host was switched off, and it is told as killed']
      : []),
    ...(settled.kind === 'interrupted' && onlyCancelled && disturbances.length > 0
      ? ['cancelled, and told as interrupted']
      : []),
    ...(again.executions === job.executions ? [] : ['asking once more has executed it']),
    ...told(job)
      .filter(({ result }) => isEnd(result) && result.kind !== settled.kind)
      .map(({ by, result }) => `${by} was told ${result.kind}, the last controller ${settled.kind}`),
  ];
}

function nothingLeft({ survivors, settled }: JobHistory): string[] {
  return isEnd(settled) && survivors.length > 0 ? [`processes ${survivors.join(', ')} are alive`] : [];
}

function keptUntilAcknowledged({ record, acknowledged, collected, settled }: JobHistory): string[] {
  if (settled.kind === 'fenced') return []; // it may never have been published
  if (collected === true && record.directory) return ['it was acknowledged and collected, and is still on the host'];
  return !record.directory && !acknowledged ? ['nobody acknowledged it, and it is gone from the host'] : [];
}

function fencedOut({ fence, executions, again, settled }: JobHistory): string[] {
  if (fence !== 'beforeStart') return [];
  const ran =
    Math.max(executions, again.executions) > 0 ? ['it was executed after a newer owner had been announced'] : [];
  const told = settled.kind === 'fenced' || (settled.kind === 'exited' && settled.why === 'cancel');
  return told ? ran : [...ran, `it was told as ${settled.kind}`];
}

function endedByCancel({ cancel, executions, again, settled }: JobHistory): string[] {
  if (cancel === undefined) return [];
  const isOver = ['EXITED', 'INTERRUPTED_KILLED', 'INTERRUPTED_REBOOT', 'DONE_GC'].includes(cancel.state);
  const isUntold = cancel.executions === 0 && !(settled.kind === 'exited' && settled.why === 'cancel');
  return [
    ...(isOver ? [] : [`a cancel has returned, and it is ${cancel.state}`]),
    ...(cancel.survivors.length === 0 ? [] : [`a cancel has returned, and processes of it are alive`]),
    ...(Math.max(executions, again.executions) === cancel.executions ? [] : ['it was executed after a cancel']),
    ...(isUntold ? [`it was cancelled before it started, and told as ${settled.kind}`] : []),
  ];
}

function misread({ name, readings }: FenceHistory): Violation[] {
  const wrong = readings.flatMap((reading, index) => {
    const earlier = readings.slice(0, index).map(({ told }) => told?.number ?? 0);
    return wrongReading({ reading, atLeast: Math.max(reading.atLeast, ...earlier) });
  });
  return wrong.map((text) => ({ invariant: 'I11', of: `the fence of ${name}`, text }));
}

function wrongReading(options: { readonly reading: FenceReading; readonly atLeast: number }): string[] {
  const { when, takenOver, told } = options.reading;
  if (told === null) return [`${when} the host cannot say whom it obeys`];
  const isTaken = told.takenOver === null ? 'no' : 'yes';
  return [
    ...(told.number < options.atLeast
      ? [`${when} it is ${String(told.number)}, and was ${String(options.atLeast)} before`]
      : []),
    ...(takenOver === 'perhaps' || takenOver === isTaken
      ? []
      : [`${when} a person was told that the host is taken over: ${takenOver}; it is: ${isTaken}`]),
  ];
}

function torn({ name, before, written, found, wasConfirmed }: WrittenFile): Violation[] {
  const isComplete = found === written || found === before;
  const text = !isComplete ? 'is neither the new nor the old content' : 'was said to be written, and is not there';
  return isComplete && (found === written || !wasConfirmed) ? [] : [{ invariant: 'I12', of: name, text }];
}

function hurt({ name, alive, signals }: Bystander): Violation[] {
  if (alive && signals.length === 0) return [];
  return [
    {
      invariant: 'I6',
      of: name,
      text: `${alive ? 'got' : 'is dead after'} ${signals.join(', ') || 'a signal it could not see'}`,
    },
  ];
}

function told(job: JobHistory): readonly { readonly by: string; readonly result: JobResult }[] {
  return [
    ...job.watches.flatMap(({ watcher, result }) => (result === null ? [] : [{ by: watcher, result }])),
    { by: 'the last controller', result: job.settled },
    { by: 'the one after it', result: job.again.result },
  ];
}

function isEnd(result: JobResult): boolean {
  return result.kind === 'exited' || result.kind === 'interrupted';
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
