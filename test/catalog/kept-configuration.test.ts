import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { keptConfiguration, type KeptConfiguration } from '../../catalog/platform/kept-configuration';
import { pointReleases, type PointReleases } from '../../catalog/platform/point-releases';
import type { Reader } from '../../catalog/reader';
import { listNewConfiguration, nothingUndecided } from '../../plan/commands/new-configuration';

jest.setTimeout(60_000);
const withApt = existsSync('/usr/bin/apt-get') ? describe : describe.skip;

/** The real dpkg and the real apt, with a root directory, sources and lists of their own. */
withApt('what packages of the target and newer ones of the installed series bring (skipped without apt)', () => {
  let directory: string;
  let root: string;
  const files = (version: string): Record<string, string> => ({
    '/etc/heat/api-paste.ini': `[pipeline:heat-api]\npipeline = a b ${version}\n`,
    '/etc/heat/same.yaml': 'never: changes\n',
    '/etc/heat/taken.yaml': `by: ${version}\n`,
    '/etc/heat/untouched.yaml': `of: ${version}\n`,
    '/etc/heat/unwanted.yaml': `one: ${version}\ntwo: lines\n`,
    '/usr/lib/heat/code.py': version,
  });
  const [installed, target] = ['1:20.0.0-1', '1:21.0.0-1'] as const;
  const deb822 = (folder: string): string =>
    `Types: deb\nURIs: file:${directory}/${folder}/\nSuites: ./\nTrusted: yes\n`;
  const running = (path: string): string => join(root, path);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'kept-configuration-'));
    root = join(directory, 'root');
    for (const folder of ['updates', 'info', 'triggers'])
      mkdirSync(join(root, 'var/lib/dpkg', folder), { recursive: true });
    for (const file of ['status', 'available']) write(join(root, 'var/lib/dpkg', file), '');
    for (const folder of [
      'survey/sources.d',
      'survey/preferences.d',
      'lists/partial',
      'cache/archives/partial',
      'run',
      'rp/packages',
    ])
      mkdirSync(join(directory, folder), { recursive: true });
    write(
      join(directory, 'survey/apt.conf'),
      `Dir::Etc::SourceList "/dev/null"; Dir::Etc::SourceParts "${directory}/survey/sources.d"; Dir::Etc::PreferencesParts "${directory}/survey/preferences.d"; ` +
        `Dir::State::Lists "${directory}/lists"; Dir::State::status "${root}/var/lib/dpkg/status"; Dir::Cache "${directory}/cache"; APT::Sandbox::User "root";\n`,
    );
    source('old', [installed, '1:20.0.1-1', '1:20.0.1-1+deb12u1']);
    source('newer', [target]);
    write(
      join(directory, 'survey/simulated'),
      `Inst heat-common [${installed}] (${target} lab [all])\nInst python3-new (1 lab [all])\n`,
    );
    dpkg('--install', debOf(installed));
    update();
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const source = (folder: string, versions: readonly string[]): void => {
    write(join(directory, folder, 'Packages'), versions.map((version) => offered({ folder, version })).join('\n'));
    write(join(directory, 'survey/sources.d', `${folder}.sources`), deb822(folder));
  };
  const update = (): void => {
    execFileSync('apt-get', ['-q', 'update'], {
      env: { ...process.env, APT_CONFIG: join(directory, 'survey/apt.conf') },
      stdio: 'ignore',
    });
  };
  const debOf = (version: string): string => join(directory, `heat-common_${version.replaceAll(/[:+]/g, '_')}.deb`);
  const dpkg = (...words: string[]): void => {
    execFileSync(
      'dpkg',
      [`--root=${root}`, '--log=/dev/null', '--force-not-root', '--force-confdef', '--force-confold', ...words],
      {
        stdio: 'ignore',
      },
    );
  };
  /** Builds the package, and says what a list of packages says of it. */
  const offered = ({ folder, version }: { folder: string; version: string }): string => {
    const tree = join(directory, 'tree');
    rmSync(tree, { recursive: true, force: true });
    const control = `Package: heat-common\nVersion: ${version}\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n`;
    const all = files(version);
    for (const [path, text] of Object.entries(all)) write(join(tree, path), text);
    write(join(tree, 'DEBIAN/control'), control);
    write(
      join(tree, 'DEBIAN/conffiles'),
      `${Object.keys(all)
        .filter((path) => path.startsWith('/etc/'))
        .join('\n')}\n`,
    );
    const deb = debOf(version);
    execFileSync('dpkg-deb', ['--root-owner-group', '-b', tree, deb], { stdio: 'ignore' });
    write(join(directory, folder, `${version.replaceAll(/[:+]/g, '_')}.deb`), '');
    execFileSync('cp', [deb, join(directory, folder, `${version.replaceAll(/[:+]/g, '_')}.deb`)]);
    const sha256 = createHash('sha256').update(readFileSync(deb)).digest('hex');
    return `${control}Filename: ./${version.replaceAll(/[:+]/g, '_')}.deb\nSize: ${String(statSync(deb).size)}\nSHA256: ${sha256}\n`;
  };
  const shell = (script: string): { exitCode: number; stdout: string; stderr: string } => {
    const text = script
      .replaceAll('/var/lib/openstack-upgrade/survey', join(directory, 'survey'))
      .replaceAll('"$path"', `"${root}$path"`)
      .replaceAll('find /etc ', `find ${root}/etc `)
      .replace(/^RUN=.*$/m, `RUN=${directory}/run`)
      .replace(/^RP=.*$/m, `RP=${directory}/rp`);
    const { status, stdout, stderr } = spawnSync('sh', ['-s'], {
      input: text,
      encoding: 'utf8',
      env: {
        ...process.env,
        LC_ALL: 'C',
        DPKG_ADMINDIR: join(root, 'var/lib/dpkg'),
        OSU_RUN: 'run-1',
        OSU_HOST: 'ctl1',
        SCRATCH: directory,
      },
    });
    return { exitCode: status ?? 255, stdout, stderr };
  };
  const read = <Fact>(reader: Reader<Fact>): Fact => reader.parse(shell(reader.script.text));
  const kept = (): readonly KeptConfiguration[] | null => read(keptConfiguration);
  const newer = (): PointReleases['newer'] | undefined =>
    read(pointReleases({ packages: ['heat-common', 'not-installed'], targetSource: deb822('newer') }))?.newer;
  /** Somebody edits one, edits one that the packages never change, writes what the new one will be, and deletes one. */
  const changed = (): void => {
    write(running('/etc/heat/api-paste.ini'), `[pipeline:heat-api]\npipeline = a mine ${installed}\n# mine\n`);
    write(running('/etc/heat/same.yaml'), 'never: mine\n');
    write(running('/etc/heat/taken.yaml'), files(target)['/etc/heat/taken.yaml'] ?? '');
    rmSync(running('/etc/heat/unwanted.yaml'));
  };

  it('keeps nothing where nobody changed anything', () => {
    expect(kept()).toEqual([]);
  });

  it('is read before the run: exactly the files beside which dpkg then puts another', () => {
    changed();
    expect(kept()).toEqual([
      { package: 'heat-common', path: '/etc/heat/api-paste.ini', ownLines: 2, newLines: 1 },
      { package: 'heat-common', path: '/etc/heat/unwanted.yaml', ownLines: null, newLines: 2 },
    ]);
    expect(readFileSync(join(directory, 'survey/unpacked/heat-common/etc/heat/api-paste.ini'), 'utf8')).toContain(
      target,
    );
    dpkg('--install', debOf(target));
    expect(
      readdirSync(running('/etc/heat'))
        .filter((name) => name.includes('dpkg'))
        .sort(),
    ).toEqual(['api-paste.ini.dpkg-dist', 'unwanted.yaml.dpkg-dist']);
  });

  it('brings each package once, for all readers of a survey', () => {
    changed();
    const seen = kept();
    rmSync(join(directory, 'newer'), { recursive: true });
    expect(seen).toHaveLength(2);
    expect(kept()).toEqual(seen);
  });

  it('is a question in the run where it was not accepted in the plan, until somebody has merged it', () => {
    changed();
    write(join(directory, 'rp/packages/SHA256SUMS'), '');
    dpkg('--install', debOf(target));
    expect(shell(listNewConfiguration.script).exitCode).toBe(0);
    const decided = (...accepted: string[]): ReturnType<typeof shell> =>
      shell(nothingUndecided({ accepted: accepted.map(running) }).script);
    expect(decided('/etc/heat/api-paste.ini', '/etc/heat/unwanted.yaml')).toMatchObject({
      exitCode: 0,
      stdout: '2 new files, and nothing to decide\n',
    });
    const paste = `${running('/etc/heat/api-paste.ini')}.dpkg-dist`;
    expect(decided('/etc/heat/unwanted.yaml')).toMatchObject({ exitCode: 1, stdout: `not decided: ${paste} \n` });
    rmSync(paste);
    expect(decided('/etc/heat/unwanted.yaml').exitCode).toBe(0);
    expect(decided()).toMatchObject({ exitCode: 1 });
    rmSync(join(directory, 'run/new-configuration'));
    expect(decided('/etc/heat/unwanted.yaml').exitCode).toBe(1);
  });

  it('cannot be said where the new package is not there', () => {
    changed();
    rmSync(join(directory, 'newer'), { recursive: true });
    rmSync(join(directory, 'cache'), { recursive: true });
    expect(kept()).toBeNull();
  });

  it('has point releases of the installed series, and none of the target', () => {
    source('later', ['1:22.0.0-1']);
    update();
    expect(
      newer()
        ?.map(({ offered }) => offered)
        .sort(),
    ).toEqual(['1:20.0.1-1', '1:20.0.1-1+deb12u1', '1:22.0.0-1']);
    expect(newer()?.[0]).toMatchObject({ name: 'heat-common', installed });
    dpkg('--install', debOf('1:20.0.1-1+deb12u1'));
    expect(newer()?.map(({ offered }) => offered)).toEqual(['1:22.0.0-1']);
  });

  it('has no point release where the package is not installed, and an unknown one where apt fails', () => {
    dpkg('--remove', 'heat-common');
    expect(newer()).toEqual([]);
    dpkg('--install', debOf(installed));
    write(join(directory, 'survey/apt.conf'), 'no { conf');
    expect(newer()).toBeUndefined();
  });
});
