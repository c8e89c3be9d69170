import { createHash } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { recordAsLeft } from '../../../plan/commands/changed-since';
import { configurationBack } from '../../../plan/commands/packages-back';
import type { Change } from '../../../schema/plan';

/** The scripts as they are, on real files in a directory of their own; dpkg alone is told what it owns. */
describe('the configuration that a rollback restores', () => {
  let root: string;
  const at = (path: string): string => join(root, path);
  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text);
    }
  };
  const read = (path: string): string | null => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : null);
  const run = ({ script }: Change): { code: number | null; stdout: string; stderr: string } => {
    const { status, stdout, stderr } = spawnSync('sh', ['-s'], {
      input: script
        .replace(/\bPATH=/, `PATH=${at('bin')}:`)
        .replace(/^RUN=.*$/m, `RUN=${at('run')}`)
        .replace(/^RP=.*$/m, `RP=${at('rp')}`),
      encoding: 'utf8',
      env: { ...process.env, OSU_RUN: 'run-1', OSU_HOST: 'ctl1' },
    });
    return { code: status, stdout, stderr };
  };
  const back = (): ReturnType<typeof run> =>
    run(
      configurationBack({
        id: 'back/configuration',
        directories: [at('etc/ceilometer')],
        keys: [at('etc/ceilometer/keys')],
        packages: [{ name: 'ceilometer-common', installed: '1:20.0.0-1', target: '1:21.0.0-1' }],
      }),
    );
  const asLeft = (): number | null => run(recordAsLeft({ directories: [at('etc/ceilometer')] })).code;

  /** As dpkg-query tells it: of a package that is removed and not purged, and of files that the older package no longer has, too. */
  const packagesBring = (files: Readonly<Record<string, string>>): void => {
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
    const owned = { 'etc/ceilometer/polling.yaml': 'of the package', 'etc/default/ceilometer': 'ours', ...files };
    const lines = Object.entries(owned).map(([path, text]) => `echo ' ${at(path)} ${md5(text)}'`);
    writeFileSync(at('bin/dpkg-query'), `#!/bin/sh\n${lines.join('\n')}\nexit 1\n`);
    chmodSync(at('bin/dpkg-query'), 0o755);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'configuration-back-'));
    ['bin', 'run', 'rp/config'].forEach((folder) => mkdirSync(at(folder), { recursive: true }));
    packagesBring({});
    write({
      'etc/ceilometer/polling.yaml': 'ours',
      'etc/ceilometer/ceilometer.conf': 'ours',
      'etc/ceilometer/ceilometer.conf.ucf-old': 'of last year',
      'etc/ceilometer/keys/0': 'of then',
      'etc/default/ceilometer': 'ours',
      'rp/config/patched': '',
    });
    execFileSync('tar', ['-czf', at('rp/config/config.tar.gz'), '-C', '/', at('etc').slice(1)]);
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('has nothing beside it that the packages put there, wherever it is', () => {
    write({
      'etc/ceilometer/polling.yaml.dpkg-dist': 'of the new release',
      'etc/ceilometer/ceilometer.conf.ucf-dist': 'of the new release',
      'etc/default/ceilometer.dpkg-new': 'of the new release',
    });
    const { code, stdout } = back();
    expect([code, stdout.split('\n').filter((line) => line.includes('dist')).length]).toEqual([0, 2]);
    expect(read('etc/ceilometer/polling.yaml.dpkg-dist')).toBeNull();
    expect(read('etc/ceilometer/ceilometer.conf.ucf-dist')).toBeNull();
    expect(read('etc/default/ceilometer.dpkg-new')).toBeNull();
    expect(back().code).toBe(200);
    const kept = execFileSync('tar', ['-tf', at('rp/failed/config.tar')], { encoding: 'utf8' });
    expect(kept).toContain(`${at('etc/ceilometer/polling.yaml.dpkg-dist').slice(1)}\n`);
  });

  it('keeps what lay beside it before the run, and whatever people added since', () => {
    write({
      'etc/ceilometer/ceilometer.conf': 'of the run',
      'etc/ceilometer/ceilometer.conf.ucf-old': 'of the run',
      'etc/ceilometer/polling.yaml.dpkg-dist': 'of the new release',
      'etc/ceilometer/polling.yaml.saved': 'of a person',
      'etc/ceilometer/meters.d/own.yaml': 'of a person',
      'etc/ceilometer/meters.d/own.yaml.dpkg-old': 'of a person',
      'etc/ceilometer/keys/0': 'of now',
      'etc/ceilometer/keys/0.dpkg-old': 'of a person',
      'etc/other/site.conf.dpkg-dist': 'of another package',
    });
    expect(back().code).toBe(0);
    expect(read('etc/ceilometer/ceilometer.conf')).toBe('ours');
    expect(read('etc/ceilometer/ceilometer.conf.ucf-old')).toBe('of last year');
    expect(read('etc/ceilometer/polling.yaml.dpkg-dist')).toBeNull();
    expect(read('etc/ceilometer/polling.yaml.saved')).toBe('of a person');
    expect(read('etc/ceilometer/meters.d/own.yaml.dpkg-old')).toBe('of a person');
    expect(read('etc/ceilometer/keys/0')).toBe('of now');
    expect(read('etc/ceilometer/keys/0.dpkg-old')).toBe('of a person');
    expect(read('etc/other/site.conf.dpkg-dist')).toBe('of another package');
  });

  it('keeps what lies beside a file that a person changed after the run', () => {
    write({
      'etc/ceilometer/polling.yaml.dpkg-dist': 'of the new release',
      'etc/ceilometer/ceilometer.conf': 'of the run',
    });
    expect(asLeft()).toBe(0);
    write({ 'etc/ceilometer/polling.yaml': 'merged', 'etc/ceilometer/polling.yaml.dpkg-old': 'ours' });
    const { code, stdout } = back();
    expect(code).toBe(0);
    expect(stdout).toContain('changed by others since the run, and left as it is:\n');
    expect(read('etc/ceilometer/polling.yaml')).toBe('merged');
    expect(read('etc/ceilometer/polling.yaml.dpkg-old')).toBe('ours');
    expect(read('etc/ceilometer/ceilometer.conf')).toBe('ours');
    expect(back().code).toBe(200);
  });

  it('has no file that only the target release brings, unless somebody changed it', () => {
    packagesBring({
      'etc/ceilometer/policy.d/new.yaml': 'of the new release',
      'etc/ceilometer/other.yaml': 'of the new release',
    });
    write({ 'etc/ceilometer/policy.d/new.yaml': 'of the new release', 'etc/ceilometer/other.yaml': 'of a person' });
    expect(back().code).toBe(0);
    expect(read('etc/ceilometer/policy.d/new.yaml')).toBeNull();
    expect(read('etc/ceilometer/other.yaml')).toBe('of a person');
    expect(read('etc/default/ceilometer')).toBe('ours');
    expect(back().code).toBe(200);
  });

  it('is cleaned once more where packages are restored after it', () => {
    write({ 'etc/ceilometer/polling.yaml.dpkg-dist': 'of the new release' });
    expect(back().code).toBe(0);
    write({ 'etc/ceilometer/polling.yaml.dpkg-dist': 'of the installed release' });
    expect(back().code).toBe(0);
    expect(read('etc/ceilometer/polling.yaml.dpkg-dist')).toBeNull();
  });
});
