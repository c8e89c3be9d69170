import { TAIL_BYTES } from '../remote';
import { redact } from './redact';

/**
 * The end of a stream of which only the last bytes were kept, from its first complete line on. A secret is recognised by what
 * stands before it: of one that was cut in the middle, the rest would be shown.
 */
export function completeLines(options: { readonly text: string; readonly ofBytes: number }): string {
  const { text, ofBytes } = options;
  if (ofBytes <= TAIL_BYTES) return text;
  const end = text.indexOf('\n');
  return end < 0 ? longLine : text.slice(end + 1);
}

const longLine = `(one line of more than ${String(TAIL_BYTES)} bytes: read it on the host)`;

/** The last line of the first text that has one, without secrets. Shortened last of all: what is cut first cannot be recognised any more. */
export function lastWords(...texts: readonly string[]): string {
  const said = texts.map((text) => text.trim()).find((text) => text !== '') ?? '';
  const hidden = redact(said).split('\n').at(-1)?.trim() ?? '';
  return hidden.slice(-400);
}
