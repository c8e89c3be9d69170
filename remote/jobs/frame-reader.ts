/** The stream is not what durable-job.sh writes. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

export interface FrameSink {
  /** Bytes of the job's output as they come, each with its place in the stream. They must be used at once. */
  readonly onBytes: (part: { readonly stream: 'out' | 'err'; readonly offset: number; readonly bytes: Buffer }) => void;
  /** H: goes on. P: ask again. X: nothing more to say. */
  readonly onLine: (line: { readonly mark: 'H' | 'P' | 'X'; readonly text: string }) => void;
}

const HELLO = 'durable-job 1';
/** A status line is about 200 bytes; a login shell's greeting may be longer. */
const LONGEST_LINE = 64 * 1024;

interface Frame {
  readonly stream: 'out' | 'err';
  readonly offset: number;
  readonly left: number;
}

/**
 * Takes the answer of durable-job.sh apart, chunk by chunk. It holds at most one line: bytes of output go on as they
 * come, also of a frame that is later torn, so the reader's own count is the place to go on from. Throws FrameError.
 */
export function createFrameReader(sink: FrameSink): { readonly push: (chunk: Buffer) => void } {
  let greeted = false;
  let frame: Frame | null = null;
  let line = Buffer.alloc(0);

  const readBytes = (chunk: Buffer, current: Frame): Buffer => {
    const bytes = chunk.subarray(0, current.left);
    if (bytes.length > 0) sink.onBytes({ stream: current.stream, offset: current.offset, bytes });
    const left = current.left - bytes.length;
    const rest = chunk.subarray(bytes.length);
    frame = { stream: current.stream, offset: current.offset + bytes.length, left };
    if (left > 0 || rest.length === 0) return rest;
    if (rest[0] !== 0x0a) throw new FrameError('A frame has the wrong length.');
    frame = null;
    return rest.subarray(1);
  };

  const readLine = (chunk: Buffer): Buffer => {
    const end = chunk.indexOf(0x0a);
    line = Buffer.concat([line, end < 0 ? chunk : chunk.subarray(0, end)]);
    if (line.length > LONGEST_LINE) throw new FrameError('A line is not terminated.');
    if (end < 0) return Buffer.alloc(0);
    const text = line.toString('utf8');
    line = Buffer.alloc(0);
    if (greeted) frame = takeLine({ text, sink });
    // What a login shell printed before is passed over, also where it has not ended its line.
    else greeted = text.endsWith(HELLO);
    return chunk.subarray(end + 1);
  };

  return {
    push(chunk) {
      let rest = chunk;
      while (rest.length > 0) rest = frame ? readBytes(rest, frame) : readLine(rest);
    },
  };
}

function takeLine(options: { readonly text: string; readonly sink: FrameSink }): Frame | null {
  const { text } = options;
  const mark = text.slice(0, 2);
  if (mark === 'H ' || mark === 'P ' || mark === 'X ') {
    options.sink.onLine({ mark: mark[0] as 'H' | 'P' | 'X', text: text.slice(2) });
    return null;
  }
  const [, stream, offset, bytes] = /^D (out|err) (\d+) (\d+)$/.exec(text) ?? [];
  if (stream === undefined)
    throw new FrameError(`Not an answer of durable-job.sh: ${JSON.stringify(text.slice(0, 200))}`);
  return { stream: stream as 'out' | 'err', offset: Number(offset), left: Number(bytes) };
}
