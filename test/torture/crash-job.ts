import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { jobId, type JobResult, type Jobs, type JobState, type RunRequest } from '../../remote';
import { HOST, type CrashStage } from './crash-stage';
import type { Disturbance, JobHistory, JobPromise } from './history';
import { executionsOf, processesOf, readRecord } from './host-evidence';
import type { Told } from './scenarios/scenario';
import { supervisorAtWork } from './tracers';

/** A job of a scenario: it notes each execution, writes to both streams and does what its `body` says. */
export interface CrashJob {
  readonly jobId: string;
  readonly work: Omit<RunRequest, 'signal'>;
  readonly promise: JobPromise;
}

const SETTLE_MS = 60_000;
/** Ignores TERM and has a child in a session of its own that does so too: only KILL and the cookie end it. */
export const STUBBORN = `trap '' TERM; setsid sh -c 'trap "" TERM; sleep 300' & sleep 300`;

export function crashJob(options: {
  readonly stage: CrashStage;
  readonly step: string;
  readonly body?: string;
  readonly exitCode?: number;
  readonly mutex?: string;
  readonly fence?: RunRequest['fence'];
}): CrashJob {
  const { stage, step, body = 'sleep 0.05', exitCode = 3, mutex, fence } = options;
  const { runId, side } = stage.place;
  const work: CrashJob['work'] = {
    ...{ host: HOST, runId, stepId: step, generation: '0', timeoutSeconds: 120 },
    script: `echo "$OSU_JOB" >> ${side}; echo hello; echo oops >&2; ${body}; exit ${String(exitCode)}`,
    ...(mutex === undefined ? {} : { mutex }),
    ...(fence === undefined ? {} : { fence }),
  };
  const promise = { exitCode, out: Buffer.from('hello\n'), err: Buffer.from('oops\n') };
  return { jobId: jobId({ ...work, step }), work, promise };
}

/** What a job does that goes on until `letGo`. */
export function untilLetGo(stage: CrashStage): string {
  return `until [ -e ${stage.place.go} ]; do sleep 0.05; done`;
}

export function letGo(stage: CrashStage): void {
  writeFileSync(stage.place.go, '');
}

/** Asks for the job and leaves when it has come to this state; a RUNNING one has noted its execution by then. */
export async function begin(options: {
  readonly stage: CrashStage;
  readonly job: CrashJob;
  readonly until: JobState;
}): Promise<void> {
  const { stage, job, until } = options;
  const leave = new AbortController();
  const signal = AbortSignal.any([leave.signal, AbortSignal.timeout(SETTLE_MS)]);
  const result = await stage.stagehand.run({
    ...job.work,
    signal,
    onProgress({ state }) {
      if (state === until && (until !== 'RUNNING' || executions({ stage, job }) > 0)) leave.abort();
    },
  });
  if (result.kind !== 'detached' || !leave.signal.aborted)
    throw new Error(`Job ${job.jobId} was to be ${until}; instead ${JSON.stringify(result)}`);
}

/** Runs it to its end, which nothing hinders. */
export async function runToEnd(options: { readonly stage: CrashStage; readonly job: CrashJob }): Promise<void> {
  const result = await ask({ ...options, jobs: options.stage.stagehand });
  if (result.kind !== 'exited') throw new Error(`Job ${options.job.jobId} was to end; ${JSON.stringify(result)}`);
  // Its result is told before its supervisor has ended, which must not be taken for somebody on the way of the request.
  const { base } = options.stage.place;
  while (supervisorAtWork({ base, jobId: options.job.jobId }) !== null) await sleep(5);
}

/** A cancel on a good line, by a fresh controller, and what had come of it when it returned. */
export async function cancelAgain(options: {
  readonly stage: CrashStage;
  readonly job: CrashJob;
}): Promise<NonNullable<JobHistory['cancel']>> {
  const { stage, job } = options;
  const { state } = await stage.controller().cancel({ host: HOST, jobId: job.jobId, graceSeconds: 0 });
  return { state, executions: executions(options), survivors: processesOf(job.jobId) };
}

/** All that a fresh controller and a look at the host find out about a job; asks for it twice. */
export async function historyOf(
  options: { readonly stage: CrashStage; readonly job: CrashJob } & Partial<
    Pick<JobHistory, 'disturbances' | 'watches' | 'acknowledged' | 'collected' | 'fence' | 'cancel'>
  >,
): Promise<JobHistory> {
  const { stage, job, ...known } = options;
  const jobs = stage.controller();
  const settled = await ask({ jobs, job });
  const survivors = processesOf(job.jobId);
  const before = executions({ stage, job });
  const again = await ask({ jobs, job });
  return {
    name: job.work.stepId,
    jobId: job.jobId,
    promise: job.promise,
    ...{ disturbances: [], watches: [], acknowledged: false, fence: 'never' },
    ...known,
    executions: before,
    settled,
    again: { result: again, executions: executions({ stage, job }) },
    record: readRecord({ base: stage.place.base, jobId: job.jobId }),
    survivors,
  };
}

/** What was done to a job whose supervisor had a part in the request that was broken. */
export function disturbancesBy(broken: Told<unknown>['broken']): readonly Disturbance[] {
  switch (broken) {
    case 'nothing':
      return [];
    case 'requestKilled':
      return ['supervisorKilled'];
    case 'hostDown':
    case 'diskIll':
      return [broken];
    default:
      return broken satisfies never;
  }
}

function ask(options: { readonly jobs: Jobs; readonly job: CrashJob }): Promise<JobResult> {
  const { jobs, job } = options;
  return jobs.run({ ...job.work, signal: AbortSignal.timeout(SETTLE_MS) });
}

function executions(options: { readonly stage: CrashStage; readonly job: CrashJob }): number {
  return executionsOf({ side: options.stage.place.side, jobId: options.job.jobId });
}
