import type { ChangeToRun } from '../schema/step-to-run';
import type { Watch } from '../schema/plan';
import { lookedAfter } from './interrupted-step';
import { jobEnd } from './job-end';
import { JobHostError, TransportError, type RunRequest } from '../remote';
import { carry } from './carry';
import { NotCarried } from './carry-file';
import { bare, detached, type StepEnd, type StepMemory, type StepRun } from './step-run';

/** A change is a job: it outlives this worker, is found again by the next, and never starts twice. */
export async function changeHost(run: StepRun<ChangeToRun>): Promise<StepEnd> {
  const { input, reach, memory, remember, signal } = run;
  const { step, host } = input;
  const stays = await bring(run);
  if (stays !== null) return stays;
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

/** Null: all that the step needs of other hosts is there, or its job has started already. */
async function bring(run: StepRun<ChangeToRun>): Promise<StepEnd | null> {
  const { input, reach, memory, remember, signal } = run;
  const { step, host, runId } = input;
  const hasStarted = input.attachOnly === true || (memory !== null && 'started' in memory && memory.started);
  if (step.carries === undefined || hasStarted) return null;
  try {
    await carry({ reach, runId, host, carries: step.carries, signal, onProgress: remember });
    return null;
  } catch (error) {
    if (signal.aborted) throw detached(signal);
    const kind = kindOf(error);
    if (kind === null || !(error instanceof Error)) throw error;
    return bare({ kind, sentence: `${host}: ${step.title}: ${error.message}` });
  }
}

function kindOf(error: unknown): StepEnd['kind'] | null {
  if (error instanceof TransportError) return 'unreachable';
  if (error instanceof NotCarried) return 'failed';
  return error instanceof JobHostError ? 'hostFault' : null;
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
