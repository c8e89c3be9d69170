import type { ChangeToRun } from '../schema/step-to-run';
import type { Watch } from '../schema/plan';
import { lookedAfter } from './interrupted-step';
import { jobEnd } from './job-end';
import type { RunRequest } from '../remote';
import { bare, detached, type StepEnd, type StepMemory, type StepRun } from './step-run';

/** A change is a job: it outlives this worker, is found again by the next, and never starts twice. */
export async function changeHost(run: StepRun<ChangeToRun>): Promise<StepEnd> {
  const { input, reach, memory, remember, signal } = run;
  const { step, host } = input;
  const result = await reach.jobs.run({
    ...jobOf(run),
    ...(step.mutex === null ? {} : { mutex: step.mutex }),
    timeoutSeconds: step.timeoutSeconds * ((input.waits ?? 0) + 1),
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
  const { step, host } = input;
  const leave = new AbortController();
  const result = await reach.jobs.run({
    ...jobOf(run),
    timeoutSeconds: 86_400,
    onProgress: ({ started }) => {
      if (started) leave.abort();
    },
    signal: AbortSignal.any([signal, leave.signal]),
  });
  if (result.kind !== 'detached') return jobEnd({ step, host, result });
  if (!leave.signal.aborted) throw detached(signal);
  return {
    ...bare({ kind: 'done', sentence: `${host}: ${step.title}: running` }),
    stillRunning: true,
    jobId: result.jobId,
  };
}

/** What makes a step's job the same job on every worker, and under which number of the cloud's lock the run acts. */
function jobOf({ input, reach }: StepRun<ChangeToRun | Watch>): Omit<RunRequest, 'timeoutSeconds' | 'signal'> {
  const { step, host, runId, generation, cloud, fence } = input;
  return {
    host,
    runId,
    stepId: step.id,
    generation,
    script: step.script,
    ...(fence === undefined ? {} : { fence: { cloud, number: fence } }),
    unreachableSeconds: reach.cloud.policy.unreachableSeconds,
  };
}

/** A host that never told its incarnation has not been reached: there is nothing to compare with. */
function remembered(memory: StepMemory | null): Partial<RunRequest> {
  if (memory === null || !('offsets' in memory)) return {};
  const { started, offsets, incarnation } = memory;
  return { attachOnly: started, offsets, ...(incarnation === '' ? {} : { incarnation }) };
}
