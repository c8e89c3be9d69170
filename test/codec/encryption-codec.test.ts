import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import { createEncryptionCodec, readKeyFile } from '../../codec';

const line = (id: string): string => `${id} ${randomBytes(32).toString('base64')}`;
const [first, second] = [line('k1'), line('k2')];

function codecOf(...lines: string[]): PayloadCodec {
  return createEncryptionCodec(readKeyFile(fileOf(...lines)));
}

function fileOf(...lines: string[]): string {
  const file = join(mkdtempSync(join(tmpdir(), 'osu-keys-')), 'keys');
  writeFileSync(file, `# keys of the cloud\n\n${lines.join('\n')}\n`);
  return file;
}

const plain: Payload = defaultPayloadConverter.toPayload({ cloud: 'cedar', to: 'bobcat' });

describe('the encryption of what Temporal stores', () => {
  it('shows nothing of a payload, and gives it back whole', async () => {
    const codec = codecOf(first);
    const [sealed] = await codec.encode([plain]);
    expect(Buffer.from(sealed!.data!).toString('latin1')).not.toContain('cedar');
    expect(Buffer.from(sealed!.metadata!['encoding']!).toString()).toBe('binary/encrypted');
    const [opened] = await codec.decode([sealed!]);
    expect(defaultPayloadConverter.fromPayload(opened!)).toEqual({ cloud: 'cedar', to: 'bobcat' });
  });

  it('never encrypts the same twice in the same way', async () => {
    const sealed = await codecOf(first).encode([plain, plain]);
    expect(Buffer.from(sealed[0]!.data!).equals(Buffer.from(sealed[1]!.data!))).toBe(false);
  });

  it('lets through what it has not encrypted: runs from before, and payloads of the server', async () => {
    expect(await codecOf(first).decode([plain])).toEqual([plain]);
  });

  it('reads what an older key has encrypted, as long as its line stays', async () => {
    const sealed = await codecOf(first).encode([plain]);
    await expect(codecOf(second, first).decode(sealed)).resolves.toHaveLength(1);
    await expect(async () => codecOf(second).decode(sealed)).rejects.toThrow('encrypted with key k1');
  });

  it('refuses a payload of which a single bit was changed', async () => {
    const codec = codecOf(first);
    const [sealed] = await codec.encode([plain]);
    const data = Buffer.from(sealed!.data!);
    data[data.length - 1]! ^= 1;
    await expect(async () => codec.decode([{ ...sealed, data }])).rejects.toThrow();
  });
});

describe('a key file', () => {
  it.each([
    ['no line', [], 'contains no key'],
    ['a short key', ['k1 c2hvcnQ='], 'an invalid line, "k1 ...": 5 bytes instead of 32'],
    ['no id', [randomBytes(32).toString('base64')], '0 bytes'],
  ])('with %s is refused with the command that makes one', (_, lines, sentence) => {
    expect(() => readKeyFile(fileOf(...lines))).toThrow(sentence);
    expect(() => readKeyFile(fileOf(...lines))).toThrow('openssl rand -base64 32');
  });

  it('that is missing is named', () => {
    expect(() => readKeyFile('/nowhere/keys')).toThrow('The key file /nowhere/keys cannot be read');
  });
});
