import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { connectionSettings } from '../../connection/settings';
import { serverBuild } from '../../tools/temporal/server-cache';
import { searchAttributes } from '../../tools/temporal/server-flags';
import { composeFile, type ComposeFile } from './compose-file';

const root = join(__dirname, '../..');
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const file = composeFile.parse(parse(text));
const services = Object.entries(file.services);

const sources = ({ volumes = [] }: ComposeFile['services'][string]): readonly string[] =>
  volumes.map((volume) => (typeof volume === 'string' ? (volume.split(':')[0] ?? '') : volume.source));

/** Compose's own parser needs no engine. */
const withCompose = spawnSync('docker', ['compose', 'version']).status === 0 ? it : it.skip;

describe('docker-compose.yml', () => {
  withCompose('is what Compose itself understands (needs docker with its compose plugin; no engine)', () => {
    const said = execFileSync(
      'docker',
      ['compose', '--file', join(root, 'docker-compose.yml'), 'config', '--format', 'json'],
      {
        encoding: 'utf8',
      },
    );
    const { services: seen } = JSON.parse(said) as { services: Record<string, { healthcheck?: object }> };
    expect(Object.keys(seen).sort()).toEqual(services.map(([name]) => name).sort());
    const watched = Object.keys(seen).filter((name) => seen[name]?.healthcheck !== undefined);
    expect(watched.sort()).toEqual(['postgres', 'temporal', 'worker']);
  });

  it.each([
    ['healthcheck:', 'helthcheck:', ['services', 'postgres']],
    ['start_period:', 'start_perod:', ['services', 'postgres', 'healthcheck']],
    ['depends_on:', 'depend_on:', ['services', 'temporal-schema']],
    [
      'condition: service_healthy',
      'condition: healthy',
      ['services', 'temporal-schema', 'depends_on', 'postgres', 'condition'],
    ],
    ['services:', 'service:', []],
    ['command: [', 'comand: [', ['services', 'temporal-schema']],
  ])('would not pass this test with "%s" misspelled as "%s"', (right, wrong, path) => {
    const misspelled = composeFile.safeParse(
      parse(text.replace(` ${right}`, ` ${wrong}`).replace(`\n${right}`, `\n${wrong}`)),
    );
    expect(misspelled.error?.issues.map((issue) => issue.path)).toContainEqual(path);
  });

  it('waits only for services that exist, and for health only where health is looked at', () => {
    const waits = services.flatMap(([name, { depends_on = {} }]) =>
      Object.entries(depends_on).map(([on, { condition }]) => ({ name, on, condition })),
    );
    const impossible = waits.filter(({ on, condition }) => {
      const target = file.services[on];
      return target === undefined || (condition === 'service_healthy' && target.healthcheck === undefined);
    });
    expect(waits.length).toBeGreaterThan(0);
    expect(impossible).toEqual([]);
  });

  it('never restarts what is meant to end, unless it failed', () => {
    const oneShots = services.flatMap(([, { depends_on = {} }]) =>
      Object.entries(depends_on)
        .filter(([, { condition }]) => condition === 'service_completed_successfully')
        .map(([name]) => file.services[name]?.restart),
    );
    expect(oneShots).toEqual(['on-failure:5', 'on-failure:5']);
  });

  it('pins every image to a version, the same for the server and its tools', () => {
    const images = services.flatMap(([, { image }]) => (image === undefined ? [] : [image]));
    expect(images.filter((image) => !/:\d+(\.\d+)+$/.test(image))).toEqual([]);
    const tag = (name: string): readonly string[] => [
      ...new Set(images.filter((image) => image.startsWith(`${name}:`)).map((image) => image.split(':')[1] ?? '')),
    ];
    expect(tag('temporalio/server')).toHaveLength(1);
    expect(tag('temporalio/admin-tools')).toEqual(tag('temporalio/server'));
  });

  it('listens on this machine only, because nobody is asked who they are', () => {
    const ports = services.flatMap(([, { ports: published = [] }]) => published);
    expect(ports).toEqual(['127.0.0.1:7233:7233', '127.0.0.1:8233:8080']);
  });

  it('mounts only files that are in the repository, volumes that are declared, and what the operator names', () => {
    const missing = services
      .flatMap(([, service]) => sources(service))
      .filter((source) => !source.startsWith('${'))
      .filter((source) => (source.startsWith('./') ? !existsSync(join(root, source)) : !(source in file.volumes)));
    expect(missing).toEqual([]);
  });

  it('lets the worker read keys, cloud files and the way to Temporal, and write none of them', () => {
    expect(file.services['worker']?.volumes).toEqual([
      expect.objectContaining({ target: '/etc/openstack-upgrade/clouds', read_only: true }),
      expect.objectContaining({ target: '/home/node/.ssh', read_only: true }),
      expect.objectContaining({ target: '/etc/openstack-upgrade/temporal', read_only: true }),
    ]);
  });

  it('has the Temporal server and the Web UI that the tests run on', () => {
    const { serverVersion, uiVersion } = serverBuild();
    expect(file.services['temporal']?.image).toBe(`temporalio/server:${serverVersion}`);
    expect(file.services['temporal-ui']?.image).toBe(`temporalio/ui:${uiVersion}`);
  });

  it('tells the worker of its own server by a profile, so that no secret has to be a variable', () => {
    const profile = join(root, 'docker/temporal/temporal.toml');
    const { address, namespace, access } = connectionSettings({ TEMPORAL_CONFIG_FILE: profile });
    expect({ address, namespace, access }).toEqual({ address: 'temporal:7233', namespace: 'default', access: {} });
    expect(file.services['worker']?.environment).toMatchObject({
      TEMPORAL_CONFIG_FILE: '/etc/openstack-upgrade/temporal/temporal.toml',
      TEMPORAL_API_KEY: null,
    });
  });

  it('registers the search attributes that the dev server has', () => {
    const script = readFileSync(join(root, 'docker/setup-namespace.sh'), 'utf8');
    expect(/^for name in (.+); do$/m.exec(script)?.[1]?.split(' ')).toEqual([...searchAttributes]);
  });
});
