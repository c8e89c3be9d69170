import { setTimeout as pause } from 'node:timers/promises';
import { contextBytes, partBytes, streamPart } from '../activities/output-part';
import type { OutputPart, ReadOutputInput, StreamCursor } from '../schema/output';
import { boundId } from '../schema/step-name';
import { fakeJobId, type FakeJobs } from './fake-jobs';

/** The next part of what a fake step has printed, cut and redacted as a host's. */
export async function readFakeOutput(options: {
  readonly jobs: FakeJobs;
  readonly input: ReadOutputInput;
}): Promise<OutputPart> {
  const { jobs, input } = options;
  const id = fakeJobId(input);
  const ended = jobs.ended.get(id);
  const state = !jobs.known.has(id) ? 'absent' : ended === undefined ? 'running' : 'ended';
  const printed = jobs.printed[boundId(input)] ?? { out: '', err: '' };
  const part = (name: 'out' | 'err'): ReturnType<typeof streamPart> =>
    partOf({ text: Buffer.from(printed[name]), from: input.from[name], isOver: state === 'ended' });
  const [out, err] = [part('out'), part('err')];
  const isRead = out.next.offset >= Buffer.byteLength(printed.out) && err.next.offset >= Buffer.byteLength(printed.err);
  if (input.follow && state === 'running' && out.text + err.text === '') await pause(100); // a host waits longer
  return {
    out: out.text,
    err: err.text,
    next: { out: out.next, err: err.next },
    state,
    complete: state === 'absent' || (state === 'ended' && isRead),
    exitCode: ended === undefined ? null : ended === 'failed' ? 1 : 0,
  };
}

function partOf(options: {
  readonly text: Buffer;
  readonly from: StreamCursor;
  readonly isOver: boolean;
}): ReturnType<typeof streamPart> {
  const { text, from, isOver } = options;
  const { offset } = from;
  const fresh = text.subarray(offset, offset + partBytes);
  const context = text.subarray(Math.max(0, offset - contextBytes), offset);
  return streamPart({ from, context, fresh, final: isOver && offset + fresh.length >= text.length });
}
