import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

type Loader = (this: { readonly resourcePath: string }, source: string) => string;

/** Editors show the comments of the types beside; in the programs they would be a tenth of the package. Lines stay where they are. */
export function stripComments({ out }: { readonly out: string }): void {
  const withoutComments = createRequire(__filename)('./without-comments.cjs') as Loader;
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
  for (const path of files.map((file) => join(out, file))) {
    writeFileSync(path, withoutComments.call({ resourcePath: path }, readFileSync(path, 'utf8')));
  }
}
