import { setTimeout as pause } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { failureType } from '../schema/failure';
import type { OutputPart, OutputState, ReadOutputInput, StreamCursor } from '../schema/output';
import { jobId, JobHostError, TransportError, type JobStatus } from '../remote';
import { contextBytes, partBytes, streamPart, type StreamPart } from './output-part';
import type { Reach } from './reach';

/** A reader who follows asks again at once; the answer waits so long for something new. */
const patienceSeconds = 10;
const everySeconds = 1;

interface Reading {
  readonly reach: Reach;
  readonly input: ReadOutputInput;
  readonly signal: AbortSignal;
}

/**
 * The next part of a job's output, or what is known when nothing has come for a while. Reads only, and looks at no
 * lock: whoever may ask Temporal may read.
 * @throws ApplicationFailure Output.Unavailable when the host does not answer
 */
export async function readOutput(options: Reading): Promise<OutputPart> {
  const { input, signal } = options;
  const until = Date.now() + patienceSeconds * 1000;
  try {
    for (;;) {
      const part = await partNow(options);
      if (part.complete || !input.follow || hasMoved({ ...options, part }) || Date.now() >= until) return part;
      await pause(everySeconds * 1000, undefined, { signal });
    }
  } catch (error) {
    throw refusalOf(error);
  }
}

function hasMoved({ input, part }: Pick<Reading, 'input'> & { readonly part: OutputPart }): boolean {
  const { from } = input;
  return part.next.out.offset > from.out.offset || part.next.err.offset > from.err.offset;
}

async function partNow(options: Reading): Promise<OutputPart> {
  const { reach, input, signal } = options;
  const { host, from } = input;
  const id = jobId({ ...input, step: input.stepId });
  const status = await reach.jobs.status({ host, jobId: id, signal });
  const state = stateOf(status);
  const stream = (name: 'out' | 'err'): Promise<StreamPart> =>
    readStream({ ...options, id, name, from: from[name], size: status[`${name}Bytes`], isOver: state === 'ended' });
  const [out, err] =
    state === 'running' || state === 'ended' ? await Promise.all([stream('out'), stream('err')]) : nothing(from);
  const isRead = out.next.offset >= status.outBytes && err.next.offset >= status.errBytes;
  return {
    out: out.text,
    err: err.text,
    next: { out: out.next, err: err.next },
    state,
    complete: state === 'removed' || state === 'absent' || (state === 'ended' && isRead),
    exitCode: status.exitCode ?? null,
  };
}

function nothing(from: ReadOutputInput['from']): readonly [StreamPart, StreamPart] {
  return [
    { text: '', next: from.out },
    { text: '', next: from.err },
  ];
}

/** The host tells bytes, and hashes them on the way; more than a part is not waited for. */
async function readStream(
  options: Reading & {
    readonly id: string;
    readonly name: 'out' | 'err';
    readonly from: StreamCursor;
    readonly size: number;
    readonly isOver: boolean;
  },
): Promise<StreamPart> {
  const { reach, input, signal, id, name, from, size, isOver } = options;
  if (from.offset >= size) return { text: '', next: from };
  const begin = Math.max(0, from.offset - contextBytes);
  const most = from.offset - begin + partBytes;
  const enough = new AbortController();
  const chunks: Buffer[] = [];
  let got = 0;
  const request = {
    host: input.host,
    jobId: id,
    stream: name,
    offset: begin,
    signal: AbortSignal.any([signal, enough.signal]),
    onBytes: (bytes: Buffer) => {
      chunks.push(Buffer.from(bytes));
      got += bytes.length;
      if (got >= most) enough.abort();
    },
  };
  await reach.jobs.readOutput(request).catch((error: unknown) => {
    if (!enough.signal.aborted || signal.aborted) throw error;
  });
  const bytes = Buffer.concat(chunks).subarray(0, most);
  const context = bytes.subarray(0, from.offset - begin);
  const fresh = bytes.subarray(from.offset - begin);
  return streamPart({ from, context, fresh, final: isOver && from.offset + fresh.length >= size });
}

function stateOf({ state }: JobStatus): OutputState {
  switch (state) {
    case 'CLAIMED':
    case 'STARTING':
    case 'WAITING_MUTEX':
      return 'waiting';
    case 'RUNNING':
    case 'ORPHANED':
      return 'running';
    case 'EXITED':
    case 'INTERRUPTED_REBOOT':
    case 'INTERRUPTED_KILLED':
      return 'ended';
    case 'DONE_GC':
      return 'removed';
    case 'ABSENT':
    case 'BAD_UPLOAD':
    case 'CONFLICT':
    case 'NO_SPACE':
    case 'HOST_FAULT':
    case 'NOT_READY':
    case 'FENCED':
      return 'absent';
    default:
      return state satisfies never;
  }
}

function refusalOf(error: unknown): unknown {
  const isHosts = error instanceof JobHostError || (error instanceof TransportError && error.kind !== 'aborted');
  if (!isHosts) return error;
  return ApplicationFailure.create({
    nonRetryable: true,
    type: failureType.outputUnavailable,
    message: error.message,
    cause: error,
  });
}
