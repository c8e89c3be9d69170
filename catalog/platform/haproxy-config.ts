/** A section of HAProxy's configuration: each line as HAProxy takes it apart, with the `defaults` that hold for it in front. */
export interface Section {
  readonly kind: string;
  readonly name: string;
  readonly lines: readonly Words[];
}

type Words = readonly string[];

/** Keywords that begin a section (configuration manual, 2); what follows belongs to it. */
const heads =
  /^(global|defaults|frontend|backend|listen|userlist|peers|resolvers|mailers|ring|cache|program|http-errors|fcgi-app|log-forward|log-profile|crt-store|traces|acme)$/;

/** First word of a line that counts only under a condition (`.if`, from 2.4 on), which HAProxy alone can judge. */
export const conditional = '.if';

export function sectionsOf(config: readonly string[]): Section[] {
  const sections: Section[] = [];
  let conditions = 0;
  for (const words of config.map(wordsOf).filter(({ length }) => length > 0)) {
    const last = sections.at(-1);
    const [word = ''] = words;
    if (word === '.if') conditions += 1;
    if (word === '.endif') conditions -= 1;
    if (word.startsWith('.')) continue;
    const line = conditions > 0 ? [conditional, ...words] : words;
    if (heads.test(word)) sections.push(sectionAfter({ before: sections, head: words }));
    else if (last !== undefined) sections.splice(-1, 1, { ...last, lines: [...last.lines, line] });
  }
  return sections;
}

/** `from NAME` takes that `defaults`; else the last one above it holds (configuration manual, 4). */
function sectionAfter(options: { before: readonly Section[]; head: Words }): Section {
  const { before, head } = options;
  const [kind = '', ...rest] = head;
  const at = rest.indexOf('from');
  const from = at < 0 ? undefined : rest[at + 1];
  const above = before.filter((section) => section.kind === 'defaults');
  const inherits = ['frontend', 'backend', 'listen'].includes(kind) || (kind === 'defaults' && from !== undefined);
  const defaults = from === undefined ? above.at(-1) : above.findLast(({ name }) => name === from);
  return { kind, name: (at === 0 ? '' : rest[0]) ?? '', lines: inherits ? (defaults?.lines ?? []) : [] };
}

/**
 * One line as HAProxy's own tokenizer takes it apart (configuration manual, 2.2): quotes, backslashes, and a `#` that is
 * a comment only outside of both. Environment variables, which only double quotes expand, stay as they are written:
 * their values are HAProxy's, and a word that holds one is not understood.
 */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (const [piece] of line.matchAll(/\\.|'[^']*'|"(?:\\.|[^"\\])*"|\s+|#.*|[^\s\\'"#]+|./g)) {
    if (piece.startsWith('#')) break;
    if (/^\s/.test(piece)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = `${word ?? ''}${plain(piece)}`;
  }
  return word === null ? words : [...words, word];
}

function plain(piece: string): string {
  if (piece.startsWith("'")) return piece.slice(1, -1);
  if (piece.startsWith('"')) return piece.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  return piece.startsWith('\\') ? piece.slice(1) : piece;
}

/** Whether an option holds at the end: `no option` takes it back, and the last word counts. */
export function hasOption(options: { section: Section; names: readonly string[] }): boolean {
  const { section, names } = options;
  const last = section.lines.findLast((words) => {
    const at = words[0] === 'no' || words[0] === 'default' ? 1 : 0;
    return words[at] === 'option' && names.includes(words[at + 1] ?? '');
  });
  return last?.[0] === 'option';
}

/** The words behind a keyword, where it stands for the last time. */
export function lastOf(options: { section: Section; keyword: string }): Words | undefined {
  return options.section.lines.findLast(([word]) => word === options.keyword)?.slice(1);
}
