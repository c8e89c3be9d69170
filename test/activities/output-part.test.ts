import fc from 'fast-check';
import { contextBytes, partBytes, streamPart } from '../../activities/output-part';
import { redact } from '../../activities/redact';
import { startOfOutput, type StreamCursor } from '../../schema/output';

/** Reads a whole text as a reader does: what is there comes in pieces that end anywhere. */
function readAll({ text, pieces }: { text: string; pieces: readonly number[] }): string {
  const bytes = Buffer.from(text);
  let from: StreamCursor = startOfOutput.out;
  let said = '';
  for (const there of [...pieces, bytes.length].sort((a, b) => a - b)) {
    for (;;) {
      const end = Math.min(there, bytes.length, from.offset + partBytes);
      const part = streamPart({
        from,
        context: bytes.subarray(Math.max(0, from.offset - contextBytes), from.offset),
        fresh: bytes.subarray(from.offset, end),
        final: end === bytes.length,
      });
      said += part.text;
      if (part.next.offset === from.offset) break;
      from = part.next;
    }
  }
  expect(from.offset).toBe(bytes.length);
  return said;
}

/** Lines as commands print them; the word that must never be seen is `geheim`. */
const line = fc.constantFrom(
  'Setting up heat-common (1:21.0.0-0lab1) ...\n',
  'connection = mysql+pymysql://heat:geheim@db1/heat\n',
  'password:\n',
  'geheim\n',
  'rabbit_password=geheim\n',
  '"password": "geheim"\n',
  'Get:1 http://packages.example/ ./ heat 1 [12 kB]\r',
  '-----BEGIN RSA PRIVATE KEY-----\ngeheimgeheim\ngeheim/geheim\n-----END RSA PRIVATE KEY-----\n',
  "IDENTIFIED BY\n 'geheim'\n",
  '--password\ngeheim\n',
  '\n',
  'naïve ✓\n',
);

describe('a part of an output', () => {
  it('hides what is hidden in one piece, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.array(fc.nat(1500), { maxLength: 12 }), (lines, pieces) => {
        const text = lines.join('');
        const hidden = (shown: string): number => shown.split('geheim').length - 1;
        expect(hidden(readAll({ text, pieces }))).toBeLessThanOrEqual(hidden(redact(text)));
      }),
      { numRuns: 2000 },
    );
  });

  it('shows everything else, byte for byte', () => {
    const plain = Array.from({ length: 30_000 }, (_, index) => `line ${index} ✓\n`).join('');
    expect(readAll({ text: plain, pieces: [7, 100_000, 250_001] })).toBe(plain);
  });

  it('waits for the end of a line while the command runs, and for none at its end', () => {
    const from = startOfOutput.out;
    const context = Buffer.alloc(0);
    const fresh = Buffer.from('one\npassw');
    expect(streamPart({ from, context, fresh, final: false })).toMatchObject({ text: 'one\n', next: { offset: 4 } });
    expect(streamPart({ from, context, fresh, final: true })).toMatchObject({ text: 'one\npassw' });
  });

  it('does not show a line that is longer than a part, and shows the next one', () => {
    const text = `${'x'.repeat(partBytes * 2 + 5)}password=geheim\nnext\n`;
    expect(readAll({ text, pieces: [] })).toBe('[a line of more than 100 KB is not shown; it is on the host]\nnext\n');
  });

  it('hides a private key that is longer than a part', () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${'geheim\n'.repeat(40_000)}-----END PRIVATE KEY-----\nafter\n`;
    const said = readAll({ text: key, pieces: [] });
    expect(said).not.toContain('geheim');
    expect(said).toContain('after\n');
  });

  it('hides the rest of a line when a cursor that came from outside begins in the middle of it', () => {
    const bytes = Buffer.from('password=geheim\nnext\n');
    const offset = 'password=ge'.length;
    const part = streamPart({
      from: { offset, hiding: 'nothing' },
      context: bytes.subarray(0, offset),
      fresh: bytes.subarray(offset),
      final: true,
    });
    expect(part.text).toBe('next\n');
  });
});
