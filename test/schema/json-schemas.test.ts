import Ajv2020 from 'ajv/dist/2020';
import { cloudFile } from '../../schema/cloud';
import { jsonSchema, jsonSchemaNames, type JsonSchemaName } from '../../schema/json-schemas';
import { checkRequest } from '../../schema/request';

/** A real validator, as editors and pipelines use one; strict, so that it also refuses a schema it does not fully know. */
function accepts(name: JsonSchemaName, document: unknown): boolean {
  return new Ajv2020({ strict: true, allErrors: true }).validate(jsonSchema(name), document);
}

const cedar = {
  cloud: 'cedar',
  ssh: { user: 'deploy', identityFile: '~/.ssh/id', knownHostsFile: '~/.ssh/known_hosts' },
  hosts: { ctl1: { address: '192.0.2.11', roles: ['controller', 'database'] } },
  loadBalancer: { kind: 'haproxy', socket: '/run/haproxy/admin.sock' },
  packageSources: { bobcat: { deb822: './bobcat.sources' } },
  openstack: { credentials: '/root/admin-openrc', on: 'ctl1' },
};

describe('the JSON Schema', () => {
  it.each(jsonSchemaNames)('of %s says which draft it is, and has a title', (name) => {
    expect(jsonSchema(name)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: expect.any(String) as string,
    });
  });

  it.each<[boolean, string, object]>([
    [true, 'a small one', cedar],
    [true, 'one with people at the load balancer', { ...cedar, loadBalancer: { kind: 'other' } }],
    [false, 'a typing error', { ...cedar, hots: cedar.hosts }],
    [false, 'a missing part', { ...cedar, openstack: undefined, hosts: undefined }],
    [false, 'an unknown role', { ...cedar, hosts: { ctl1: { address: '192.0.2.11', roles: ['controler'] } } }],
    [false, 'a relative socket', { ...cedar, loadBalancer: { kind: 'haproxy', socket: 'admin.sock' } }],
    [false, 'an upper-case series', { ...cedar, packageSources: { Bobcat: { deb822: 'x' } } }],
  ])('of a cloud file says %s to %s, as the worker does', (valid, _, document) => {
    const written = JSON.parse(JSON.stringify(document)) as unknown;
    expect(accepts('cloud-file', written)).toBe(valid);
    expect(cloudFile.safeParse(written).success).toBe(valid);
  });

  it.each<[boolean, 'full' | 'partial', object]>([
    [true, 'full', { cloud: 'cedar', to: 'bobcat' }],
    [true, 'full', { cloud: 'cedar', to: 'bobcat', services: ['heat'], options: { gates: ['stop'] } }],
    [true, 'partial', { cloud: 'cedar', to: 'bobcat', services: ['heat'], options: { rolling: { order: 'guide' } } }],
    [false, 'full', { cloud: 'cedar', to: 'bobcat', options: { rolling: { order: 'guide' } } }],
    [false, 'full', { cloud: 'cedar' }],
    [false, 'partial', { cloud: 'cedar', to: 'bobcat', options: { rolling: { order: 'printed' } } }],
    [false, 'full', { cloud: 'cedar', to: 'bobcat', service: ['heat'] }],
  ])('says %s of a request of a %s upgrade %j, as the workflow does', (valid, kind, document) => {
    expect(accepts(kind, document)).toBe(valid);
    expect(checkRequest(document, kind).ok).toBe(valid);
  });
});
