import fc from 'fast-check';
import { createFrameReader, FrameError } from '../../../remote/jobs/frame-reader';

interface Heard {
  readonly out: Buffer;
  readonly err: Buffer;
  readonly lines: string[];
}

function read(chunks: readonly Buffer[]): Heard {
  const parts = { out: [] as Buffer[], err: [] as Buffer[] };
  const at = { out: 0, err: 0 };
  const lines: string[] = [];
  const reader = createFrameReader({
    onBytes: ({ stream, offset, bytes }) => {
      expect(offset).toBe(at[stream]);
      at[stream] += bytes.length;
      parts[stream].push(Buffer.from(bytes));
    },
    onLine: ({ mark, text }) => lines.push(`${mark} ${text}`),
  });
  chunks.forEach(reader.push);
  return { out: Buffer.concat(parts.out), err: Buffer.concat(parts.err), lines };
}

const frame = (stream: string, offset: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`D ${stream} ${String(offset)} ${String(bytes.length)}\n`), bytes, Buffer.from('\n')]);

const cutAt = (all: Buffer, places: readonly number[]): Buffer[] => {
  const cuts = [0, ...places.map((place) => place % (all.length + 1)).sort((a, b) => a - b), all.length];
  return cuts.slice(1).map((end, index) => all.subarray(cuts[index], end));
};

describe('the frame reader', () => {
  it('gives every byte once, however the stream is cut into chunks', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), fc.uint8Array(), fc.array(fc.nat()), (a, b, c, places) => {
        const all = Buffer.concat([
          Buffer.from('Welcome!\nH this is a login shell\ndurable-job 1\n'),
          frame('out', 0, a),
          Buffer.from('H state=RUNNING\n'),
          frame('err', 0, b),
          frame('out', a.length, c),
          Buffer.from('X state=EXITED\n'),
        ]);
        expect(read(cutAt(all, places))).toEqual({
          out: Buffer.concat([a, c]),
          err: Buffer.from(b),
          lines: ['H state=RUNNING', 'X state=EXITED'],
        });
      }),
    );
  });

  it('hears an answer behind a greeting that does not end its line', () => {
    const greeted = '*** ctl1 ***\nHave a nice day. durable-job 1\nX state=EXITED\n';
    expect(read([Buffer.from(greeted)]).lines).toEqual(['X state=EXITED']);
  });

  it('hands on the bytes of a torn frame', () => {
    expect(read([Buffer.from('durable-job 1\nD out 0 10\nabcd')]).out.toString()).toBe('abcd');
  });

  it.each([
    ['a line of somebody else', 'durable-job 1\nhello\n'],
    ['a frame longer than it said', 'durable-job 1\nD out 0 2\nabcd\n'],
    ['a third stream', 'durable-job 1\nD log 0 2\nab\n'],
    ['a line without an end', 'x'.repeat(70_000)],
  ])('refuses %s', (_, text) => {
    expect(() => read([Buffer.from(text)])).toThrow(FrameError);
  });
});
