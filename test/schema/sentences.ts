import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import ts from 'typescript';

export interface Sentence {
  /** `workflows/finish.ts:12` */
  readonly place: string;
  readonly text: string;
}

/** Every string literal of a room that has a blank in it: what a person may read. Names and keys have none. */
export function sentencesOf(options: { readonly root: string; readonly room: string }): readonly Sentence[] {
  const { root, room } = options;
  const paths = readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).sort();
  return paths.flatMap((path) => literalsOf({ path: `${room}/${path}`, root })).filter(({ text }) => / /.test(text));
}

function literalsOf(options: { readonly root: string; readonly path: string }): readonly Sentence[] {
  const { root, path } = options;
  const reader = readers[extname(path)];
  if (reader === undefined) return [];
  const content = readFileSync(join(root, path), 'utf8');
  return reader({ path, content }).map(({ line, text }) => ({ place: `${path}:${String(line)}`, text }));
}

interface Literal {
  readonly line: number;
  readonly text: string;
}

type Reader = (file: { readonly path: string; readonly content: string }) => readonly Literal[];

const readers: Readonly<Record<string, Reader>> = {
  '.ts': typescriptLiterals,
  '.py': quotedLiterals,
  '.sh': quotedLiterals,
};

/** Of a template its own words, not what is inserted. */
function typescriptLiterals({ path, content }: Parameters<Reader>[0]): readonly Literal[] {
  const source = ts.createSourceFile(path, content, ts.ScriptTarget.Latest, true);
  const found: Literal[] = [];
  const visit = (node: ts.Node): void => {
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    if (ts.isStringLiteralLike(node)) found.push({ line, text: node.text });
    if (ts.isTemplateExpression(node))
      found.push({
        line,
        text: [node.head, ...node.templateSpans.map(({ literal }) => literal)].map((part) => part.text).join('…'),
      });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Python and sh: what is quoted on one line. Docstrings and here-documents are not read. */
function quotedLiterals({ content }: Parameters<Reader>[0]): readonly Literal[] {
  const lines = content.split('\n').map((text, index) => ({ line: index + 1, text }));
  return lines
    .filter(({ text }) => !text.trimStart().startsWith('#'))
    .flatMap(({ line, text }) =>
      (text.match(/'[^']*'|"[^"]*"/g) ?? []).map((quoted) => ({ line, text: quoted.slice(1, -1) })),
    );
}
