import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pasteFactories } from '../../plan/commands/new-configuration';
import { readPrograms } from '../../programs';

const directory = mkdtempSync(join(tmpdir(), 'paste-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function look(paste: string): { code: number | null; said: string } {
  const file = join(directory, 'api-paste.ini');
  writeFileSync(file, paste);
  const { script } = pasteFactories({ id: 'toy/paste', file, programs: readPrograms() });
  const { status, stdout } = spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    env: { OSU_RUN: 'r', OSU_HOST: 'h' },
  });
  return { code: status, said: stdout.trim() };
}

describe('the look at a paste file (python3 of this machine, its standard library as the service)', () => {
  it('passes when every factory in use can be imported', () => {
    const { code, said } = look(
      '[pipeline:main]\npipeline = a b\n[filter:a]\npaste.filter_factory = json:loads\n[app:b]\npaste.app_factory = os.path:join\n',
    );
    expect([code, said]).toEqual([0, expect.stringMatching(/^all factories of .* can be imported$/)]);
  });

  it('names the section and the factory that is gone', () => {
    const { code, said } = look('[pipeline:main]\npipeline = a\n[filter:a]\npaste.filter_factory = json:gone\n');
    expect([code, said]).toEqual([1, "[filter:a] json:gone (module 'json' has no attribute 'gone')"]);
  });

  it("looks up a service's own factory where paste's is set at run time", () => {
    const own =
      '[pipeline:main]\npipeline = a\n[filter:a]\npaste.filter_factory = json:set_later\nheat.filter_factory = json:dumps\n';
    expect(look(own).code).toBe(0);
    expect(look(own.replace('json:dumps', 'json:gone')).code).toBe(1);
  });

  it('leaves a filter alone that no pipeline names', () => {
    expect(look('[filter:left-over]\npaste.filter_factory = nosuchmodule:x\n').code).toBe(0);
  });
});
