/** HTML or SVG text that is safe to place into a page: built by `markup`, never from raw input. */
export class Markup {
  constructor(readonly text: string) {}
}

type Piece = string | number | null | Markup | readonly (string | number | Markup)[];

/**
 * Builds HTML. Every interpolated string is escaped, in text and in quoted attributes alike; other `markup` texts go in
 * as they are; arrays are joined; null is nothing. Output of hosts and names typed by people end up in the report, and
 * a report is opened in a browser that is logged in elsewhere.
 */
export function markup(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  const text = parts.reduce((done, part, index) => done + rendered(pieces[index - 1] ?? null) + part);
  return new Markup(text);
}

function rendered(piece: Piece): string {
  if (piece === null) return '';
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'object')
    return piece.map((one) => (one instanceof Markup ? one.text : escaped(String(one)))).join('');
  return escaped(String(piece));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Control characters (a terminal's colours, NUL) are no HTML; they become a visible mark. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"'`]/g, (character) => entities[character] ?? '')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
}
