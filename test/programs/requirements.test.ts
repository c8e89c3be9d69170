import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPrograms } from '../../programs';

/** The program as it is, with a Python of this machine and packages that exist only as metadata. */
const python = ['/usr/bin/python3', 'python3'].find(
  (one) => spawnSync(one, ['-c', 'import packaging.requirements']).status === 0,
);
const withPackaging = python === undefined ? describe.skip : describe;

withPackaging('requirements of what stays (skipped without python3 and python3-packaging)', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'requirements-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const install = (name: string, version: string, requires: readonly string[]): void => {
    const folder = join(directory, `${name}-${version}.dist-info`);
    mkdirSync(folder);
    const lines = ['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`];
    writeFileSync(
      join(folder, 'METADATA'),
      [...lines, ...requires.map((one) => `Requires-Dist: ${one}`), ''].join('\n'),
    );
  };
  const broken = (simulated: string): unknown => {
    const file = join(directory, 'simulated');
    writeFileSync(file, simulated);
    const said = execFileSync(python ?? '', ['-', file], {
      input: readPrograms().requirements.text,
      env: { PATH: process.env['PATH'], PYTHONPATH: directory },
      encoding: 'utf8',
    });
    return (JSON.parse(said) as { distribution: string }[]).filter(({ distribution }) =>
      distribution.startsWith('toy'),
    );
  };

  it('names what is content now and would not be with the new library', () => {
    install('toylib.messaging', '14.0.3', []);
    install('toy-billing', '1.0', ['toylib.messaging<14.1,>=12', 'toylib.messaging>=1; extra == "x"']);
    install('toy-content', '1.0', ['toylib-messaging>=12']);
    install('toy-wrong-already', '1.0', ['toylib.messaging<10']);
    install('toy-other-system', '1.0', ['toylib.messaging<14.1; sys_platform == "win32"']);
    expect(broken('Inst python3-toylib.messaging [14.0.3-1] (1:14.1.0+ds1-0lab1 lab [all])\n')).toEqual([
      { package: null, distribution: 'toy-billing', needs: 'toylib.messaging<14.1,>=12', gets: '14.1.0' },
    ]);
  });

  it('names nothing when no library comes along', () => {
    install('toylib.messaging', '14.0.3', []);
    install('toy-billing', '1.0', ['toylib.messaging<14.1']);
    expect(broken('Inst heat-api [1:20.0.0] (1:21.0.0 lab [all])\n')).toEqual([]);
  });
});
