import type { HostReadiness } from './host-readiness';
import type { JobResult } from './job';
import type { JobView } from './job-view';
import type { TransportError } from '../ssh/transport';

type Started = 'no' | 'yes' | 'unknown';

/** The results that are not the job's own end: why nobody watches it any more. */
export function detachedResult(options: { readonly view: JobView; readonly started: Started }): JobResult {
  const { jobId, offsets } = options.view.progress();
  return { jobId, kind: 'detached', started: options.started, offsets };
}

export function overtimeResult(options: { readonly host: string; readonly view: JobView }): JobResult {
  const { jobId, state, elapsedSeconds, offsets, waitingFor } = options.view.progress();
  const text = waitingFor
    ? `Job ${jobId} on ${options.host} has waited ${String(Math.round(elapsedSeconds))} s for ${waitingFor.mutex}, which job ${waitingFor.holder} holds. It starts when that job ends, unless you kill it.`
    : `Job ${jobId} on ${options.host} has run for ${String(Math.round(elapsedSeconds))} s, longer than planned. It is still running and was not stopped. Wait for it, or kill it.`;
  return { jobId, kind: 'overtime', state, elapsedSeconds, offsets, text, ...options.view.tail() };
}

export function unreachableResult(options: {
  readonly jobId: string;
  readonly error: TransportError;
  readonly started: Started;
}): JobResult {
  const { jobId, error, started } = options;
  const text = `${error.message} ${fate({ jobId, started })}`;
  return { jobId, kind: 'unreachable', reason: error.kind, mayBeRunning: started, text };
}

/** The host was looked at and cannot run jobs. */
export function unfitResult(options: { readonly jobId: string; readonly readiness: HostReadiness }): JobResult {
  const { jobId, readiness } = options;
  const { kind, sentence } = readiness.problem ?? { kind: 'noProgram', sentence: '' };
  return { jobId, kind: kind === 'noSpace' ? 'noSpace' : 'hostFault', text: sentence };
}

export function stuckResult(options: {
  readonly host: string;
  readonly jobId: string;
  readonly said: string;
  readonly started: Started;
}): JobResult {
  const { host, jobId, said, started } = options;
  const text = `The job program on ${host} gave no valid answer several times (${said}). ${fate({ jobId, started })}`;
  return { jobId, kind: 'hostFault', text };
}

function fate(options: { readonly jobId: string; readonly started: Started }): string {
  switch (options.started) {
    case 'no':
      return `Job ${options.jobId} was not started.`;
    case 'yes':
      return `Job ${options.jobId} was started and may still be running. Wait: it is found again when the host answers.`;
    case 'unknown':
      return `It is not known whether job ${options.jobId} was started. Wait: this is checked when the host answers, and the job starts at most once.`;
    default:
      return options.started satisfies never;
  }
}
