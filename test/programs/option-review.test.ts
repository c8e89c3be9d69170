import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './run-program';

describe('option-review', () => {
  const directory = mkdtempSync(join(tmpdir(), 'option-review-'));
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const file = (name: string, ...lines: string[]): string => {
    const path = join(directory, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  };

  const list = join(directory, 'list');

  it('names options in use that the target no longer knows, by section, and never a value', async () => {
    const installed = file('installed', '[DEFAULT]', '#debug = false', '#old_one = 1', '[cache]', '# words = of prose');
    const target = file('target', '[DEFAULT]', '#debug = false', '[cache]', '#backend = none');
    const running = file('running', 'old_one = secret', '#debug = true', 'own = secret', '[cache]', 'backend = secret');
    const { code, said } = await runProgram({ name: 'option-review', words: [running, installed, target, list] });
    expect([code, JSON.parse(said)]).toEqual([
      0,
      { removed: ['[DEFAULT] old_one'], added: ['[cache] backend'], gone: ['[DEFAULT] old_one'], changed: [] },
    ]);
  });

  it('reads a running file as oslo.config does: colons, and blanks within the brackets of a section', async () => {
    const installed = file('installed', '[DEFAULT]', '#old_one = 1', '[cache]', '#old_two = 1');
    const target = file('target', '[DEFAULT]', '[cache]');
    const running = file('running', 'old_one: 2', '[ cache ]', 'old_two : 3');
    const { said } = await runProgram({ name: 'option-review', words: [running, installed, target, list] });
    expect(JSON.parse(said)).toMatchObject({ removed: ['[DEFAULT] old_one', '[cache] old_two'] });
  });

  it('leaves options of an authentication plugin alone, which a template may name or not', async () => {
    const plugin = ['#auth_type = <None>', '#username = <None>', '#password = <None>', '#user-domain-name = <None>'];
    const installed = file('installed', '[keystone_authtoken]', ...plugin, '#memcache_old = 1', '[trustee]', ...plugin);
    const target = file('target', '[keystone_authtoken]', '#auth_type = <None>', '[trustee]');
    const account = ['auth_type = password', 'username = heat', 'password = S3cret', 'memcache_old = 2'];
    const running = file(
      'running',
      '[keystone_authtoken]',
      ...account,
      '[trustee]',
      'auth_plugin = password',
      'password = x',
    );
    const { said } = await runProgram({ name: 'option-review', words: [running, installed, target, list] });
    expect(JSON.parse(said)).toMatchObject({ removed: ['[keystone_authtoken] memcache_old'] });
    expect(said).not.toContain('S3cret');
  });

  it('tells defaults that change by themselves from those that the running file decides, and lists all of it for people', async () => {
    const installed = file('installed', '[DEFAULT]', '#workers = 4', '#debug = false', '#timeout = 60', '#old_one = 1');
    const target = file('target', '[DEFAULT]', '#workers = 0', '#debug = true', '#timeout = 60', '#new_one = 5');
    const running = file('running', '[DEFAULT]', 'debug = S3cret', 'old_one = S3cret');
    const { said } = await runProgram({ name: 'option-review', words: [running, installed, target, list] });
    expect(JSON.parse(said)).toMatchObject({
      changed: [
        { option: '[DEFAULT] debug', from: 'false', to: 'true', isSet: true },
        { option: '[DEFAULT] workers', from: '4', to: '0', isSet: false },
      ],
    });
    expect(readFileSync(list, 'utf8').replaceAll(running, 'heat.conf')).toBe(
      [
        'Set in heat.conf, and gone in the new release: 1\n    [DEFAULT] old_one\n',
        'Other defaults, not set in heat.conf: they change by themselves: 1\n    [DEFAULT] workers: 4 becomes 0\n',
        'Other defaults, set in heat.conf: it decides: 1\n    [DEFAULT] debug: false becomes true\n',
        'New options: 1\n    [DEFAULT] new_one = 5\n',
        'Options that are gone: 1\n    [DEFAULT] old_one\n',
        '',
      ].join('\n'),
    );
  });
});
