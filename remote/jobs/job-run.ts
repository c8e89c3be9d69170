import { fenceWords, type Fence } from './fence';
import { noRootReadiness } from './host-readiness';
import type { JobKey, JobOffsets, JobProgress, JobResult } from './job';
import type { HostProgram } from './job-ask';
import { decide } from './job-decision';
import { SudoRefused } from './job-host-error';
import { detachedResult, overtimeResult, stuckResult, unfitResult, unreachableResult } from './job-result';
import { jobSpec, type JobSpec } from './job-spec';
import type { JobStatus } from './job-status';
import { takeTurn, TURN_SECONDS, type Turn } from './job-turn';
import { createJobView, type JobOutput, type JobView } from './job-view';
import { verbWords, type Verb } from './supervisor-program';
import type { PublishResult } from './supervisor-publish';
import { pause } from '../ssh/time-limit';
import { TransportError } from '../ssh/transport';

export interface RunRequest extends Omit<JobKey, 'step'> {
  readonly stepId: string;
  /** Text for `sh`. It runs as root, in /, with umask 022, stdin empty, OSU_HOST, OSU_RUN, OSU_STEP and OSU_JOB set. */
  readonly script: string;
  /** Name of a resource of the host that only one job may have at a time, such as `database-heat`. */
  readonly mutex?: string;
  /**
   * Whose request it is. Not part of what makes the job the same job: a new owner attaches to a running one. Without
   * it the job is started whoever owns the cloud, unless a person has taken the host over.
   */
  readonly fence?: Fence;
  /** From the job's start on the host, also across workers. Passing it ends the watching, never the job. */
  readonly timeoutSeconds: number;
  /** How long an unreachable host is retried before it is reported. Default 300. */
  readonly unreachableSeconds?: number;
  /** The job is known to have been started (`JobProgress.started`): find it, never start it. */
  readonly attachOnly?: boolean;
  /** Bytes an earlier attempt has already handed on. */
  readonly offsets?: JobOffsets;
  /** From an earlier attempt's JobProgress: another one now means that the host lost its memory. */
  readonly incarnation?: string;
  /** After everything the host says, at least twice a second while connected. */
  readonly onProgress?: (progress: JobProgress) => void;
  /** The whole output, each byte once, in order per stream, from `offsets` on. Must be quick; nothing is buffered. */
  readonly onOutput?: (part: JobOutput) => void;
  /** Detaches; the job goes on. */
  readonly signal: AbortSignal;
}

const UNREACHABLE_SECONDS = 300;
/** Answers that should not come twice in a row (cut upload, no answer, dead supervisor) are believed after these. */
const TROUBLES = 6;

interface RunOptions extends HostProgram {
  readonly request: RunRequest;
}

/** What changes from turn to turn. */
interface Watch {
  readonly spec: JobSpec;
  readonly view: JobView;
  verb: Extract<Verb, 'ensure' | 'follow'>;
  everSent: boolean;
  troubles: number;
  lastContactAt: number;
  startingSince: number | null;
}

/**
 * Starts the job unless it exists, and watches it until its fate is known: through lost connections, and from the
 * point an earlier watcher had reached. Returns what happened; rejects only on a caller's mistake (names, sinks that
 * throw, an unknown host).
 */
export async function runJob(options: RunOptions): Promise<JobResult> {
  const { request } = options;
  const watch = beginWatch(request);
  for (;;) {
    if (request.signal.aborted) return detachedResult({ ...watch, started: startedSoFar(watch) });
    const turn = await converse({ ...options, watch });
    const next = judge({ request, watch, turn });
    if ('result' in next) return next.result;
    if (next.publishAgain) options.publisher.forget(request.host);
    if (next.pauseSeconds > 0) await pause({ seconds: next.pauseSeconds, signal: request.signal });
  }
}

function beginWatch(request: RunRequest): Watch {
  const spec = jobSpec({ ...request, step: request.stepId });
  const view = createJobView({
    jobId: spec.jobId,
    offsets: request.offsets ?? { out: 0, err: 0 },
    started: request.attachOnly ?? false,
    ...(request.onOutput ? { onOutput: request.onOutput } : {}),
  });
  return { spec, view, verb: 'ensure', everSent: false, troubles: 0, lastContactAt: Date.now(), startingSince: null };
}

async function converse(options: RunOptions & { readonly watch: Watch }): Promise<Turn | PublishResult> {
  const { watch, request } = options;
  const { host, signal } = request;
  try {
    const ready = await options.publisher.publish({ host, signal });
    if (ready.kind !== 'ready') return ready;
    const turn = await takeTurn({
      ...options,
      ...request,
      words: verbWords({ ...options, verb: watch.verb, words: words({ ...options, ready }) }),
      ...(watch.verb === 'ensure' ? { stdin: watch.spec.content } : {}),
      view: watch.view,
      onContact: () => {
        watch.lastContactAt = Date.now();
        request.onProgress?.(watch.view.progress());
      },
    });
    watch.everSent ||= turn.kind !== 'lost' || turn.error.sent;
    return turn;
  } catch (error) {
    if (error instanceof TransportError) return { kind: 'lost', error }; // while publishing: the job was not sent
    if (!(error instanceof SudoRefused)) throw error;
    return { kind: 'unfit', readiness: noRootReadiness({ host, sentence: error.message }) };
  }
}

function words(
  options: RunOptions & { readonly watch: Watch; readonly ready: PublishResult & { kind: 'ready' } },
): (string | number)[] {
  const { spec, view, verb } = options.watch;
  const { bootId } = options.ready.readiness;
  const { out, err } = view.wanted();
  const mode = view.progress().started ? 'attach' : 'start';
  return verb === 'ensure'
    ? [spec.jobId, spec.sha256, spec.bytes, mode, out, err, TURN_SECONDS, bootId, ...fenceWords(options.request.fence)]
    : [spec.jobId, out, err, TURN_SECONDS];
}

type Next = { readonly result: JobResult } | { readonly pauseSeconds: number; readonly publishAgain: boolean };

const AT_ONCE: Next = { pauseSeconds: 0, publishAgain: false };

function judge(options: {
  readonly request: RunRequest;
  readonly watch: Watch;
  readonly turn: Turn | PublishResult;
}): Next {
  const { request, watch, turn } = options;
  const { jobId } = watch.spec;
  switch (turn.kind) {
    case 'answered':
      return judgeAnswer({ request, watch, status: turn.status });
    case 'overtime':
      return { result: overtimeResult({ host: request.host, view: watch.view }) };
    case 'lost':
      return judgeLoss({ request, watch, error: turn.error });
    case 'unfit':
      return { result: unfitResult({ jobId, readiness: turn.readiness }) };
    case 'garbled':
      return trouble({ request, watch, said: turn.text });
    case 'cut':
      return trouble({ request, watch, said: 'the upload was incomplete' });
    case 'ready':
      return AT_ONCE;
    default:
      return turn satisfies never;
  }
}

function judgeAnswer(options: {
  readonly request: RunRequest;
  readonly watch: Watch;
  readonly status: JobStatus;
}): Next {
  const { request, watch, status } = options;
  watch.startingSince = status.state === 'STARTING' ? (watch.startingSince ?? Date.now()) : null;
  const decision = decide({
    host: request.host,
    jobId: watch.spec.jobId,
    status,
    view: watch.view,
    knownStarted: watch.view.progress().started,
    ...(request.incarnation === undefined ? {} : { incarnation: request.incarnation }),
    ...(request.fence === undefined ? {} : { fence: request.fence }),
    secondsStarting: watch.startingSince === null ? 0 : (Date.now() - watch.startingSince) / 1000,
  });
  if (decision.kind === 'result') return decision;
  watch.verb = decision.verb;
  if (decision.isTrouble) return trouble({ request, watch, said: `${status.state} ${status.text}`.trim() });
  watch.troubles = 0;
  return AT_ONCE;
}

function judgeLoss(options: {
  readonly request: RunRequest;
  readonly watch: Watch;
  readonly error: TransportError;
}): Next {
  const { request, watch, error } = options;
  const refused = error.kind === 'hostKey' || error.kind === 'auth';
  const waitedSeconds = (Date.now() - watch.lastContactAt) / 1000;
  if (!request.signal.aborted && (refused || waitedSeconds >= (request.unreachableSeconds ?? UNREACHABLE_SECONDS))) {
    return { result: unreachableResult({ jobId: watch.spec.jobId, error, started: startedSoFar(watch) }) };
  }
  return { pauseSeconds: 0.1 + Math.random() * 0.3, publishAgain: false };
}

/** The program may be gone from the host: the next turn puts it there again. */
function trouble(options: { readonly request: RunRequest; readonly watch: Watch; readonly said: string }): Next {
  const { request, watch, said } = options;
  watch.troubles += 1;
  if (watch.troubles < TROUBLES) return { pauseSeconds: 0.1 * watch.troubles, publishAgain: true };
  return { result: stuckResult({ host: request.host, jobId: watch.spec.jobId, said, started: startedSoFar(watch) }) };
}

function startedSoFar(watch: Watch): 'no' | 'yes' | 'unknown' {
  if (watch.view.progress().started) return 'yes';
  return watch.everSent ? 'unknown' : 'no';
}
