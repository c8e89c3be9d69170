import { addressOf, login, type HostName } from '../../lab';

/** Makes a resource provider through the load balancer, reads it, deletes it. Returns its name and each status. */
export async function liveOneProvider(options: { readonly name: string }): Promise<(string | number)[]> {
  const { status, uuid } = await createProvider(options);
  const { name } = (await (await ask({ method: 'GET', path: `/${uuid}` })).json()) as { name: string };
  const deleted = await ask({ method: 'DELETE', path: `/${uuid}` });
  const gone = await ask({ method: 'GET', path: `/${uuid}` });
  return [status, name, deleted.status, gone.status];
}

export async function createProvider(options: { readonly name: string }): Promise<{ status: number; uuid: string }> {
  const created = await ask({ method: 'POST', path: '', body: options });
  const { uuid } = (await created.json()) as { uuid: string };
  return { status: created.status, uuid };
}

/** How a host answers for a resource provider. */
export async function providerStatus(options: { readonly uuid: string; readonly on: HostName }): Promise<number> {
  return (await ask({ method: 'GET', path: `/${options.uuid}`, on: options.on })).status;
}

async function ask(options: {
  readonly method: string;
  readonly path: string;
  readonly on?: HostName;
  readonly body?: object;
}): Promise<Response> {
  const { method, path, on = 'lb1', body } = options;
  const session = await login({ address: addressOf('lb1') });
  if (session === null) throw new Error('Keystone does not answer through the load balancer');
  return fetch(`http://${addressOf(on)}:8778/resource_providers${path}`, {
    method,
    headers: {
      'X-Auth-Token': session.token,
      'Content-Type': 'application/json',
      // From this version on a create answers with the provider.
      'OpenStack-API-Version': 'placement 1.20',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
