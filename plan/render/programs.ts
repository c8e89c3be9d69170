import type { Program } from '../../schema/plan';
import { indented, underlined, wrapped } from './text';

/**
 * The text of a runbook's steps with each program named where a step carries it. A person reads it once, at the end: five
 * programs printed in every step that writes them were a fifth of a rolling runbook.
 */
export function programsByDigest(options: { text: string; programs: readonly Program[] }): string {
  return options.programs.reduce(
    (text, { name, sha256, text: program }) =>
      text.replaceAll(shown(program), () => indented(`(program ${name}, SHA-256 ${sha256}: its text is at the end)`)),
    options.text,
  );
}

/** What people need to write a program to a host by hand, and to see that it is the one that was approved. */
export function programTexts(options: { programs: readonly Program[] }): string {
  const { programs } = options;
  if (programs.length === 0) return '';
  return [
    underlined('Programs', '#'),
    ...wrapped({
      text:
        'The text of each program that a step above names by its SHA-256. The scripts of the steps, as files on the ' +
        'hosts, carry them complete. To write one by hand, take away the four blanks before each line; `sha256sum` ' +
        'of the file is then the number here.',
      indent: '',
    }),
    ...programs.map(({ name, sha256, text }) =>
      ['', underlined(`Program ${name}`, '='), `SHA-256 ${sha256}`, '', shown(text)].join('\n'),
    ),
  ].join('\n');
}

/** As it stands in a here-document of a step: the last line's end belongs to the mark. */
function shown(program: string): string {
  return indented(program.replace(/\n$/, ''));
}
