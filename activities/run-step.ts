import type { StepInput } from '../schema/activities';
import type { Outcome } from '../schema/outcome';
import { changeExit, type ChangeToRun, type Probe, type StepToRun, type Watch } from '../schema/plan';
import type { Reach } from './reach';
import { redact } from './redact';
import type { Fence, JobProgress, JobResult } from './remote/durable-job';
import { TransportError, type ExecResult } from './remote/transport';
import { asRoot, SudoRefused } from './root-shell';

/** What an earlier attempt of the same activity knew: it travels in heartbeats. */
export type StepMemory = Pick<JobProgress, 'started' | 'offsets' | 'incarnation'>;

interface Run<S extends StepToRun = StepToRun> {
  readonly input: StepInput & { readonly step: S };
  readonly reach: Reach;
  readonly memory: StepMemory | null;
  readonly remember: (progress: JobProgress | { readonly looked: number; readonly said: string }) => void;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/**
 * One step on one host. Every expected end is a returned outcome with a sentence for people; a lost worker, a bug or
 * a shutdown throws, and Temporal runs the activity again, which finds the same job.
 */
export async function runStep(run: Run): Promise<Outcome> {
  const { step } = run.input;
  const startedAt = run.now().toISOString();
  const ended = await endOf(run);
  return {
    stepId: step.id,
    host: run.input.host,
    generation: run.input.generation,
    startedAt,
    endedAt: run.now().toISOString(),
    ...ended,
    stdoutTail: tail({ kind: ended.kind, text: ended.stdoutTail }),
    stderrTail: tail({ kind: ended.kind, text: ended.stderrTail }),
  };
}

type End = Pick<Outcome, 'kind' | 'sentence' | 'exitCode' | 'stillRunning' | 'stdoutTail' | 'stderrTail' | 'jobId'>;

async function endOf(run: Run): Promise<End> {
  const { step } = run.input;
  switch (step.kind) {
    case 'probe':
      return probeHost({ ...run, input: { ...run.input, step } });
    case 'change':
      return changeHost({ ...run, input: { ...run.input, step } });
    case 'watch':
      return startWatch({ ...run, input: { ...run.input, step } });
    default:
      return step satisfies never;
  }
}

/** Looks until it holds or its time is over. What it said last is the sentence: "3 stacks in work: web, db, mail". */
async function probeHost(run: Run<Probe>): Promise<End> {
  const { input, reach, remember, signal, now } = run;
  const { step, host } = input;
  const until = now().getTime() + patience({ step, waits: input.waits ?? 0 }) * 1000;
  for (let looked = 1; ; looked++) {
    const look = await lookOnce(run);
    if (look.kind === 'done' || look.kind === 'hostFault') return look;
    remember({ looked, said: look.sentence });
    const limit = look.kind === 'unreachable' ? until + reach.cloud.policy.unreachableSeconds * 1000 : until;
    if (now().getTime() >= limit) return { ...look, sentence: `${host}: ${step.title}: not so. ${look.sentence}` };
    await pauseFor({ seconds: step.everySeconds, signal });
  }
}

/** "Wait" at the gate gives the same time again. */
function patience(options: { step: Probe; waits: number }): number {
  return options.step.retryForSeconds * (options.waits + 1);
}

async function lookOnce(run: Run<Probe>): Promise<End> {
  const { input, reach, signal } = run;
  const { step, host, runId } = input;
  try {
    const result = await asRoot({
      transport: reach.transport,
      host,
      script: step.script,
      environment: { OSU_RUN: runId, OSU_HOST: host },
      deadlineSeconds: step.timeoutSeconds,
      signal,
    });
    return judge({ step, result });
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof SudoRefused) return bare({ kind: 'hostFault', sentence: error.message });
    if (error instanceof TransportError) return bare({ kind: 'unreachable', sentence: error.message });
    throw error;
  }
}

function judge(options: { step: Probe; result: ExecResult }): End {
  const { step, result } = options;
  const { stdoutEquals, stdoutMatches } = step.expect;
  const said = lastLine(result.stdout) || lastLine(result.stderr) || `exit code ${String(result.exitCode)}, no word`;
  const holds =
    result.exitCode === 0 &&
    (stdoutEquals === undefined || result.stdout.trim() === stdoutEquals) &&
    (stdoutMatches === undefined || new RegExp(stdoutMatches).test(result.stdout));
  return {
    kind: holds ? 'done' : 'notReady',
    sentence: redact(said),
    exitCode: result.exitCode,
    stillRunning: false,
    stdoutTail: result.stdout,
    stderrTail: result.stderr,
    jobId: null,
  };
}

/** A change is a job: it outlives this worker, is found again by the next, and never starts twice. */
async function changeHost(run: Run<ChangeToRun>): Promise<End> {
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
  return changeEnd({ step, host, result });
}

/** Under which number of the cloud's lock the run acts. */
function fenceOf({ cloud, fence }: StepInput): { readonly fence?: Fence } {
  return fence === undefined ? {} : { fence: { cloud, number: fence } };
}

/** A host that never told its incarnation has not been reached: there is nothing to compare with. */
function remembered(memory: StepMemory | null): Partial<Parameters<Reach['jobs']['run']>[0]> {
  if (memory === null) return {};
  const { started, offsets, incarnation } = memory;
  return { attachOnly: started, offsets, ...(incarnation === '' ? {} : { incarnation }) };
}

/** Started and left alone; its stop file ends it, or a day. */
async function startWatch(run: Run<Watch>): Promise<End> {
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
  if (result.kind !== 'detached') return changeEnd({ step, host, result });
  if (!leave.signal.aborted) throw detached(signal);
  return {
    ...bare({ kind: 'done', sentence: `${host}: ${step.title}: runs` }),
    stillRunning: true,
    jobId: result.jobId,
  };
}

function changeEnd(options: {
  step: ChangeToRun | Watch;
  host: string;
  result: Exclude<JobResult, { kind: 'detached' }>;
}): End {
  const { step, host, result } = options;
  const where = `${host}: ${step.title}`;
  switch (result.kind) {
    case 'exited':
      return { ...exitEnd({ where, result }), ...tails(result), jobId: result.jobId };
    case 'interrupted':
    case 'overtime':
      return {
        kind: result.kind,
        sentence: `${where}: ${result.text}`,
        exitCode: null,
        stillRunning: result.kind === 'overtime',
        ...tails(result),
        jobId: result.jobId,
      };
    case 'unreachable':
      return {
        ...bare({ kind: 'unreachable', sentence: `${where}: ${result.text}` }),
        stillRunning: result.mayBeRunning !== 'no',
        jobId: result.jobId,
      };
    case 'noSpace':
    case 'hostFault':
      return { ...bare({ kind: result.kind, sentence: `${where}: ${result.text}` }), jobId: result.jobId };
    case 'fenced':
      return { ...bare({ kind: 'fenced', sentence: `${where}: ${result.text}` }), jobId: result.jobId };
    case 'conflict':
    case 'hostStateLost':
      return { ...bare({ kind: 'hostFault', sentence: `${where}: ${result.text}` }), jobId: result.jobId };
    default:
      return result satisfies never;
  }
}

function exitEnd(options: {
  where: string;
  result: Extract<JobResult, { kind: 'exited' }>;
}): Pick<End, 'kind' | 'sentence' | 'exitCode' | 'stillRunning'> {
  const { where, result } = options;
  const { exitCode } = result;
  const plain = { exitCode, stillRunning: false };
  if (result.why === 'cancel')
    return { ...plain, kind: 'failed', sentence: `${where}: a person ended it. Look at what it has done so far.` };
  if (exitCode === 0) return { ...plain, kind: 'done', sentence: `${where}: done` };
  if (exitCode === changeExit.unchanged) return { ...plain, kind: 'unchanged', sentence: `${where}: was so already` };
  const why = redact(lastLine(result.stderrTail) || lastLine(result.stdoutTail));
  const words =
    exitCode === changeExit.notTrueAfterwards
      ? 'ended well, but what it was to bring about is not so'
      : `exited ${String(exitCode)}`;
  return { ...plain, kind: 'failed', sentence: `${where}: ${words}${why === '' ? '' : `: ${why}`}` };
}

function bare(options: Pick<End, 'kind' | 'sentence'>): End {
  return { ...options, exitCode: null, stillRunning: false, stdoutTail: '', stderrTail: '', jobId: null };
}

function tails(result: {
  readonly stdoutTail: string;
  readonly stderrTail: string;
}): Pick<End, 'stdoutTail' | 'stderrTail'> {
  return { stdoutTail: result.stdoutTail, stderrTail: result.stderrTail };
}

/** 2 KB for what went wrong, 200 characters otherwise: history is kept for years. */
function tail(options: { kind: Outcome['kind']; text: string }): string {
  const good = options.kind === 'done' || options.kind === 'unchanged';
  return redact(options.text).slice(good ? -200 : -2048);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim().slice(-400) ?? '';
}

/** The caller's own reason, so that Temporal knows a shutdown from a cancellation. */
function detached(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('stopped watching; the job goes on');
}

async function pauseFor(options: { seconds: number; signal: AbortSignal }): Promise<void> {
  const { seconds, signal } = options;
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(detached(signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, seconds * 1000);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
