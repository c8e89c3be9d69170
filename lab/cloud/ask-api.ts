import { request } from 'node:https';
import { tlsAuthority } from './tls-files';

interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `fetch` that trusts the lab's own CA as well: Node's own takes no other than those its process was started with. */
export function askApi(url: string, question: Question = {}): Promise<Response> {
  const signal = AbortSignal.timeout(10_000);
  return url.startsWith('https:') ? askSecurely({ url, ...question, signal }) : fetch(url, { ...question, signal });
}

function askSecurely(options: Question & { readonly url: string; readonly signal: AbortSignal }): Promise<Response> {
  const { url, method = 'GET', headers = {}, body, signal } = options;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, ca: tlsAuthority(), signal }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        resolve(
          new Response(Buffer.concat(parts), {
            status: answer.statusCode ?? 500,
            headers: Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as [string, string]),
          }),
        );
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
