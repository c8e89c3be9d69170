import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageFiles, type PackageFiles } from '../../catalog/platform/package-files';
import { configArchive } from '../../plan/commands/restore-point';

const nothing: PackageFiles = { altered: [], missing: [], keptScripts: [], diverted: [], shadowing: [] };

const withDpkg = existsSync('/usr/bin/dpkg-deb') ? describe : describe.skip;

/** The real dpkg, with a root directory of its own. */
withDpkg('files of packages that somebody changed (skipped without dpkg)', () => {
  let directory: string;
  let root: string;
  const projects = '/usr/lib/python3/dist-packages/keystone/projects.py';

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'package-files-'));
    root = join(directory, 'root');
    write(
      join(directory, 'bin/dpkg'),
      `#!/bin/sh\nexec /usr/bin/dpkg --root=${root} --log=/dev/null --force-all "$@"\n`,
    );
    chmodSync(join(directory, 'bin/dpkg'), 0o755);
    write(join(directory, 'survey/simulated'), 'Inst python3-keystone [2:23.0.0-1] (2:24.0.0-1 lab [all])\n');
    for (const folder of ['updates', 'info', 'triggers'])
      mkdirSync(join(root, 'var/lib/dpkg', folder), { recursive: true });
    for (const file of ['status', 'available']) write(join(root, 'var/lib/dpkg', file), '');
    install();
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const install = (): void => {
    const tree = join(directory, 'tree');
    write(join(tree, projects), 'code = 1\n');
    write(join(tree, 'usr/share/doc/keystone/README'), 'words\n');
    write(join(tree, 'etc/init.d/keystone'), '#!/bin/sh\n');
    write(join(tree, 'etc/keystone/keystone.conf'), '[DEFAULT]\n');
    write(join(tree, 'DEBIAN/conffiles'), '/etc/init.d/keystone\n/etc/keystone/keystone.conf\n');
    write(
      join(tree, 'DEBIAN/control'),
      'Package: python3-keystone\nVersion: 2:23.0.0-1\nArchitecture: all\nMaintainer: a <a@example.org>\nDescription: x\n',
    );
    execFileSync('sh', ['-c', 'find usr etc -type f -exec md5sum {} + > DEBIAN/md5sums'], { cwd: tree });
    execFileSync('dpkg-deb', ['-b', tree, join(directory, 'one.deb')], { stdio: 'ignore' });
    sh(`dpkg -i ${join(directory, 'one.deb')}`);
  };
  const sh = (script: string): { stdout: string; stderr: string; exitCode: number } => {
    const env = { PATH: `${join(directory, 'bin')}:${process.env['PATH'] ?? ''}`, LC_ALL: 'C' };
    const { stdout, stderr, status } = spawnSync('sh', ['-c', script], { encoding: 'utf8', env, cwd: directory });
    return { stdout, stderr, exitCode: status ?? -1 };
  };
  const read = (): PackageFiles =>
    packageFiles.parse(
      sh(
        packageFiles.script.text
          .replaceAll('/var/lib/openstack-upgrade/survey', join(directory, 'survey'))
          .replaceAll('/usr/local/lib', join(directory, 'usr/local/lib')),
      ),
    );

  it('finds none in a package as it came', () => {
    expect(read()).toEqual(nothing);
  });

  it('finds a module of pip that Python takes before that of the package', () => {
    const pip = join(directory, 'usr/local/lib/python3.11/dist-packages');
    write(join(pip, 'keystone/__init__.py'), '');
    write(join(pip, 'other/__init__.py'), '');
    expect(read()).toEqual({ ...nothing, shadowing: [join(pip, 'keystone')] });
  });

  it('finds a patch, a script that confold keeps, and what is gone; configuration and left-out documents are none', () => {
    appendFileSync(join(root, projects), 'patch = 1\n');
    appendFileSync(join(root, 'etc/init.d/keystone'), 'exec old\n');
    appendFileSync(join(root, 'etc/keystone/keystone.conf'), 'debug = true\n');
    rmSync(join(root, 'usr/share/doc/keystone/README'));
    expect(read()).toEqual({ ...nothing, altered: [projects], keptScripts: ['/etc/init.d/keystone'] });
  });

  it('finds a file that a diversion keeps', () => {
    sh(`dpkg-divert --root ${root} --local --no-rename --divert ${projects}.distrib --add ${projects}`);
    expect(read()).toEqual({ ...nothing, diverted: [projects] });
  });

  it('puts the patched file, and nothing else, on the list of the restore point', () => {
    appendFileSync(join(root, projects), 'patch = 1\n');
    appendFileSync(join(root, 'etc/keystone/keystone.conf'), 'debug = true\n');
    const { script } = configArchive({
      packages: [{ name: 'python3-keystone', installed: '2:23.0.0-1', target: '2:24.0.0-1' }],
      compression: 'zstd',
    });
    const [line = 'false'] = /^ *dpkg --verify .*$/m.exec(script) ?? [];
    expect(sh(line)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readFileSync(join(directory, 'patched'), 'utf8')).toBe(`${projects.slice(1)}\n`);
  });
});
