import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runProgram } from './run-program';

/** Finds the polling file where the test has it, and reads what stands in files that are named; the lab has the real oslo.config. */
const fakeConfig = `import configparser, glob, os
class StrOpt:
    def __init__(self, name, default=None): self.name, self.default = name, default
class ConfigOpts:
    def register_opts(self, options, group=None): self.options = options
    def __call__(self, words, project, prog=None):
        folders = [one.split('=')[1] for one in words if one.startswith('--config-dir=')]
        if prog and not folders: folders = [os.path.join(os.environ['FOLDER'], prog + '.conf.d')]
        said = configparser.ConfigParser()
        said.read(sorted(path for folder in folders for path in glob.glob(folder + '/*.conf')))
        self.polling = type('Polling', (), {one.name: said.get('polling', one.name, fallback=one.default) for one in self.options})
    def find_file(self, name): return os.path.join(os.environ['FOLDER'], name)
`;

describe('polling-apart (fake oslo.config and systemctl)', () => {
  let folder: string;
  const at = (path: string): string => join(folder, path);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'polling-apart-'));
    write('modules/oslo_config/__init__.py', '');
    write('modules/oslo_config/cfg.py', fakeConfig);
    write('bin/systemctl', '#!/bin/sh\necho 4711\n');
    chmodSync(at('bin/systemctl'), 0o755);
    write(
      'polling.yaml',
      'sources:\n  - name: slow\n    interval: 300\n    meters: ["volume.*", "!volume.type", cpu]\n  - name: fast\n    interval: 20\n    meters: [image.size]\n',
    );
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const apart = (...words: string[]): ReturnType<typeof runProgram> =>
    runProgram({
      name: 'polling-apart',
      words,
      env: { PYTHONPATH: at('modules'), FOLDER: folder, PATH: `${at('bin')}:${process.env['PATH'] ?? ''}` },
      // No user of this name is here.
      edit: (text) =>
        text
          .replaceAll('/etc/ceilometer', folder)
          .replaceAll("'/proc/%s/cmdline' % pid", `'${folder}/cmdline'`)
          .replace('shutil.chown(path, ', '(lambda *_: None)(path, '),
    });
  const file = (name: string): string | null => (existsSync(at(name)) ? readFileSync(at(name), 'utf8') : null);
  const running = (...words: string[]): void => {
    write('cmdline', `ceilometer-polling: master process [/usr/bin/ceilometer-polling ${words.join(' ')}]`);
  };
  const beside = 'ceilometer-polling.conf.d/zz-openstack-upgrade.conf';

  it('has only the new meters polled that polling.yaml enables, each at its own interval', async () => {
    expect((await apart('written', 'image.size', 'volume.size')).code).toBe(1);
    expect(await apart('write', 'image.size', 'volume.size', 'volume.type', 'dns.zone')).toEqual({
      code: 0,
      said: '4 meters apart',
    });
    expect(file('openstack-upgrade-polling.yaml')?.split('\n').slice(1)).toEqual([
      'sources:',
      '- name: slow',
      '  interval: 300',
      '  meters:',
      '  - volume.size',
      '- name: fast',
      '  interval: 20',
      '  meters:',
      '  - image.size',
      '',
    ]);
    expect(file(beside)).toContain(
      `[polling]\npartitioning_group_prefix = openstack-upgrade\ncfg_file = ${folder}/openstack-upgrade-polling.yaml\n`,
    );
    expect((await apart('written', 'image.size', 'volume.size', 'volume.type', 'dns.zone')).code).toBe(0);
    // Polls other meters: written again.
    expect((await apart('written', 'image.size')).code).toBe(1);
  });

  it('sees whether the running agent reads it, by its own command line', async () => {
    await apart('write', 'image.size');
    running('--config-file=/etc/ceilometer.conf', '--polling-namespaces central');
    expect(await apart('in-force', 'ceilometer-agent-central')).toEqual({
      code: 0,
      said: 'ceilometer-agent-central polls new pollsters alone, in a group of its own',
    });
    running('--config-dir', at('elsewhere'));
    expect(await apart('in-force', 'ceilometer-agent-central')).toEqual({
      code: 1,
      said: 'ceilometer-agent-central reads group None and polling.yaml',
    });
  });

  it('leaves nothing, and nothing of others', async () => {
    write('ceilometer-polling.conf.d/own.conf', '[polling]\n');
    await apart('write', 'image.size');
    expect((await apart('away')).code).toBe(0);
    expect([file(beside), file('openstack-upgrade-polling.yaml')]).toEqual([null, null]);
    expect(file('ceilometer-polling.conf.d/own.conf')).toBe('[polling]\n');
    rmSync(at('ceilometer-polling.conf.d/own.conf'));
    expect((await apart('away')).code).toBe(0);
    expect(existsSync(at('ceilometer-polling.conf.d'))).toBe(false);
  });
});
