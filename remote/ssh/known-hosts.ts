import { createHash, createHmac } from 'node:crypto';

/** One usable line of a known_hosts file. */
export interface KnownHostLine {
  readonly lineNumber: number;
  readonly marker: 'key' | 'revoked' | 'certAuthority';
  readonly patterns: string;
  readonly keyType: string;
  /** base64, as in the file and in the SSH wire format. */
  readonly key: string;
}

export type HostKeyVerdict =
  | { readonly kind: 'known'; readonly lineNumber: number }
  | { readonly kind: 'revoked'; readonly lineNumber: number }
  | { readonly kind: 'changed'; readonly expected: readonly KnownHostLine[] }
  | { readonly kind: 'otherType'; readonly expected: readonly KnownHostLine[] }
  | { readonly kind: 'authorityOnly'; readonly lineNumber: number }
  | { readonly kind: 'unknown' };

const MARKERS = { '@revoked': 'revoked', '@cert-authority': 'certAuthority' } as const;

/** Reads a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). What is not a host key line is passed over, as ssh does. */
export function parseKnownHosts(text: string): KnownHostLine[] {
  return text.split('\n').flatMap((line, index) => parseLine({ line, lineNumber: index + 1 }));
}

function parseLine(options: { readonly line: string; readonly lineNumber: number }): KnownHostLine[] {
  const words = options.line.trim().split(/[ \t]+/);
  const first = words[0] ?? '';
  if (first === '' || first.startsWith('#')) return [];
  if (first.startsWith('@') && !(first in MARKERS)) return [];
  const marker = first in MARKERS ? MARKERS[first as keyof typeof MARKERS] : 'key';
  const [patterns, keyType, key] = marker === 'key' ? words : words.slice(1);
  if (patterns === undefined || keyType === undefined || key === undefined) return [];
  return [{ lineNumber: options.lineNumber, marker, patterns, keyType, key }];
}

/** The name under which ssh looks a host up: the port is part of it unless it is 22. */
export function lookupName(options: { readonly address: string; readonly port: number }): string {
  const address = options.address.toLowerCase();
  return options.port === 22 ? address : `[${address}]:${String(options.port)}`;
}

/** Lines that speak of this host under one of its names (from `lookupName`). A negation of one name takes the line away for all. */
export function linesFor(options: {
  readonly lines: readonly KnownHostLine[];
  readonly names: readonly string[];
}): KnownHostLine[] {
  const { lines, names } = options;
  return lines.filter(
    ({ patterns }) =>
      !names.some((name) => isExcluded({ patterns, name })) && names.some((name) => matches({ patterns, name })),
  );
}

/**
 * Judges the plain key that a host showed. Revocation is asked first: a key that was stolen stays refused even where
 * an older line still trusts it. `authorityOnly`: the file trusts only certificates for this host.
 */
export function judgeHostKey(options: {
  readonly lines: readonly KnownHostLine[];
  readonly names: readonly string[];
  readonly key: Buffer;
}): HostKeyVerdict {
  const shown = options.key.toString('base64');
  const mine = linesFor(options);
  const revoked = mine.find(({ marker, key }) => marker === 'revoked' && key === shown);
  if (revoked) return { kind: 'revoked', lineNumber: revoked.lineNumber };
  const trusted = mine.filter(({ marker }) => marker === 'key');
  const known = trusted.find(({ key }) => key === shown);
  if (known) return { kind: 'known', lineNumber: known.lineNumber };
  if (trusted.length === 0) return withoutKeys(mine);
  const type = keyTypeOf(options.key);
  const sameType = trusted.filter(({ keyType }) => keyType === type);
  return sameType.length > 0 ? { kind: 'changed', expected: sameType } : { kind: 'otherType', expected: trusted };
}

function withoutKeys(mine: readonly KnownHostLine[]): HostKeyVerdict {
  const authority = mine.find(({ marker }) => marker === 'certAuthority');
  return authority ? { kind: 'authorityOnly', lineNumber: authority.lineNumber } : { kind: 'unknown' };
}

/** The type that a key in SSH wire format names itself, such as ssh-ed25519. */
export function keyTypeOf(key: Buffer): string {
  return key.length < 4 ? '' : key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

/** As `ssh-keygen -lf` prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function isExcluded({ patterns, name }: { readonly patterns: string; readonly name: string }): boolean {
  return patterns
    .toLowerCase()
    .split(',')
    .some((one) => one.startsWith('!') && matchesWildcard({ pattern: one.slice(1), name }));
}

function matches(options: { readonly patterns: string; readonly name: string }): boolean {
  if (options.patterns.startsWith('|')) return matchesHash({ hashed: options.patterns, name: options.name });
  const patterns = options.patterns.toLowerCase().split(',');
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesWildcard({ pattern, name: options.name }));
}

function matchesHash(options: { readonly hashed: string; readonly name: string }): boolean {
  const [, version, salt, hash] = options.hashed.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(options.name).digest('base64') === hash;
}

/**
 * `*` is any text, `?` any one letter. By hand and in step: a regular expression for each line of a large file costs
 * milliseconds a connection, and one of many stars goes back and forth over the name for ever.
 */
function matchesWildcard(options: { readonly pattern: string; readonly name: string }): boolean {
  const { pattern, name } = options;
  let at = 0;
  let letter = 0;
  let star: { readonly at: number; readonly letter: number } | null = null;
  while (letter < name.length) {
    if (pattern[at] === '*') {
      star = { at, letter };
      at += 1;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[letter])) {
      at += 1;
      letter += 1;
    } else if (star) {
      star = { at: star.at, letter: star.letter + 1 }; // let the last star take one letter more
      at = star.at + 1;
      letter = star.letter;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
