import type { StepInput } from '../schema/activities';
import type { ChangeToRun, Watch } from '../schema/plan';
import { lookedAfter } from './interrupted-step';
import { jobEnd } from './job-end';
import type { Reach } from './reach';
import type { Fence } from '../remote/jobs/durable-job';
import { bare, detached, type StepEnd, type StepMemory, type StepRun } from './step-run';

/** A change is a job: it outlives this worker, is found again by the next, and never starts twice. */
export async function changeHost(run: StepRun<ChangeToRun>): Promise<StepEnd> {
  const { input, reach, memory, remember, signal } = run;
  const { step, host, runId, generation } = input;
  const result = await reach.jobs.run({
    host,
    runId,
    stepId: step.id,
    generation,
    script: step.script,
    ...(step.mutex === null ? {} : { mutex: step.mutex }),
    ...fenceOf(input),
    timeoutSeconds: step.timeoutSeconds * ((input.waits ?? 0) + 1),
    unreachableSeconds: reach.cloud.policy.unreachableSeconds,
    ...remembered(memory),
    ...(input.attachOnly === true ? { attachOnly: true } : {}),
    onProgress: remember,
    signal,
  });
  if (result.kind === 'detached') throw detached(signal);
  const end = jobEnd({ step, host, result });
  return result.kind === 'interrupted' ? lookedAfter({ run, end, look: step.whenUnknown ?? null }) : end;
}

/** Started and left alone; its stop file ends it, or a day. */
export async function startWatch(run: StepRun<Watch>): Promise<StepEnd> {
  const { input, reach, signal } = run;
  const { step, host, runId, generation } = input;
  const leave = new AbortController();
  const result = await reach.jobs.run({
    host,
    runId,
    stepId: step.id,
    generation,
    script: step.script,
    ...fenceOf(input),
    timeoutSeconds: 86_400,
    unreachableSeconds: reach.cloud.policy.unreachableSeconds,
    onProgress: ({ started }) => {
      if (started) leave.abort();
    },
    signal: AbortSignal.any([signal, leave.signal]),
  });
  if (result.kind !== 'detached') return jobEnd({ step, host, result });
  if (!leave.signal.aborted) throw detached(signal);
  return {
    ...bare({ kind: 'done', sentence: `${host}: ${step.title}: runs` }),
    stillRunning: true,
    jobId: result.jobId,
  };
}

/** Under which number of the cloud's lock the run acts. */
function fenceOf({ cloud, fence }: StepInput): { readonly fence?: Fence } {
  return fence === undefined ? {} : { fence: { cloud, number: fence } };
}

/** A host that never told its incarnation has not been reached: there is nothing to compare with. */
function remembered(memory: StepMemory | null): Partial<Parameters<Reach['jobs']['run']>[0]> {
  if (memory === null || !('offsets' in memory)) return {};
  const { started, offsets, incarnation } = memory;
  return { attachOnly: started, offsets, ...(incarnation === '' ? {} : { incarnation }) };
}
