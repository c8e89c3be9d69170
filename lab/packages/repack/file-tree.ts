import { createHash } from 'node:crypto';
import { lutimesSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** All plain files below a folder, relative to it, sorted. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/**
 * One time for every file. Otherwise the same version has other bytes at the next build, and apt reports a hash
 * mismatch to hosts that know the first ones.
 */
export function setTimes(options: { readonly folder: string; readonly seconds: number }): void {
  for (const entry of readdirSync(options.folder, { recursive: true, withFileTypes: true })) {
    lutimesSync(join(entry.parentPath, entry.name), options.seconds, options.seconds);
  }
}

export function digestOf(options: { readonly algorithm: 'md5' | 'sha256'; readonly file: string }): string {
  return createHash(options.algorithm).update(readFileSync(options.file)).digest('hex');
}
