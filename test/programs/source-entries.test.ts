import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './run-program';

jest.setTimeout(60_000);
const withApt = existsSync('/usr/bin/apt-cache') ? describe : describe.skip;

const cloudArchive = (series: string): string =>
  `Types: deb\nURIs: http://ubuntu-cloud.archive.canonical.com/ubuntu\nSuites: jammy-updates/${series}\nComponents: main\n`;

withApt('entries of apt that are switched off (skipped without apt)', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'source-entries-'));
    mkdirSync(join(folder, 'sources.list.d'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (name: string, text?: string): string => {
    if (text !== undefined) writeFileSync(join(folder, name), text);
    return readFileSync(join(folder, name), 'utf8');
  };
  const switchOff = async (previous = cloudArchive('antelope'), target = cloudArchive('bobcat')): Promise<string> => {
    const changed = join(folder, 'changed');
    const { code, said } = await runProgram({ name: 'source-entries', words: [folder, previous, target, changed] });
    expect([code, said]).toEqual([0, expect.not.stringContaining('Error')]);
    return said.replaceAll(folder, '');
  };
  /** What the real apt takes for a repository that is on. */
  const on = (): string[] => {
    const options = [`Dir::Etc::SourceParts=${folder}/sources.list.d`, `Dir::Etc::SourceList=${folder}/sources.list`];
    const words = ['update', '--print-uris', ...options.flatMap((one) => ['-o', one])];
    const said = execFileSync('apt-get', words, { encoding: 'utf8' });
    return [...said.matchAll(/^'(\S+)\/dists\/(\S+)\/InRelease'/gm)]
      .map(([, uri, suite]) => `${uri ?? ''} ${suite ?? ''}`)
      .sort();
  };

  it('leaves the other lines of a one-line file on', async () => {
    file(
      'sources.list.d/site.list',
      'deb [arch=amd64 trusted=yes] http://ubuntu-cloud.archive.canonical.com/ubuntu/ jammy-updates/antelope main\n' +
        'deb http://download.ceph.example/debian-quincy jammy main\n# deb http://old.example/ jammy main\n',
    );
    expect(await switchOff()).toBe(
      'switched off in /sources.list.d/site.list: deb [arch=amd64 trusted=yes] http://ubuntu-cloud.archive.canonical.com/ubuntu/ jammy-updates/antelope main',
    );
    expect(on()).toEqual(['http://download.ceph.example/debian-quincy jammy']);
    expect(file('changed')).toBe(`${folder}/sources.list.d/site.list\n`);
  });

  it('leaves the other stanzas, suites and URIs of a deb822 file on', async () => {
    file(
      'sources.list.d/site.sources',
      `# ours\n${cloudArchive('antelope')}\nTypes: deb\nURIs: http://download.ceph.example/debian-quincy\nSuites: jammy\nComponents: main\n\n` +
        'Types: deb\nEnabled: yes\nURIs: http://mirror.example/uca\n http://ubuntu-cloud.archive.canonical.com/ubuntu\n' +
        'Suites: jammy-updates/antelope jammy-proposed/antelope\nComponents: main\n',
    );
    await switchOff();
    expect(on()).toEqual([
      'http://download.ceph.example/debian-quincy jammy',
      'http://mirror.example/uca jammy-proposed/antelope',
      'http://mirror.example/uca jammy-updates/antelope',
      'http://ubuntu-cloud.archive.canonical.com/ubuntu jammy-proposed/antelope',
    ]);
    expect(file('sources.list.d/site.sources')).toContain('# ours\nEnabled: no\nTypes: deb\n');
  });

  it('takes a comment for no entry, and touches no file without one', async () => {
    const text =
      '# was: deb http://ubuntu-cloud.archive.canonical.com/ubuntu jammy-updates/antelope main\ndeb http://a.example/ x y\n';
    file('sources.list.d/other.list', text);
    expect(await switchOff()).toBe('');
    expect(file('sources.list.d/other.list')).toBe(text);
    expect(existsSync(join(folder, 'changed'))).toBe(false);
  });

  it.each(['./', '/'])(
    'switches off a flat repository that is written as "%s", in sources.list as well',
    async (suite) => {
      file('sources.list', `deb [trusted=yes] http://mirror.example/antelope ${suite}\ndeb http://a.example/ x y\n`);
      await switchOff(
        'Types: deb\nURIs: http://mirror.example/antelope/\nSuites: ./\n',
        'Types: deb\nURIs: http://mirror.example/bobcat/\nSuites: ./\n',
      );
      expect(file('sources.list')).toBe(
        `# switched off by openstack-upgrade: deb [trusted=yes] http://mirror.example/antelope ${suite}\ndeb http://a.example/ x y\n`,
      );
    },
  );

  it('leaves on what the target uses as well, and what the distribution itself comes from', async () => {
    const said = spawnSync('apt-cache', ['policy', 'base-files'], { encoding: 'utf8' }).stdout;
    const [, uri = '', suite = ''] = /^\s+\d+ (http\S+) (\S+)\/main /m.exec(said) ?? ['', 'http://x.example', 'none'];
    const own = `Types: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: main\n`;
    const shared = 'Types: deb\nURIs: http://mirror.example/all\nSuites: stable\nComponents: main\n';
    file('sources.list.d/own.sources', `${own}\n${shared}`);
    expect(await switchOff(`${shared}${uri === 'http://x.example' ? '' : `\n${own}`}`, shared)).toBe('');
  });

  it('does nothing the second time', async () => {
    file('sources.list.d/a.sources', cloudArchive('antelope'));
    await switchOff();
    const once = file('sources.list.d/a.sources');
    expect(await switchOff()).toBe('');
    expect(file('sources.list.d/a.sources')).toBe(once);
  });
});
