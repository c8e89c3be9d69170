import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runProgram } from './run-program';

/** Finds files where the test has them; the lab has the real oslo.config. */
const fakeConfig = `import os
class StrOpt:
    def __init__(self, name, default=None): pass
MultiStrOpt = StrOpt
class Notification: pipelines = ['meter', 'event']
class ConfigOpts:
    notification = Notification
    pipeline_cfg_file, event_pipeline_cfg_file = 'pipeline.yaml', 'event_pipeline.yaml'
    def register_opts(self, options, group=None): pass
    def __call__(self, arguments, project): pass
    def find_file(self, name):
        path = os.path.join(os.environ['FOLDER'], 'etc/ceilometer', name)
        return path if os.path.exists(path) else None
`;

const sink = (publisher: string, transformer = ''): string =>
  `sinks:\n  - name: meter_sink\n${transformer === '' ? '' : `    transformers:\n      - name: ${transformer}\n`}    publishers:\n      - ${publisher}://\n`;
const installed = sink('notifier', 'rate_of_change');
const target = sink('gnocchi');
const event = 'sinks:\n  - name: event_sink\n    publishers:\n      - gnocchi://\n';
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

describe('pipeline-changes (fake oslo.config and dpkg-query)', () => {
  let folder: string;
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const conffile = (text: string): void => {
    write('bin/dpkg-query', `#!/bin/sh\necho ' ${folder}/etc/ceilometer/pipeline.yaml ${md5(text)}'\n`);
    chmodSync(join(folder, 'bin/dpkg-query'), 0o755);
  };
  const data = (root: string, name: string, text: string): void => {
    write(`${root}/usr/lib/python3/dist-packages/ceilometer/pipeline/data/${name}`, text);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pipeline-changes-'));
    write('modules/oslo_config/__init__.py', '');
    write('modules/oslo_config/cfg.py', fakeConfig);
    write('modules/ceilometer-9.0.7.dist-info/METADATA', 'Metadata-Version: 2.1\nName: ceilometer\nVersion: 9.0.7\n');
    // As setup.cfg has them at 9.0.7 and 8.1.5, shortened.
    write(
      'modules/ceilometer-9.0.7.dist-info/entry_points.txt',
      '[ceilometer.sample.publisher]\nnotifier = ceilometer.publisher.messaging:SampleNotifierPublisher\ngnocchi = ceilometer.publisher.gnocchi:GnocchiPublisher\n' +
        '[ceilometer.event.publisher]\ngnocchi = ceilometer.publisher.gnocchi:GnocchiPublisher\n[ceilometer.transformer]\nrate_of_change = ceilometer.transformer.conversions:RateOfChangeTransformer\n',
    );
    conffile('');
    for (const root of ['host', 'code']) data(root, 'event_pipeline.yaml', event);
    data('host', 'pipeline.yaml', installed);
    data('code', 'pipeline.yaml', target);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const changes = (): ReturnType<typeof runProgram> =>
    runProgram({
      name: 'pipeline-changes',
      words: [join(folder, 'code'), join(folder, 'configuration')],
      env: {
        PYTHONPATH: join(folder, 'modules'),
        FOLDER: folder,
        PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      },
      // The installed package lies below the root of a host, and the target's files by their path below it.
      edit: (text) =>
        text
          .replace("first('/' + DATA + name)", `first('${folder}/host/' + DATA + name)`)
          .replace('CONFIGURATION + path', `CONFIGURATION + path[len('${folder}'):]`),
    });
  const filesSaid = async (): Promise<unknown> => (JSON.parse((await changes()).said) as { files: unknown }).files;
  const path = '/etc/ceilometer/pipeline.yaml';

  it('says what the new code brings where nobody has a file of their own', async () => {
    const { code, said } = await changes();
    expect([code, JSON.parse(said)]).toEqual([
      0,
      { pipelines: expect.stringMatching(/^[0-9a-f]{16}$/) as unknown, files: { [path]: target }, unknown: [] },
    ]);
  });

  it('says that nothing changes where the new code brings the same, written otherwise', async () => {
    data('code', 'pipeline.yaml', `# Of the new release.\n${installed}`);
    expect(await filesSaid()).toEqual({});
  });

  it('leaves a file that people changed as it is', async () => {
    write('etc/ceilometer/pipeline.yaml', `${installed}# ours\n`);
    conffile(installed);
    write('configuration/etc/ceilometer/pipeline.yaml', target);
    expect(await filesSaid()).toEqual({});
  });

  it('takes the new text of a file that nobody changed', async () => {
    write('etc/ceilometer/pipeline.yaml', installed);
    conffile(installed);
    write('configuration/etc/ceilometer/pipeline.yaml', target);
    expect(await filesSaid()).toEqual({ [path]: target });
  });

  it('leaves a file that the new packages do not have any more', async () => {
    write('etc/ceilometer/pipeline.yaml', installed);
    conffile(installed);
    expect(await filesSaid()).toEqual({});
  });

  it('names publishers and transformers that the installed release does not have', async () => {
    data('code', 'pipeline.yaml', sink('prometheus', 'accumulator'));
    const { unknown } = JSON.parse((await changes()).said) as { unknown: string[] };
    expect(unknown).toEqual(['accumulator', 'prometheus']);
  });

  it('says that it does not know where the target has no pipeline at all', async () => {
    rmSync(join(folder, 'code'), { recursive: true });
    expect(await changes()).toEqual({ code: 1, said: "the target's packages have no pipeline for this host" });
  });
});
