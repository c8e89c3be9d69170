import { addressOf, apiUrl, login, type HostName } from '../../lab';

/** An image as a user sees it. */
interface Image {
  readonly id: string;
  readonly status: string;
  readonly size: number | null;
}

const metadata = { disk_format: 'raw', container_format: 'bare' };

/** Creates an image through the load balancer and puts its bytes there. */
export async function uploadImage(options: { readonly name: string; readonly bytes: Uint8Array }): Promise<Image> {
  const created = await ask({ on: 'lb1', method: 'POST', path: '', json: { name: options.name, ...metadata } });
  const { id } = (await created.json()) as Image;
  await ask({ on: 'lb1', method: 'PUT', path: `/${id}/file`, bytes: options.bytes });
  return (await (await ask({ on: 'lb1', method: 'GET', path: `/${id}` })).json()) as Image;
}

/** The bytes of an image as one host gives them. */
export async function downloadImage(options: { readonly id: string; readonly on: HostName }): Promise<Uint8Array> {
  const answer = await ask({ on: options.on, method: 'GET', path: `/${options.id}/file` });
  return new Uint8Array(await answer.arrayBuffer());
}

/** Deletes an image and returns how it is answered for afterwards. */
export async function deleteImage(options: { readonly id: string }): Promise<number> {
  await ask({ on: 'lb1', method: 'DELETE', path: `/${options.id}` });
  return (await send({ on: 'lb1', method: 'GET', path: `/${options.id}` })).status;
}

interface Asked {
  readonly on: HostName;
  readonly method: string;
  readonly path: string;
  readonly json?: object;
  readonly bytes?: Uint8Array;
}

async function ask(asked: Asked): Promise<Response> {
  const answer = await send(asked);
  if (!answer.ok) throw new Error(`${asked.method} ${asked.path}: ${String(answer.status)} ${await answer.text()}`);
  return answer;
}

async function send({ on, method, path, json, bytes }: Asked): Promise<Response> {
  const session = await login({ address: addressOf('lb1') });
  if (session === null) throw new Error('Keystone does not answer through the load balancer');
  const type = bytes === undefined ? 'application/json' : 'application/octet-stream';
  return fetch(`${apiUrl({ address: addressOf(on), port: 9292 })}/v2/images${path}`, {
    method,
    headers: { 'X-Auth-Token': session.token, 'Content-Type': type },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(bytes === undefined ? {} : { body: bytes }),
  });
}
