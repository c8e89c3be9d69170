import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Payload, PayloadCodec } from '@temporalio/common';

/** Temporal's limit for one gRPC message is 4 MB, which base64 makes 5.4. */
const maxRequestBytes = 8_000_000;

/** A payload as the Web UI and the `temporal` command write it: every byte string in base64. */
interface JsonPayload {
  readonly metadata?: Record<string, string>;
  readonly data?: string;
}

/**
 * The codec for people: the Web UI and the `temporal` command send it what they got from Temporal (`POST /decode`) and
 * show what it answers. Browsers ask it directly, so it names the page's origin; it asks nobody who they are, so it
 * belongs on 127.0.0.1 or behind a proxy with logins.
 */
export function createCodecServer(options: { readonly codec: PayloadCodec; readonly origin: string }): Server {
  const { codec, origin } = options;
  return createServer((request, response) => {
    answer({ codec, request })
      .then(({ status, body }) => send({ response, origin, status, body }))
      .catch((error: unknown) => {
        send({
          response,
          origin,
          status: 400,
          body: { message: error instanceof Error ? error.message : String(error) },
        });
      });
  });
}

async function answer(options: {
  codec: PayloadCodec;
  request: IncomingMessage;
}): Promise<{ readonly status: number; readonly body: object }> {
  const { codec, request } = options;
  if (request.method === 'OPTIONS') return { status: 204, body: {} };
  const verb = /^\/(encode|decode)(?:\?|$)/.exec(request.url ?? '')?.[1] as 'encode' | 'decode' | undefined;
  if (request.method !== 'POST' || verb === undefined)
    return { status: 404, body: { message: 'POST /decode or /encode, as a Temporal codec server' } };
  const { payloads } = JSON.parse(await textOf(request)) as { readonly payloads: readonly JsonPayload[] };
  const done = await codec[verb](payloads.map(fromJson));
  return { status: 200, body: { payloads: done.map(toJson) } };
}

function send(options: { response: ServerResponse; origin: string; status: number; body: object }): void {
  const { response, origin, status, body } = options;
  response.writeHead(status, {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'POST, OPTIONS',
    'access-control-allow-headers': 'content-type, x-namespace, authorization, authorization-extras',
    'access-control-allow-credentials': 'true',
    'content-type': 'application/json',
  });
  response.end(status === 204 ? '' : JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxRequestBytes) throw new Error(`more than ${maxRequestBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function fromJson({ metadata = {}, data = '' }: JsonPayload): Payload {
  return {
    metadata: mapped({ record: metadata, value: (text) => Buffer.from(text, 'base64') }),
    data: Buffer.from(data, 'base64'),
  };
}

function toJson({ metadata, data }: Payload): JsonPayload {
  return {
    metadata: mapped({ record: metadata ?? {}, value: (bytes) => Buffer.from(bytes).toString('base64') }),
    data: Buffer.from(data ?? []).toString('base64'),
  };
}

function mapped<A, B>({ record, value }: { record: Record<string, A>; value: (one: A) => B }): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, one]) => [name, value(one)]));
}
