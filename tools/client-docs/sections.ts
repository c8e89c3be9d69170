import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorTable } from './error-table';

export const clientPage = join(__dirname, '../../docs/client.md');

/** Parts of docs/client.md that are made of data, by the name in their marks: `<!-- errors: npm run docs:client -->`. */
const made: Readonly<Record<string, () => string>> = { errors: errorTable };

/** The page with every made part as it is now. */
export function currentPage(): string {
  return Object.entries(made).reduce((page, [name, text]) => replaced({ page, name, text: text() }), readPage());
}

export function readPage(): string {
  return readFileSync(clientPage, 'utf8');
}

export function writePage(): void {
  writeFileSync(clientPage, currentPage());
}

function replaced(options: { page: string; name: string; text: string }): string {
  const { page, name, text } = options;
  const begin = `<!-- ${name}: npm run docs:client -->`;
  const end = `<!-- /${name} -->`;
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/client.md has no marks ${begin} and ${end}`);
  return `${before}${begin}\n\n${text}\n\n${end}${after}`;
}
