import './lab-own-network';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf, cloudWorksAt, labDown, labExec, labStatus, labUp, type Lab } from '../../lab';
import { deleteImage, downloadImage, uploadImage } from './lab-image';
import { liveOneProvider } from './lab-provider';
import { liveOneStack } from './lab-stack';

/** The first start on a machine builds everything. */
jest.setTimeout(25 * 60 * 1000);

describe('the lab with Glance and Placement', () => {
  const extras = ['glance', 'placement'] as const;
  let lab: Lab;

  beforeAll(async () => {
    await labDown();
    lab = await labUp({ series: 'antelope', extras: ['placement', 'glance'] });
  });
  afterAll(() => labDown());

  it('answers for all four services at each controller and through the load balancer', async () => {
    const answers = await Promise.all(
      (['ctl1', 'ctl2', 'lb1'] as const).map((host) => cloudWorksAt({ address: addressOf(host), extras })),
    );
    expect(answers).toEqual([true, true, true]);
    expect(await labStatus()).toMatchObject({ up: true, extras });
    expect(lab.extras).toEqual(extras);
  });

  it('boots every host until its systemd is content', async () => {
    expect((await labStatus()).hosts.map(({ state }) => state)).toEqual(lab.hosts.map(() => 'running'));
  });

  it('gives back an image from both controllers, whichever of them took it', async () => {
    const bytes = randomBytes(3_000_000);
    const { id, status, size } = await uploadImage({ name: 'first', bytes });
    expect([status, size]).toEqual(['active', bytes.length]);
    for (const on of ['ctl1', 'ctl2', 'lb1'] as const) {
      expect(Buffer.compare(await downloadImage({ id, on }), bytes)).toBe(0);
    }
    expect(await deleteImage({ id })).toBe(404);
  });

  it('makes, shows and deletes a resource provider', async () => {
    expect(await liveOneProvider({ name: 'first' })).toEqual([200, 'first', 204, 404]);
  });

  it('still creates and deletes a real stack', async () => {
    expect(await liveOneStack({ name: 'first' })).toEqual(['CREATE_COMPLETE', 'gone']);
  });

  it('has the packages of its series, and offers those of the next one', async () => {
    const installed = await labExec({
      host: 'ctl1',
      command: "dpkg-query -W -f '${Package} ${Version}\\n' glance-api placement-api python3-os-traits",
    });
    expect(installed.stdout).toBe(
      'glance-api 2:26.0.0-0lab1\nplacement-api 9.0.0-0lab1\npython3-os-traits 2.10.0-0lab1\n',
    );
    const source = readFileSync(join(lab.cloudsDirectory, 'bobcat.sources'), 'utf8');
    const index = await fetch(`${/^URIs: (.*)$/m.exec(source)?.[1] ?? ''}/Packages`);
    const offered = (await index.text()).matchAll(/^Package: (glance-api|placement-api)\nSource: .*\nVersion: (.*)$/gm);
    expect([...offered].map(([, name, version]) => [name, version])).toEqual([
      ['glance-api', '2:27.0.0-0lab1'],
      ['placement-api', '10.0.0-0lab1'],
    ]);
  });

  it('keeps the library that only the next series replaces, so that a rollback finds it', async () => {
    const known = await labExec({
      host: 'ctl1',
      command: 'apt-get -q update >/dev/null; apt-cache madison python3-eventlet',
    });
    expect(known.stdout).toContain('0.33.1-4');
  });

  it('refuses to raise a cloud without them over the one that runs', async () => {
    await expect(labUp({ series: 'antelope' })).rejects.toThrow(
      'The lab runs with Keystone, Heat, Glance and Placement; Keystone and Heat were asked for. Run npm run lab -- down first.',
    );
  });
});
