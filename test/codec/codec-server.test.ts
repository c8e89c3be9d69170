import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { randomBytes } from 'node:crypto';
import { createCodecServer, createEncryptionCodec } from '../../codec';

const origin = 'http://127.0.0.1:8233';
let server: Server;
let address: string;

beforeAll(async () => {
  const codec = createEncryptionCodec([{ id: 'k1', key: randomBytes(32) }]);
  server = createCodecServer({ codec, origin }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const payload = { metadata: { encoding: base64('json/plain') }, data: base64('{"cloud":"cedar"}') };

/** As the Web UI asks: JSON, byte strings in base64, the namespace in a header. */
async function ask(verb: string, body: string): Promise<{ status: number; allowed: string | null; body: unknown }> {
  const headers = { 'content-type': 'application/json', 'x-namespace': 'default', origin };
  const answer = await fetch(`${address}/${verb}`, { method: 'POST', headers, body });
  return {
    status: answer.status,
    allowed: answer.headers.get('access-control-allow-origin'),
    body: await answer.json(),
  };
}

describe('the codec server', () => {
  it('decodes for the page of its origin what was encoded', async () => {
    const encoded = await ask('encode', JSON.stringify({ payloads: [payload] }));
    expect(JSON.stringify(encoded.body)).not.toContain(payload.data);
    const decoded = await ask('decode', JSON.stringify(encoded.body));
    expect(decoded).toEqual({ status: 200, allowed: origin, body: { payloads: [payload] } });
  });

  it('lets the browser ask first whether it may', async () => {
    const answer = await fetch(`${address}/decode`, { method: 'OPTIONS', headers: { origin } });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-headers')).toContain('x-namespace');
  });

  it.each([
    ['decode', '{', 400],
    ['decode', '{}', 400],
    ['elsewhere', '{"payloads":[]}', 404],
  ])('answers %s %s with %d and goes on', async (verb, body, status) => {
    expect((await ask(verb, body)).status).toBe(status);
    expect((await ask('decode', '{"payloads":[]}')).status).toBe(200);
  });
});
