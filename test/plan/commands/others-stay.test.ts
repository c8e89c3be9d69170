import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { targetOffers, type TargetOffers } from '../../../catalog/platform/target-offers';
import { keepOthers, othersStay } from '../../../plan/commands/others-stay';
import { pinsAway, targetSource } from '../../../plan/commands/packages';
import { keptOn } from '../../../plan/scope/staying';

jest.setTimeout(60_000);
const withApt = existsSync('/usr/bin/apt-get') ? describe : describe.skip;

/** Installed, what the source of the installed series offers, what that of the target offers. */
const packages: Readonly<Record<string, readonly [string, readonly string[], readonly string[]]>> = {
  'heat-api': ['1:20.0.0-1', ['1:20.0.0-1'], ['1:21.0.0-1']],
  'ceilometer-common': ['1:20.0.0-1', ['1:20.0.0-1', '1:20.0.0-1+deb12u1'], ['1:21.0.0-1']],
  'gnocchi-api': ['4.5.0-1', ['4.5.0-1'], ['4.6.0-1']],
  nativetool: ['1.2', ['1.2'], ['1.3']],
  unrelated: ['1.0-1', ['1.0-1', '1.1-1'], []],
};

/** A real apt with sources, lists, pins and a status of its own. */
withApt('a source that is open after the run (skipped without apt)', () => {
  let root: string;
  const at = (path: string): string => join(root, path);
  const deb822 = (series: string): string => `Types: deb\nURIs: file:${root}/${series}/\nSuites: ./\nTrusted: yes\n`;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'others-stay-'));
    [
      'etc/apt/sources.list.d',
      'etc/apt/preferences.d',
      'etc/apt/apt.conf.d',
      'lib/lists/partial',
      'cache/archives/partial',
      'survey/preferences.d',
      'run',
      'rp',
    ]
      .concat('old', 'new')
      .forEach((folder) => mkdirSync(at(folder), { recursive: true }));
    const control = (name: string, version: string, more = ''): string =>
      `Package: ${name}\n${more}Version: ${version}\nArchitecture: all\nMaintainer: x <x@x>\nDescription: x\n`;
    // Nothing is fetched in a simulation: the lists alone decide.
    const offered = (name: string, version: string): string =>
      control(name, version, `Filename: ./${name}.deb\nSize: 1\nSHA256: ${'0'.repeat(64)}\n`);
    (['old', 'new'] as const).forEach((folder, index) => {
      const rows = Object.entries(packages).flatMap(([name, all]) =>
        (index === 0 ? all[1] : all[2]).map((version) => offered(name, version)),
      );
      writeFileSync(at(`${folder}/Packages`), rows.join('\n'));
    });
    const state = 'Status: install ok installed\n';
    writeFileSync(
      at('status'),
      Object.entries(packages)
        .map(([name, [version]]) => `${control(name, version, state)}\n`)
        .join(''),
    );
    writeFileSync(
      at('survey/apt.conf'),
      `Dir::Etc "${root}/etc/apt"; Dir::State "${root}/lib"; Dir::State::status "${root}/status"; Dir::Cache "${root}/cache"; APT::Sandbox::User "root";\n`,
    );
    writeFileSync(at('etc/apt/sources.list.d/old.sources'), deb822('old'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  /** The script on this apt instead of the machine's. */
  const shell = (script: string): { code: number | null; stdout: string; stderr: string } => {
    const text = script
      .replaceAll('/var/lib/openstack-upgrade/survey', at('survey'))
      .replaceAll('/etc/apt/', `${root}/etc/apt/`)
      .replace(/^RUN=.*$/m, `RUN=${at('run')}`)
      .replace(/^RP=.*$/m, `RP=${at('rp')}`);
    const { status, stdout, stderr } = spawnSync('sh', ['-s'], {
      input: text,
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', APT_CONFIG: at('survey/apt.conf'), OSU_RUN: 'run-1', OSU_HOST: 'ctl1' },
    });
    return { code: status, stdout, stderr };
  };
  const opened = (): void => {
    writeFileSync(at('etc/apt/sources.list.d/openstack-upgrade.sources'), deb822('new'));
    execFileSync('apt-get', ['-q', 'update'], {
      env: { ...process.env, APT_CONFIG: at('survey/apt.conf') },
      stdio: 'ignore',
    });
  };
  const offers = (): TargetOffers | null => {
    const reader = targetOffers({ targetSource: deb822('new') });
    const { code, ...printed } = shell(reader.script.text);
    return reader.parse({ ...printed, exitCode: code ?? 1 });
  };
  /** What is not upgraded: all but Heat. */
  const kept = (): { name: string; version: string }[] => [
    ...(keptOn({
      hosts: ['ctl1'],
      staying: [
        { host: 'ctl1', pinned: false, packages: (offers()?.packages ?? []).filter(({ name }) => name !== 'heat-api') },
      ],
    }) ?? []),
  ];
  const upgradesOfTheHost = (): string[] => {
    const said = execFileSync('apt-get', ['-s', '-y', 'dist-upgrade'], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', APT_CONFIG: at('survey/apt.conf') },
    });
    return [...said.matchAll(/^Inst (\S+) \[\S+\] \((\S+)/gm)]
      .map(([, name, version]) => `${name ?? ''} ${version ?? ''}`)
      .sort();
  };

  it('is seen to take along what only it has newer, and nothing that the installed source has', () => {
    opened();
    expect(
      offers()
        ?.packages.map(({ name, offered }) => `${name} ${offered}`)
        .sort(),
    ).toEqual(['ceilometer-common 1:21.0.0-1', 'gnocchi-api 4.6.0-1', 'heat-api 1:21.0.0-1', 'nativetool 1.3']);
  });

  it('takes nothing along that the run pinned: only what the distribution makes of the same upstream version', () => {
    opened();
    expect(upgradesOfTheHost()).toContain('gnocchi-api 4.6.0-1');
    const all = kept();
    expect(shell(othersStay({ kept: all }).script)).toMatchObject({ code: 1 });
    expect(shell(keepOthers({ kept: all }).script).code).toBe(0);
    expect(upgradesOfTheHost()).toEqual([
      'ceilometer-common 1:20.0.0-1+deb12u1',
      'heat-api 1:21.0.0-1',
      'unrelated 1.1-1',
    ]);
    expect(shell(othersStay({ kept: all }).script)).toMatchObject({ code: 0, stdout: '3 packages stay\n' });
    expect(shell(keepOthers({ kept: all }).script).code).toBe(200);
  });

  it('is seen where a pin of the host outweighs that of the run', () => {
    opened();
    const all = kept();
    shell(keepOthers({ kept: all }).script);
    writeFileSync(
      at('etc/apt/preferences.d/aaa-site'),
      'Package: gnocchi-api\nPin: version 4.6.0-1\nPin-Priority: 995\n',
    );
    expect(shell(othersStay({ kept: all }).script)).toMatchObject({
      code: 1,
      stdout: 'apt would take gnocchi-api to 4.6.0-1\n',
    });
  });

  it('is told from pins of an earlier run, which go when there is nothing to keep', () => {
    opened();
    const file = at('etc/apt/preferences.d/openstack-upgrade-others');
    writeFileSync(file, 'Package: gnocchi-api\nPin: version 4.5.0-*\nPin-Priority: 990\n');
    expect(offers()?.pinned).toBe(true);
    expect(keptOn({ hosts: ['ctl1'], staying: [{ host: 'ctl1', pinned: true, packages: [] }] })).toEqual([]);
    expect(shell(keepOthers({ kept: [] }).script).code).toBe(0);
    expect(existsSync(file)).toBe(false);
    expect(keptOn({ hosts: ['ctl1'], staying: [{ host: 'ctl1', pinned: false, packages: [] }] })).toBeNull();
  });

  it('is closed again where a run was given up before its packages came, and what was in its place is restored', () => {
    const set = [{ name: 'heat-api', installed: '1:20.0.0-1', target: '1:21.0.0-1' }];
    const file = at('etc/apt/sources.list.d/openstack-upgrade.sources');
    const open = targetSource({ deb822: deb822('new'), packages: set, pin: 990, previous: undefined }).script;
    const away = pinsAway({ packages: set, deb822: deb822('new') }).script;
    expect(shell(open).code).toBe(0);
    expect(upgradesOfTheHost()).toContain('heat-api 1:21.0.0-1');
    expect(shell(away).code).toBe(0);
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, deb822('old'));
    expect(shell(open).code).toBe(0);
    expect(shell(away).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(deb822('old'));
    expect(shell(away).code).toBe(200);
  });
});
