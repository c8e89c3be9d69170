/** A piece of shell text that is safe to place into another: built by `sh`, never from raw input. */
export class ShellText {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

type Word = string | number | ShellText | readonly (string | number | ShellText)[];

/**
 * Builds shell text. Every interpolated string becomes one quoted word; numbers and other `sh` texts go in as they
 * are; arrays become words with blanks between.
 *
 *     sh`systemctl stop ${unit}`     // unit = "a b"  ->  systemctl stop 'a b'
 */
export function sh(parts: TemplateStringsArray, ...words: readonly Word[]): ShellText {
  const texts = dedent(parts);
  return new ShellText(
    texts.reduce((done, text, index) => {
      const word = words[index];
      return done + text + (word === undefined ? '' : render(word));
    }, ''),
  );
}

/** Text that is already shell, from a file of ours. Never for anything that a host or a person said. */
export function raw(text: string): ShellText {
  return new ShellText(text);
}

/** Lines one after the other; a script stops at the first that fails only where it says `set -e`. */
export function lines(...texts: readonly (ShellText | null)[]): ShellText {
  return new ShellText(
    texts
      .filter((text) => text !== null)
      .map(({ text }) => text)
      .join('\n'),
  );
}

/** One word, safe in any POSIX shell. Plain words stay readable, because a person reads the runbook. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./^-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A file's content as a here-document whose words the shell leaves alone. */
export function hereDocument(options: { content: string }): ShellText {
  const end = endMark({ content: options.content });
  const content = options.content.endsWith('\n') ? options.content : `${options.content}\n`;
  return new ShellText(`<<'${end}'\n${content}${end}`);
}

function endMark(options: { content: string; length?: number }): string {
  const mark = 'END'.padEnd(options.length ?? 3, '_');
  return options.content.split('\n').includes(mark) ? endMark({ ...options, length: mark.length + 1 }) : mark;
}

function render(word: Word): string {
  if (word instanceof ShellText) return word.text;
  if (typeof word === 'number') return String(word);
  if (typeof word === 'string') return quote(word);
  return word.map((one) => render(one)).join(' ');
}

/**
 * Takes the template's own indentation away, so that it may follow the code around it. Words stay untouched: the
 * lines of a here-document are content.
 */
function dedent(parts: readonly string[]): string[] {
  const indent = /^\n([ \t]*)/.exec(parts[0] ?? '')?.[1];
  if (indent === undefined) return [...parts];
  const last = parts.length - 1;
  return parts
    .map((part) => part.replaceAll(`\n${indent}`, '\n'))
    .map((part, index) => (index === 0 ? part.slice(1) : part))
    .map((part, index) => (index === last ? part.replace(/\n[ \t]*$/, '') : part));
}
