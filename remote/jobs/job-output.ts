import { createHash } from 'node:crypto';
import { createFrameReader } from './frame-reader';
import { requireReady, type HostProgram } from './job-ask';
import { JobHostError } from './job-host-error';
import { parseStatus, type JobStatus } from './job-status';
import { verbWords } from './supervisor-program';
import { pause } from '../ssh/time-limit';
import { TransportError } from '../ssh/transport';

export interface ReadOutputRequest {
  readonly host: string;
  readonly jobId: string;
  readonly stream: 'out' | 'err';
  /** Where to begin; default 0. */
  readonly offset?: number;
  /** Every byte once, in order. The bytes must be used at once. Without it only the hash is made. */
  readonly onBytes?: (bytes: Buffer) => void;
  readonly signal?: AbortSignal;
}

/** What was handed over: so many bytes from `offset` on, and their SHA-256 in hex, for evidence. */
export interface ReadOutput {
  readonly bytes: number;
  readonly sha256: string;
  readonly status: JobStatus;
}

/** For a gigabyte over a thin line. */
const DEADLINE_SECONDS = 3600;
const TRIES_WITHOUT_PROGRESS = 5;
const NOTHING = Number.MAX_SAFE_INTEGER;

/**
 * Reads what a stream of a job holds now, going on after lost connections. Rejects with the last TransportError when
 * five attempts in a row brought no byte, or with JobHostError when the host cannot answer.
 */
export async function readJobOutput(
  options: HostProgram & { readonly request: ReadOutputRequest },
): Promise<ReadOutput> {
  const { request } = options;
  const sum = createHash('sha256');
  const begin = request.offset ?? 0;
  let position = begin;
  const heard: { status: JobStatus | null } = { status: null };

  const readOn = async (): Promise<void> => {
    await requireReady({ ...options, ...request });
    const from = request.stream === 'out' ? [position, NOTHING] : [NOTHING, position];
    const reader = createFrameReader({
      onBytes: ({ stream, offset, bytes }) => {
        if (stream !== request.stream || offset !== position)
          throw new JobHostError(
            `${request.host} sent a wrong part of the output of job ${request.jobId}. Read it again.`,
          );
        sum.update(bytes);
        request.onBytes?.(bytes);
        position += bytes.length;
      },
      onLine: ({ mark, text }) => {
        if (mark !== 'H') heard.status = parseStatus(text);
      },
    });
    await options.root.exec({
      host: request.host,
      // Zero seconds: what is there now, and no waiting for more.
      words: verbWords({ ...options, verb: 'follow', words: [request.jobId, ...from, 0] }),
      deadlineSeconds: DEADLINE_SECONDS,
      onStdout: reader.push,
      ...(request.signal ? { signal: request.signal } : {}),
    });
  };

  for (let tries = 1; ; tries += 1) {
    const before = position;
    let failure: unknown = new JobHostError(`${request.host} did not send the output of job ${request.jobId}.`);
    try {
      await readOn();
      if (heard.status) return { bytes: position - begin, sha256: sum.digest('hex'), status: heard.status };
      options.publisher.forget(request.host);
    } catch (error) {
      if (!(error instanceof TransportError) || error.kind === 'aborted') throw error;
      failure = error;
    }
    if (position > before) tries = 0;
    if (tries >= TRIES_WITHOUT_PROGRESS) throw failure;
    await pause({ seconds: 0.2 * (tries + 1), ...(request.signal ? { signal: request.signal } : {}) });
  }
}
