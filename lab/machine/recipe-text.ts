import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The text of one file of lab/recipe. */
export function recipeText(name: string): string {
  return readFileSync(join(__dirname, '../recipe', name), 'utf8');
}

/** A short name for everything that went into a layer: another recipe, another key, another layer. */
export function keyOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}
