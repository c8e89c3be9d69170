import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPrograms } from '../../programs';
import { restoreManifest, type HostPart } from '../../schema/restore-manifest';

describe('what a host lists of its restore point', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'restore-part-'));
    for (const one of ['point', 'pool', 'etc/heat']) mkdirSync(join(folder, one), { recursive: true });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const etc = (name: string): string => join(folder, 'etc/heat', name);
  function listed(...paths: string[]): HostPart {
    const words = ['-s', '--', 'ctl1', join(folder, 'point'), join(folder, 'pool'), ...paths];
    const { status, stderr } = spawnSync('sh', words, { input: readPrograms()['restore-part'].text, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const part: unknown = JSON.parse(readFileSync(join(folder, 'point/part.json'), 'utf8'));
    const [first] = restoreManifest.parse({ schemaVersion: 1, runId: 'r', hosts: [part] }).hosts;
    return first!;
  }

  it('names odd files as they are, counts those that no line can hold, and follows no link', () => {
    writeFileSync(etc('heat.conf'), 'secret');
    writeFileSync(etc(`we"ird 'name' $HOME é`), '');
    writeFileSync(etc('tab\tname'), '');
    writeFileSync(etc('line\nbreak'), '');
    writeFileSync(etc('back\\slash'), '');
    symlinkSync('/etc/shadow', etc('link'));
    const part = listed(join(folder, 'etc'), '/does/not/exist');
    expect(part.files.map(({ path }) => path)).toEqual([etc('heat.conf'), etc(`we"ird 'name' $HOME é`)]);
    expect(part.files[0]).toMatchObject({
      sha256: '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
      bytes: 6,
      group: 'root',
    });
    expect(part.links).toEqual([{ path: etc('link'), to: '/etc/shadow' }]);
    expect([part.notListed, JSON.stringify(part)]).toEqual([3, expect.not.stringContaining('"secret"')]);
  });

  it('of an empty host is an empty list', () => {
    expect(listed()).toMatchObject({ files: [], links: [], kept: [], oldPackages: [], dumps: [], notListed: 0 });
  });
});
