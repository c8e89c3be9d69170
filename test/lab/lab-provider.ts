import { addressOf, login } from '../../lab';

/** Makes a resource provider through the load balancer, reads it, deletes it. Returns its name and each status. */
export async function liveOneProvider(options: { readonly name: string }): Promise<(string | number)[]> {
  const session = await login({ address: addressOf('lb1') });
  if (session === null) throw new Error('Keystone does not answer through the load balancer');
  const ask = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`http://${addressOf('lb1')}:8778/resource_providers${path}`, {
      method,
      headers: {
        'X-Auth-Token': session.token,
        'Content-Type': 'application/json',
        // From this version on a create answers with the provider.
        'OpenStack-API-Version': 'placement 1.20',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const created = await ask('POST', '', options);
  const { uuid } = (await created.json()) as { uuid: string };
  const shown = await ask('GET', `/${uuid}`);
  const { name } = (await shown.json()) as { name: string };
  const deleted = await ask('DELETE', `/${uuid}`);
  const gone = await ask('GET', `/${uuid}`);
  return [created.status, name, deleted.status, gone.status];
}
