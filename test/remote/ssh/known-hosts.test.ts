import { execFileSync, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { fingerprint, judgeHostKey, linesFor, lookupName, parseKnownHosts } from '../../../remote/ssh/known-hosts';
import { knownNames } from '../../../remote/ssh/known-hosts-file';

const directory = mkdtempSync(join(tmpdir(), 'osu-known-hosts-'));
const file = join(directory, 'known_hosts');
afterAll(() => rmSync(directory, { recursive: true }));

const makeKey = (name: string, type: string): string => {
  const path = join(directory, name);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'a comment with blanks', '-f', path]);
  return readFileSync(`${path}.pub`, 'utf8').trim();
};
const bytes = (line: string): Buffer => Buffer.from(line.split(' ')[1] ?? '', 'base64');

const ed25519 = makeKey('a', 'ed25519');
const ecdsa = makeKey('b', 'ecdsa');
const rsa = makeKey('c', 'rsa');
const stolen = makeKey('d', 'ed25519');

describe('known_hosts, against ssh-keygen -F', () => {
  writeFileSync(
    file,
    [
      '# a comment',
      '',
      `ctl1,10.0.0.11 ${ed25519}`,
      `ctl1 ${ecdsa}`,
      `[ctl2]:2222,[10.0.0.12]:2222\t${ed25519}`,
      `*.example.org,!bad.example.org ${rsa}`,
      `10.0.1.? ${rsa}`,
      `@revoked * ${stolen}`,
      `@cert-authority *.ca.example ${rsa}`,
      `UPPER.example.net ${ecdsa}`,
      '   # indented',
      'broken line-without-key',
      `@unknown-marker ctl9 ${rsa}`,
      '',
    ].join('\n'),
  );
  const hashed = join(directory, 'hashed');
  writeFileSync(hashed, `ctl1 ${ed25519}\n[ctl2]:2222 ${ecdsa}\n10.0.0.13 ${rsa}\n`);
  execFileSync('ssh-keygen', ['-q', '-H', '-f', hashed], { stdio: 'ignore' });

  const names = [
    'ctl1',
    '10.0.0.11',
    'ctl2',
    '[ctl2]:2222',
    '[10.0.0.12]:2222',
    '[10.0.0.12]:22',
    'x.example.org',
    'bad.example.org',
    'example.org',
    '10.0.1.7',
    '10.0.1.77',
    'upper.example.net',
    'x.ca.example',
    'ctl9',
    '10.0.0.13',
  ];
  it.each([file, hashed].flatMap((path) => names.map((name) => [path.split('/').pop() ?? '', name, path])))(
    'in %s finds the same lines for %s',
    (_, name, path) => {
      const found = linesFor({ lines: parseKnownHosts(readFileSync(path, 'utf8')), names: [name] });
      expect(found.map(({ lineNumber }) => lineNumber)).toEqual(linesBySshKeygen({ path, name }));
    },
  );

  it('shows the fingerprint of ssh-keygen -l', () => {
    const printed = execFileSync('ssh-keygen', ['-lf', join(directory, 'a.pub')], { encoding: 'utf8' });
    expect(fingerprint(bytes(ed25519))).toBe(printed.split(' ')[1]);
  });
});

describe('known_hosts of any shape, against ssh-keygen -F', () => {
  const names = ['a', 'b', 'ab', 'a.b', 'x.b', '10.0.0.1', '10.0.0.12', '[a]:2222', '[a.b]:22', '[10.0.0.1]:2222', 'c'];
  const patterns = [
    ...names,
    'A.B',
    '*',
    'a*',
    '?',
    '*.b',
    '10.0.0.?',
    '[a]:*',
    '[*]:2222',
    '!a',
    '!*.b',
    '![a]:2222',
    '',
  ];
  const plain = fc.array(fc.constantFrom(...patterns), { minLength: 1, maxLength: 4 }).map((some) => some.join(','));
  const hashed = fc.record({ name: fc.constantFrom(...names), salt: fc.uint8Array({ minLength: 20, maxLength: 20 }) });
  const line = fc.record({
    indent: fc.constantFrom('', '  ', '\t'),
    // Behind a tab ssh takes no marker for one, and so would trust a revoked key. We do: it can only refuse more.
    marker: fc.constantFrom('', '', '', '@revoked ', '@cert-authority ', '@other '),
    patterns: fc.oneof(plain, hashed.map(hash)),
    blank: fc.constantFrom(' ', '\t', '   '),
    key: fc.constantFrom(ed25519, ecdsa, rsa),
    end: fc.constantFrom('', ' ', '\r'),
  });
  const other = fc.constantFrom('', '# a comment', '  #', 'broken', '@revoked', '   ');
  const lines = fc.array(
    fc.oneof(
      {
        weight: 5,
        arbitrary: line.map((one) => `${one.indent}${one.marker}${one.patterns}${one.blank}${one.key}${one.end}`),
      },
      { weight: 1, arbitrary: other },
    ),
    { maxLength: 12 },
  );

  it('finds the same lines', () => {
    const generated = join(directory, 'generated');
    fc.assert(
      fc.property(lines, fc.constantFrom(...names), (some, name) => {
        writeFileSync(generated, `${some.join('\n')}\n`);
        const found = linesFor({ lines: parseKnownHosts(readFileSync(generated, 'utf8')), names: [name] });
        expect(found.map(({ lineNumber }) => lineNumber)).toEqual(linesBySshKeygen({ path: generated, name }));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a pattern of many stars', () => {
  it('is told to fit or not at once', () => {
    const lines = parseKnownHosts(`${'*a'.repeat(40)}*b ${ed25519}`);
    expect(linesFor({ lines, names: ['a'.repeat(60)] })).toEqual([]);
    expect(linesFor({ lines, names: [`${'a'.repeat(60)}b`] })).toHaveLength(1);
  });
});

describe('judging a host key', () => {
  const lines = parseKnownHosts(
    [`ctl1 ${ed25519}`, `ctl1 ${ecdsa}`, `ctl2 ${rsa}`, `ctl3 ${stolen}`, `@revoked * ${stolen}`].join('\n'),
  );
  const judge = (name: string, line: string): unknown => judgeHostKey({ lines, names: [name], key: bytes(line) });

  it("knows each of a host's keys", () => {
    expect([judge('ctl1', ed25519), judge('ctl1', ecdsa)]).toEqual([
      { kind: 'known', lineNumber: 1 },
      { kind: 'known', lineNumber: 2 },
    ]);
  });
  it('tells a changed key from a new type and from an unknown host', () => {
    expect(judge('ctl1', stolen)).toEqual({ kind: 'revoked', lineNumber: 5 });
    expect(judge('ctl1', makeKey('e', 'ed25519'))).toMatchObject({ kind: 'changed', expected: [{ lineNumber: 1 }] });
    expect(judge('ctl2', ed25519)).toMatchObject({ kind: 'otherType', expected: [{ lineNumber: 3 }] });
    expect(judge('ctl4', ed25519)).toEqual({ kind: 'unknown' });
  });
  it('refuses a revoked key although an older line trusts it', () => {
    expect(judge('ctl3', stolen)).toEqual({ kind: 'revoked', lineNumber: 5 });
  });
  it('does not take a certificate authority for a host key', () => {
    const authority = parseKnownHosts(`@cert-authority ctl1 ${ed25519}`);
    expect(judgeHostKey({ lines: authority, names: ['ctl1'], key: bytes(ed25519) })).toEqual({
      kind: 'authorityOnly',
      lineNumber: 1,
    });
  });
  it('looks an IPv6 address up in its short spelling as well, as ssh does, and a name as it is', () => {
    const names = (address: string): string[] =>
      knownNames({ name: 'ctl1', address, port: 2222, user: 'deploy', knownHostsFile: '/k' });
    expect(names('FD00:10:0:0::11')).toEqual(['[fd00:10:0:0::11]:2222', '[fd00:10::11]:2222', '[ctl1]:2222']);
    expect(names('fe80::1%eth0')).toEqual(['[fe80::1%eth0]:2222', '[ctl1]:2222']);
    expect(names('192.0.2.11')).toEqual(['[192.0.2.11]:2222', '[ctl1]:2222']);
  });
  it('writes the port into the name as ssh does', () => {
    expect([lookupName({ address: 'CTL1', port: 22 }), lookupName({ address: 'ctl1', port: 2222 })]).toEqual([
      'ctl1',
      '[ctl1]:2222',
    ]);
  });
});

/** `# Host ctl1 found: line 3 CA` */
function linesBySshKeygen(options: { readonly path: string; readonly name: string }): number[] {
  const { stdout } = spawnSync('ssh-keygen', ['-F', options.name, '-f', options.path], { encoding: 'utf8' });
  return [...stdout.matchAll(/^# Host .* found: line (\d+)/gm)].map(([, line]) => Number(line));
}

/** A name as `HashKnownHosts yes` writes it. */
function hash(options: { readonly name: string; readonly salt: Uint8Array }): string {
  const digest = createHmac('sha1', options.salt).update(options.name).digest('base64');
  return `|1|${Buffer.from(options.salt).toString('base64')}|${digest}`;
}
