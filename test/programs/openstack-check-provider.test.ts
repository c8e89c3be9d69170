import { fakeCloud, login, openrc, type Answers, type FakeCloud } from './fake-cloud';
import { runProgram } from './run-program';

/** A Placement that keeps one provider, or none. `total`: what its inventory has whatever is put there. */
function placement(options: { there?: boolean; total?: number }): Answers {
  const kept = { there: options.there ?? false, inventories: { VCPU: { total: options.total ?? 4 } } };
  const one = { uuid: 'p1', generation: 7 };
  return {
    ...login,
    'GET /resource_providers?name=canary': () => ({
      status: 200,
      body: { resource_providers: kept.there ? [one] : [] },
    }),
    'POST /resource_providers': ({ headers }) => {
      kept.there = true;
      // Before 1.20 Placement answers with 201 and no body.
      return headers['openstack-api-version'] === 'placement 1.20' ? { status: 200, body: one } : { status: 201 };
    },
    'PUT /resource_providers/p1/inventories': ({ body }) => {
      const { resource_provider_generation: generation } = JSON.parse(body) as Record<string, unknown>;
      return generation === one.generation ? { status: 200, body: {} } : { status: 409 };
    },
    'GET /resource_providers/p1/inventories': () => ({ status: 200, body: { inventories: kept.inventories } }),
    'DELETE /resource_providers/p1': () => {
      kept.there = false;
      return { status: 204 };
    },
  };
}

/** The program as it is; Keystone and Placement are fakes. The lab runs it against real ones. */
describe('openstack-check, resource providers (fake Keystone and Placement)', () => {
  let cloud: FakeCloud;
  afterEach(() => cloud.close());

  const check = (verb: string): ReturnType<typeof runProgram> =>
    runProgram({ name: 'openstack-check', words: [verb, cloud.url, 'canary', '2'], env: openrc(cloud.url) });
  const changes = (): string[] => cloud.asked.filter((one) => !one.startsWith('GET') && !one.includes('tokens'));

  it('creates a provider with an inventory, and reads it again', async () => {
    cloud = await fakeCloud(() => placement({}));
    const said = `${cloud.url}: resource provider canary has 4 VCPU`;
    expect([await check('provider-create'), await check('provider-check')]).toEqual([
      { code: 0, said },
      { code: 0, said },
    ]);
    expect(changes()).toEqual(['POST /resource_providers', 'PUT /resource_providers/p1/inventories']);
  });

  it('creates no second provider where one is from before, and gives it its inventory', async () => {
    cloud = await fakeCloud(() => placement({ there: true }));
    expect((await check('provider-create')).code).toBe(0);
    expect(changes()).toEqual(['PUT /resource_providers/p1/inventories']);
  });

  it('says that an inventory has changed', async () => {
    cloud = await fakeCloud(() => placement({ there: true, total: 3 }));
    expect(await check('provider-check')).toEqual({
      code: 1,
      said: `${cloud.url}: resource provider canary has 3 VCPU, not 4`,
    });
  });

  it('says that a provider is gone, and deletes none twice', async () => {
    cloud = await fakeCloud(() => placement({ there: true }));
    const gone = { code: 0, said: `${cloud.url}: resource provider canary is not there` };
    expect([await check('provider-delete'), await check('provider-delete')]).toEqual([gone, gone]);
    expect(changes()).toEqual(['DELETE /resource_providers/p1']);
    expect(await check('provider-check')).toEqual({ ...gone, code: 1 });
  });
});
