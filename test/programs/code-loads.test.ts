import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPrograms } from '../../programs';
import { runProgram } from './run-program';

/** `dpkg -L` of packages that are not installed here; the program takes files of /usr/bin alone, so the path in it is bent. */
const directory = mkdtempSync(join(tmpdir(), 'code-loads-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function program(name: string, text: string): void {
  writeFileSync(join(directory, name), text);
}

/** Runs it with a `dpkg` that lists these files, of a directory in the place of /usr/bin. */
async function look(files: readonly string[]): Promise<{ code: number | null; said: string }> {
  program('dpkg', `#!/bin/sh\nprintf '%s\\n' ${files.map((file) => join(directory, file)).join(' ')}\n`);
  chmodSync(join(directory, 'dpkg'), 0o755);
  const bent = (text: string): string => text.replace("r'/usr/s?bin/[^/]+$'", () => `r'${directory}/[^/]+$'`);
  expect(bent(readPrograms()['code-loads'].text)).not.toBe(readPrograms()['code-loads'].text);
  return runProgram({
    name: 'code-loads',
    words: ['heat-engine'],
    edit: bent,
    env: { PATH: `${directory}:${process.env['PATH'] ?? ''}` },
  });
}

describe('whether programs load (python3 of this machine, its standard library as the service)', () => {
  it('passes when all that they import is there, and starts nothing of them', async () => {
    program('heat-engine', '#!/usr/bin/python3\nimport sys\nfrom json import loads\nsys.exit(loads("3"))\n');
    program('heat-shell', '#!/bin/sh\nexit 1\n');
    expect(await look(['heat-engine', 'heat-shell', 'gone'])).toEqual({
      code: 1,
      said: expect.stringMatching(/gone does not load: .*No such file/) as unknown,
    });
    expect(await look(['heat-engine', 'heat-shell'])).toEqual({ code: 0, said: '2 programs load' });
  });

  it('names the program and what it misses', async () => {
    program('heat-api', '#!/usr/bin/python3 -s\nfrom no_such_module import main\nmain()\n');
    program('heat-old', '#!/usr/bin/env python3\nprint "two"\n');
    const { code, said } = await look(['heat-api', 'heat-engine', 'heat-old']);
    expect(code).toBe(1);
    expect(said.split('\n')).toEqual([
      `${directory}/heat-api does not load: ModuleNotFoundError: No module named 'no_such_module'`,
      expect.stringContaining(`${directory}/heat-old does not load: `),
    ]);
  });
});
