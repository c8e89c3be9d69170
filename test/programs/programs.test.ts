import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readPrograms } from '../../programs';

const programs = Object.values(readPrograms());
const isShell = ({ text }: { readonly text: string }): boolean => text.startsWith('#!/bin/sh\n');
const python = programs.filter((program) => !isShell(program));
const shell = programs.filter(isShell);

describe('the programs that hosts get', () => {
  it('are all the Python and shell files of the room, but for the modules that they share', () => {
    const files = readdirSync(join(__dirname, '..', '..', 'programs')).filter((file) => /\.(py|sh)$/.test(file));
    const shared = ['database_url.py', 'openstack_api.py', 'polling_meters.py', 'transport_url.py'];
    const own = [...python.map(({ name }) => `${name}.py`), ...shell.map(({ name }) => `${name}.sh`)];
    expect(files.sort()).toEqual([...shared, ...own].sort());
  });

  it('need no module of ours beside them', () => {
    const needy = programs.filter(({ text }) => /^(from|import) database_url\b/m.test(text));
    expect(needy.map(({ name }) => name)).toEqual([]);
    const sharing = programs.filter(({ text }) => text.includes('def database_url('));
    expect(sharing.map(({ name }) => name)).toEqual(['engine-rows', 'service-schema', 'stuck-stacks']);
  });

  it('are named by the digest of the very bytes that a host gets', () => {
    for (const { text, sha256 } of programs) {
      expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
      expect(text).toMatch(/^#!\/(?:usr\/bin\/python3\n"""|bin\/sh\n# )[^]*\n$/);
    }
  });

  it.each(shell.map(({ name, text }) => [name, text]))('are read by a plain sh: %s', (_, input) => {
    const { status, stderr } = spawnSync('sh', ['-n'], { input, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  it.each(python.map(({ name, text }) => [name, text]))('compile as Python of this machine: %s', (name, input) => {
    const words = ['-c', 'import sys; compile(sys.stdin.read(), sys.argv[1], "exec")', name];
    const { status, stderr } = spawnSync('python3', words, { input, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });
});
