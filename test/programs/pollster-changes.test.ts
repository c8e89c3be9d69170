import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runProgram } from './run-program';

/** Finds the polling file and the folder of own pollsters where the test has them; the lab has the real oslo.config. */
const fakeConfig = `import os
class StrOpt:
    def __init__(self, name, default=None): pass
MultiStrOpt = StrOpt
class Polling: cfg_file = 'polling.yaml'
class ConfigOpts:
    polling = Polling
    pollsters_definitions_dirs = [os.path.join(os.environ['FOLDER'], 'pollsters.d')]
    def register_opts(self, options, group=None): pass
    def __call__(self, arguments, project): pass
    def find_file(self, name):
        path = os.path.join(os.environ['FOLDER'], name)
        return path if os.path.exists(path) else None
`;

/** As the entry points of ceilometer 19.0.0 on Debian 12, and what later releases have, shortened. */
const installed = `[ceilometer.discover.central]
endpoint = ceilometer.polling.discovery.endpoint:EndpointDiscovery

[ceilometer.poll.central]
port = ceilometer.network.statistics.port_v2:PortPollster
switch.port = ceilometer.network.statistics.port:PortPollster
volume.size = ceilometer.volume.cinder:VolumeSizePollster

[ceilometer.poll.compute]
cpu = ceilometer.compute.pollsters.instance_stats:CPUPollster
cpu_util = ceilometer.compute.pollsters.instance_stats:CPUUtilPollster
`;
const target = `[ceilometer.poll.central]
volume.provider.pool.capacity.free = ceilometer.volume.cinder:VolumeProviderPoolCapacityFree
volume.size = ceilometer.volume.cinder:VolumeSizePollster

[ceilometer.poll.compute]
cpu = ceilometer.compute.pollsters.instance_stats:CPUPollster
power.state = ceilometer.compute.pollsters.instance_stats:PowerStatePollster
`;

describe('pollster-changes (fake oslo.config)', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pollster-changes-'));
    write('oslo_config/__init__.py', '');
    write('oslo_config/cfg.py', fakeConfig);
    write('ceilometer-20.0.0.dist-info/METADATA', 'Metadata-Version: 2.1\nName: ceilometer\nVersion: 20.0.0\n');
    write('ceilometer-20.0.0.dist-info/entry_points.txt', installed);
    write('target/usr/lib/python3/dist-packages/ceilometer-24.0.0.dist-info/entry_points.txt', target);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const changes = (): ReturnType<typeof runProgram> =>
    runProgram({
      name: 'pollster-changes',
      words: [join(folder, 'target')],
      env: { PYTHONPATH: folder, FOLDER: folder },
    });
  const polling = (...meters: string[]): void => {
    write('polling.yaml', `sources:\n  - name: some\n    interval: 300\n    meters: ${JSON.stringify(meters)}\n`);
  };

  it.each<[string, string[], object]>([
    ['what is enabled by name and gone', ['cpu', 'cpu_util'], { removed: ['cpu_util'], added: [] }],
    ['nothing that is not enabled', ['cpu', 'volume.size'], { removed: [], added: [] }],
    [
      'what a wildcard takes and gives',
      ['*'],
      {
        removed: ['cpu_util', 'port', 'switch.port'],
        added: ['power.state', 'volume.provider.pool.capacity.free'],
      },
    ],
    ['a wildcard with exceptions', ['!*.port', '!volume.*'], { removed: ['cpu_util', 'port'], added: ['power.state'] }],
  ])('says %s', async (_, meters, said) => {
    polling(...meters);
    const { code, said: text } = await changes();
    expect([code, JSON.parse(text)]).toEqual([0, said]);
  });

  it('leaves out what people defined themselves', async () => {
    polling('cpu_util', 'port');
    write('pollsters.d/own.yaml', '- name: port\n  sample_type: gauge\n');
    expect(JSON.parse((await changes()).said)).toEqual({ removed: ['cpu_util'], added: [] });
  });

  it('says that it does not know where the package of the target has no list', async () => {
    polling('*');
    rmSync(join(folder, 'target/usr'), { recursive: true });
    expect(await changes()).toEqual({ code: 1, said: 'the package of the target has 0 lists of pollsters' });
  });
});
