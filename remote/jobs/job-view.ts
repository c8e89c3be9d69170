import { FrameError } from './frame-reader';
import type { JobOffsets, JobProgress, JobState, JobTail } from './job';
import { isJobState, isStarted, type JobStatus } from './job-status';
import { createOutputTail, TAIL_BYTES } from './output-tail';

export interface JobOutput {
  readonly stream: 'out' | 'err';
  readonly offset: number;
  readonly bytes: Buffer;
}

/** What one watcher has seen of a job so far; lives through reconnections. */
export interface JobView {
  /** From where the host shall send, in its words: `t` before an offset asks for the end of what is new only. */
  readonly wanted: () => { readonly out: string; readonly err: string };
  readonly takeBytes: (part: JobOutput) => void;
  readonly takeStatus: (status: JobStatus) => void;
  readonly progress: () => JobProgress;
  readonly tail: () => JobTail;
}

/**
 * Hands every byte on once, in order, from `offsets` on. It asks the host for 2 KB more than that, so that the tail is
 * whole also on a worker that came late. Without `onOutput` only the tail is asked for: 2 GiB that nobody reads stay
 * where they are.
 */
export function createJobView(options: {
  readonly jobId: string;
  readonly offsets: JobOffsets;
  readonly started: boolean;
  readonly onOutput?: (part: JobOutput) => void;
}): JobView {
  const streams = { out: createStream(options.offsets.out), err: createStream(options.offsets.err) };
  let state: JobState = 'ABSENT';
  let started = options.started;
  let last: JobStatus | null = null;
  const onlyTail = options.onOutput === undefined;
  const from = (offset: number): string => `${onlyTail ? 't' : ''}${String(offset)}`;

  return {
    wanted: () => ({ out: from(streams.out.read), err: from(streams.err.read) }),
    takeBytes({ stream, offset, bytes }) {
      const one = streams[stream];
      if (onlyTail && offset > one.read) one.read = offset; // what was skipped is more than a tail before the end
      if (offset !== one.read)
        throw new FrameError(`The host sent byte ${String(offset)} of ${stream} after ${String(one.read)}.`);
      one.tail.push(bytes);
      one.read += bytes.length;
      const fresh = one.read - one.handed;
      if (fresh <= 0) return;
      options.onOutput?.({ stream, offset: one.handed, bytes: bytes.subarray(-fresh) });
      one.handed = one.read;
    },
    takeStatus(status) {
      if (isJobState(status.state)) state = status.state;
      started ||= isStarted(status.state);
      last = status;
    },
    progress: () => ({
      jobId: options.jobId,
      state,
      started,
      offsets: { out: streams.out.handed, err: streams.err.handed },
      incarnation: last?.incarnation ?? '',
      elapsedSeconds: (last?.elapsedMs ?? 0) / 1000,
      ...(last?.mutex === undefined ? {} : { waitingFor: { mutex: last.mutex, holder: last.holder ?? '' } }),
    }),
    tail: () => ({
      stdoutTail: streams.out.tail.text(),
      stderrTail: streams.err.tail.text(),
      stdoutBytes: last?.outBytes ?? streams.out.read,
      stderrBytes: last?.errBytes ?? streams.err.read,
    }),
  };
}

function createStream(offset: number): {
  read: number;
  handed: number;
  readonly tail: ReturnType<typeof createOutputTail>;
} {
  return { read: Math.max(0, offset - TAIL_BYTES), handed: offset, tail: createOutputTail() };
}
