import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cloudText, validateCloud } from '../../client/validate-cloud';
import { readCloud } from '../../cloud-file/read-cloud';

const good = `cloud: cedar
ssh: { user: deploy, identityFile: ./id, knownHostsFile: ./known_hosts }
hosts:
  ctl1: { address: 192.0.2.11, roles: [controller] }
  db1:  { address: 192.0.2.21, roles: [database] }
loadBalancer: { kind: other }
packageSources: { bobcat: { deb822: ./bobcat.sources } }
openstack: { credentials: /root/admin-openrc, on: ctl1 }
`;

const directory = mkdtempSync(join(tmpdir(), 'osu-validate-'));
const file = join(directory, 'cedar.yaml');
writeFileSync(join(directory, 'bobcat.sources'), 'Types: deb\n');
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('a cloud file that is validated', () => {
  it('is shown as it was understood', async () => {
    writeFileSync(file, good);
    expect(cloudText(await validateCloud(file))).toBe(
      [
        'cedar: the file is valid. Hosts were not contacted; preflight does that.',
        '  ctl1  192.0.2.11  controller',
        '  db1  192.0.2.21  database',
        '  package sources: bobcat',
        '  lock, plan and report: db1',
      ].join('\n'),
    );
  });

  it.each([
    ['a typing error', good.replace('openstack:', 'openstak:')],
    ['no YAML', 'cloud: [cedar'],
    ['a host that is not there', good.replace('on: ctl1', 'on: ctl9')],
    ['a package source that cannot be read', good.replace('./bobcat.sources', './nowhere.sources')],
    ['another name than its file', good.replace('cloud: cedar', 'cloud: cedra')],
  ])('with %s is refused with the sentence of the worker', async (_, text) => {
    writeFileSync(file, text);
    const worker: unknown = await readCloud({ directory, name: 'cedar' }).catch((error: unknown) => error);
    await expect(validateCloud(file)).rejects.toMatchObject({
      code: 'cloudFileInvalid',
      message: (worker as Error).message,
    });
  });

  it('has to be there, and has to be one that a worker would read', async () => {
    await expect(validateCloud(join(directory, 'elm.yaml'))).rejects.toMatchObject({ code: 'fileUnusable' });
    await expect(validateCloud(join(directory, 'bobcat.sources'))).rejects.toMatchObject({ code: 'fileUnusable' });
  });
});
