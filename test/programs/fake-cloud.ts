import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a fake of OpenStack's APIs answers: status, body and headers by `METHOD /path`; anything else is 404. */
export type Answers = Readonly<
  Record<string, (asked: { body: string; bytes: Buffer; headers: IncomingMessage['headers'] }) => Answer>
>;
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** Instead of a body, as they are. */
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FakeCloud {
  readonly url: string;
  /** Every request, as `METHOD /path`. */
  readonly asked: readonly string[];
  readonly close: () => void;
}

/** A fake of all APIs on one port. */
export async function fakeCloud(answersAt: (url: string) => Answers): Promise<FakeCloud> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const name = `${request.method ?? ''} ${request.url ?? ''}`;
      asked.push(name);
      const { headers } = request;
      const bytes = Buffer.concat(chunks);
      const answer = answers[name]?.({ body: bytes.toString(), bytes, headers }) ?? { status: 404 };
      response.writeHead(answer.status, answer.headers).end(answer.bytes ?? JSON.stringify(answer.body ?? {}));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const answers = answersAt(url);
  return { url, asked, close: () => server.close() };
}

/** Keystone gives everybody a token. */
export const login: Answers = {
  'POST /v3/auth/tokens': () => ({
    status: 201,
    headers: { 'X-Subject-Token': 'fresh' },
    body: { token: { project: { id: 'p1' } } },
  }),
};

/** The environment of an openrc for this cloud. */
export function openrc(url: string): Record<string, string> {
  return { OS_AUTH_URL: `${url}/v3`, OS_USERNAME: 'admin', OS_PASSWORD: 'secret', OS_PROJECT_NAME: 'admin' };
}
