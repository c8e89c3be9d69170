import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Lab } from '../../lab';

/** Keys of a cloud file that are other than the lab writes them. */
export type CloudChange = Readonly<Record<string, unknown>>;

/** A clouds directory beside the lab's own, whose cloud file says other things. */
export function changedCloud(options: { readonly lab: Lab; readonly change: CloudChange }): string {
  const directory = mkdtempSync(join(tmpdir(), 'clouds-'));
  cpSync(options.lab.cloudsDirectory, directory, { recursive: true });
  const file = join(directory, 'cedar.yaml');
  writeFileSync(file, stringify({ ...(parse(readFileSync(file, 'utf8')) as object), ...options.change }));
  return directory;
}
