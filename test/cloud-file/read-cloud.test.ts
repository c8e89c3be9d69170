import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCloud } from '../../cloud-file/read-cloud';

const good = `cloud: cedar
ssh: { user: deploy, identityFile: ./id, knownHostsFile: ./known_hosts }
hosts:
  ctl1: { address: 192.0.2.11, roles: [controller] }
  db1:  { address: 192.0.2.21, roles: [database] }
  lb1:  { address: 192.0.2.31, roles: [load-balancer] }
loadBalancer: { kind: haproxy, socket: /run/haproxy/admin.sock }
packageSources: { bobcat: { deb822: ./bobcat.sources } }
openstack: { credentials: /root/admin-openrc, on: ctl1 }
`;

describe('the cloud file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'clouds-'));
  beforeAll(() => writeFileSync(join(directory, 'bobcat.sources'), 'Types: deb\n'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const read = async (text: string): Promise<Awaited<ReturnType<typeof readCloud>>> => {
    writeFileSync(join(directory, 'cedar.yaml'), text);
    return readCloud({ directory, name: 'cedar' });
  };
  const refusal = async (text: string): Promise<string> =>
    read(text).then(
      () => 'accepted',
      (error: unknown) => (error as Error).message,
    );

  it('is read with its defaults, its files, and a digest', async () => {
    const cloud = await read(good);
    expect(cloud).toMatchObject({
      lockHost: 'db1',
      sourceTexts: { bobcat: 'Types: deb\n' },
      policy: { unreachableSeconds: 300 },
      ssh: { identityFile: join(directory, 'id') },
    });
    expect(cloud.digest).toMatch(/^[0-9a-f]{64}$/);
    expect((await read(good.replace('192.0.2.11', '192.0.2.12'))).digest).not.toBe(cloud.digest);
  });

  it('takes the port of an API, and says when no API has that name', async () => {
    expect((await read(`${good}apis: { heat-api: { port: 18004 } }\n`)).apis).toEqual({ 'heat-api': { port: 18004 } });
    expect(await refusal(`${good}apis: { heat: { port: 18004 } }\n`)).toContain(
      'apis.heat: is no API that is known here (keystone,',
    );
  });

  it('takes budgets by service, says when no service has that name, and leaves the digest of other files alone', async () => {
    const budgets = (text: string): string => `${good}availability: { budgetSeconds: ${text} }\n`;
    const cloud = await read(budgets('{ heat: { cold: 900, rolling: 0 } }'));
    expect(cloud.availability).toEqual({ budgetSeconds: { heat: { cold: 900, rolling: 0 } } });
    expect(await read(good)).not.toHaveProperty('availability');
    expect(await refusal(budgets('{ heat-api: { cold: 900 } }'))).toContain(
      'availability.budgetSeconds.heat-api: is no service that is known here (keystone,',
    );
    expect(await refusal(budgets('{ heat: { roling: 0 } }'))).toMatch(
      /budgetSeconds\.heat\.roling \(line 10\): is not a known key; did you mean "rolling"\?/,
    );
    expect(await refusal(budgets('{ heat: { cold: 15.5 } }'))).toMatch(/budgetSeconds\.heat\.cold \(line 10\)/);
  });

  it('refuses a package source whose URI has a password, and does not show it', async () => {
    writeFileSync(
      join(directory, 'secret.sources'),
      'Types: deb\nURIs: https://cloud:S3cret@packages.example/ubuntu\n',
    );
    const sentence = await refusal(good.replace('./bobcat.sources', './secret.sources'));
    expect(sentence).toContain(
      'packageSources.bobcat.deb822: names ./secret.sources, whose URI has a user or password',
    );
    expect(sentence).toContain('/etc/apt/auth.conf.d');
    expect(sentence).not.toContain('S3cret');
  });

  it("reads what OpenSSH's own client needs, and leaves the digest of other files alone", async () => {
    writeFileSync(join(directory, 'ssh_config'), '');
    const ssh = 'ssh: { user: deploy, knownHostsFile: ./known_hosts, client: openssh, configFile: ./ssh_config }';
    expect((await read(good.replace(/^ssh:.*$/m, ssh))).ssh).toEqual({
      user: 'deploy',
      client: 'openssh',
      knownHostsFile: join(directory, 'known_hosts'),
      configFile: join(directory, 'ssh_config'),
    });
    expect(Object.keys((await read(good)).ssh)).toEqual(['user', 'identityFile', 'knownHostsFile']);
  });

  it('takes a load balancer that people drive, and says what is wrong with one', async () => {
    const line = /^loadBalancer:.*$/m;
    const other = good.replace(
      line,
      'loadBalancer: { kind: other, frontends: { heat-api: "https://c.example:8004" } }',
    );
    expect((await read(other)).loadBalancer).toEqual({
      kind: 'other',
      frontends: { 'heat-api': 'https://c.example:8004' },
    });
    expect((await read(good.replace(line, 'loadBalancer: { kind: other }'))).loadBalancer).toEqual({
      kind: 'other',
      frontends: {},
    });
    expect(await refusal(good.replace(line, 'loadBalancer: { kind: f5 }'))).toContain(
      'loadBalancer.kind (line 7): write kind "haproxy" with its socket, or kind "other" if a person moves the requests',
    );
    expect(await refusal(other.replace(':8004', ':8004/heat'))).toContain(
      'loadBalancer.frontends.heat-api (line 7): a URL with a port and no path, as in "https://cloud.example:8004"',
    );
  });

  it('names the nearest cloud when there is none of that name', async () => {
    await read(good);
    await expect(readCloud({ directory, name: 'ceder' })).rejects.toThrow(
      'There is no cloud "ceder"; did you mean "cedar"?',
    );
  });

  it('says line and nearest key of a typing error', async () => {
    expect(await refusal(good.replace('openstack:', 'openstak:'))).toBe(
      'The cloud file cedar.yaml cannot be used: openstack: is missing; it must be an object; openstak (line 9): is not a known key; ' +
        'did you mean "openstack"? Nothing was changed.',
    );
  });

  it.each([
    [
      'a role that does not exist',
      good.replace('[controller]', '[controler]'),
      /hosts\.ctl1\.roles\.0 \(line 4\): Invalid option/,
    ],
    [
      'a host that is not below hosts',
      good.replace('on: ctl1', 'on: ctl9'),
      /openstack\.on: is "ctl9", which is not one of the hosts/,
    ],
    ['a cloud without a database', good.replace('[database]', '[message-broker]'), /no host has the role database/],
    [
      'another name than the file',
      good.replace('cloud: cedar', 'cloud: oak'),
      /cloud: is "oak", but the file is named cedar\.yaml/,
    ],
    [
      'a source file that is not there',
      good.replace('./bobcat.sources', './none'),
      /packageSources\.bobcat\.deb822: \.\/none cannot be read/,
    ],
    [
      'an ssh_config for the client that reads none',
      good.replace('knownHostsFile:', 'configFile: ./ssh_config, knownHostsFile:'),
      /ssh\.configFile: is read by OpenSSH only; add client: openssh, or remove it/,
    ],
    [
      'an ssh_config that is not there',
      good.replace('knownHostsFile:', 'client: openssh, configFile: ./none, knownHostsFile:'),
      /ssh\.configFile: \.\/none cannot be read/,
    ],
    [
      'a login without a key',
      good.replace('identityFile: ./id, ', ''),
      /ssh\.identityFile: is missing; write the path of a private key\. It is optional only with client: openssh and a configFile/,
    ],
    [
      'OpenSSH without a key and without a configuration',
      good.replace('identityFile: ./id', 'client: openssh'),
      /ssh\.identityFile: is missing/,
    ],
    [
      'a client that does not exist',
      good.replace('identityFile:', 'client: putty, identityFile:'),
      /ssh\.client.*ssh2.*openssh/,
    ],
    ['broken YAML', `${good}hosts: [`, /YAML: /],
  ])('refuses %s', async (_what, text, sentence) => {
    expect(await refusal(text)).toMatch(sentence);
  });
});
