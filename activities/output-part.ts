import type { StreamCursor } from '../schema/output';
import { redact } from './redact';

/** What a reader of a stream gets, and where the next part begins. */
export interface StreamPart {
  readonly text: string;
  readonly next: StreamCursor;
}

/** Temporal warns of payloads above 256 KB; both streams come in one. A line that is longer is not shown. */
export const partBytes = 100_000;

/** So much before a part is looked at with it: a secret's name may stand on the line before its value. */
export const contextBytes = 8_192;

const lineEnds = [0x0a, 0x0d];

/** White space to every rule of redaction, so that one reads across it; output that has it loses it. */
const seam = '\u2029';

const longLine = `[a line of more than ${partBytes / 1000} KB is not shown; it is on the host]\n`;

/**
 * Cuts a part at the end of a line and takes the secrets out of it as if the text were in one piece. `context` is what
 * stands before `fresh` on the host; `final`: nothing follows, so that the last line needs no end.
 */
export function streamPart(options: {
  readonly from: StreamCursor;
  readonly context: Buffer;
  readonly fresh: Buffer;
  readonly final: boolean;
}): StreamPart {
  const { context, fresh, final } = options;
  const from = trusted(options);
  const end = final ? fresh.length : afterLastLine(fresh);
  if (end > 0) return shown({ from, context, bytes: fresh.subarray(0, end) });
  if (fresh.length < partBytes) return { text: '', next: from };
  return {
    text: from.hiding === 'line' ? '' : longLine,
    next: { offset: from.offset + fresh.length, hiding: from.hiding === 'key' ? 'key' : 'line' },
  };
}

/** A cursor comes from outside. One in the middle of a line could show half of a secret. */
function trusted({ from, context }: { readonly from: StreamCursor; readonly context: Buffer }): StreamCursor {
  const before = context.at(-1);
  if (before === undefined || lineEnds.includes(before) || from.hiding === 'key') return from;
  return { ...from, hiding: 'line' };
}

function afterLastLine(bytes: Buffer): number {
  return Math.max(...lineEnds.map((end) => bytes.lastIndexOf(end))) + 1;
}

function shown(options: { readonly from: StreamCursor; readonly context: Buffer; readonly bytes: Buffer }): StreamPart {
  const { from, context, bytes } = options;
  const before = context.toString('utf8').replaceAll(seam, ' ');
  const text = bytes.toString('utf8').replaceAll(seam, ' ');
  const hiding = from.hiding === 'nothing' && keyIsOpen(before) ? 'key' : from.hiding;
  const visible = afterHidden({ text, hiding });
  const offset = from.offset + bytes.length;
  if (visible === null) return { text: '', next: { offset, hiding: hiding === 'key' ? 'key' : 'nothing' } };
  return {
    text: redactedAfter({ before: hiding === 'key' ? '' : before, text: visible }),
    next: { offset, hiding: keyIsOpen(visible) ? 'key' : 'nothing' },
  };
}

/** Null: all of it is hidden. */
function afterHidden(options: { readonly text: string; readonly hiding: StreamCursor['hiding'] }): string | null {
  const { text, hiding } = options;
  if (hiding === 'nothing') return text;
  const at = hiding === 'key' ? text.indexOf('-----END') : text.search(/[\r\n]/);
  return at < 0 ? null : text.slice(hiding === 'key' ? at : at + 1);
}

function keyIsOpen(text: string): boolean {
  const begins = [...text.matchAll(/-----BEGIN [A-Z ]*PRIVATE KEY-----/g)].at(-1)?.index ?? -1;
  return begins > text.lastIndexOf('-----END');
}

function redactedAfter({ before, text }: { readonly before: string; readonly text: string }): string {
  const whole = redact(`${before}${seam}${text}`);
  const at = whole.indexOf(seam);
  if (at >= 0) return whole.slice(at + 1);
  // A secret reaches across: its line is not shown.
  const next = text.search(/[\r\n]/);
  return next < 0 ? '***' : `***${redact(text.slice(next))}`;
}
