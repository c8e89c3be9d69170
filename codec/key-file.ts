import { readFileSync } from 'node:fs';

/** A key that encrypts payloads, and the id that is stored beside what it encrypted. */
export interface CodecKey {
  readonly id: string;
  readonly key: Buffer;
}

/** AES-256. */
const keyBytes = 32;

/**
 * Reads a key file: one `<id> <base64 of 32 bytes>` a line, `#` begins a comment. The first encrypts; all decrypt, so
 * that keys can be changed while old runs are still read.
 * @throws Error one sentence; it never contains a key
 */
export function readKeyFile(path: string): readonly [CodecKey, ...CodecKey[]] {
  const lines = textOf(path)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const [first, ...others] = lines.map((line) => keyOf({ line, path }));
  if (first === undefined) throw new Error(`The key file ${path} contains no key. ${remedy}`);
  return [first, ...others];
}

function keyOf({ line, path }: { line: string; path: string }): CodecKey {
  const [id = '', text = '', ...rest] = line.split(/\s+/);
  const key = Buffer.from(text, 'base64');
  if (rest.length > 0 || key.length !== keyBytes)
    throw new Error(
      `The key file ${path} has an invalid line, "${id} ...": ${key.length} bytes instead of 32. ${remedy}`,
    );
  return { id, key };
}

const remedy = 'A line is an id and 32 bytes in base64. To make one: echo "k1 $(openssl rand -base64 32)"';

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`The key file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
