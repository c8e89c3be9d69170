import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LibraryUser } from '../../catalog/platform/library-users';
import { readPrograms } from '../../programs';

jest.setTimeout(60_000);

/** A package of which Python imports something and maps nothing, as most are; on every Debian that has a Python program. */
const library = (): string | undefined =>
  ['six', 'chardet', 'distro', 'idna', 'certifi'].find(
    (name) =>
      existsSync(`/usr/lib/python3/dist-packages/${name}`) || existsSync(`/usr/lib/python3/dist-packages/${name}.py`),
  );
const [withLibrary, name] = library() === undefined ? [describe.skip, 'six'] : [describe, library() ?? 'six'];

/** Real processes of this machine, read by the program as it is. Units are not there on every machine: fixtures of the reader have them. */
withLibrary('who uses a library (skipped without a Python package of Debian)', () => {
  let directory: string;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'library-users-'));
    writeFileSync(
      join(directory, 'simulated'),
      `Inst python3-${name} [1] (2 lab:bobcat [all])\nInst new (2 lab [all])\n`,
    );
  });
  afterEach(() => {
    children.splice(0).forEach((child) => child.kill());
    rmSync(directory, { recursive: true, force: true });
  });

  const run = (words: readonly string[], change = (text: string): string => text): { code: number; said: string } => {
    const input = change(readPrograms()['library-users'].text);
    try {
      const said = execFileSync('/usr/bin/python3', ['-I', '-', ...words], { input, encoding: 'utf8' });
      return { code: 0, said: said.trim() };
    } catch (error) {
      const { status, stdout } = error as { status: number; stdout: string };
      return { code: status, said: stdout.trim() };
    }
  };
  const seen = (command: string): LibraryUser | undefined =>
    (JSON.parse(run(['survey', join(directory, 'simulated')]).said) as LibraryUser[]).find(({ commands }) =>
      commands.includes(command),
    );
  /** A program without a package: its command is the name of its file. */
  const start = async (options: {
    file: string;
    text: string;
    python?: string;
  }): Promise<{ command: string; whose: string }> => {
    const path = join(directory, options.file);
    writeFileSync(
      path,
      `#!${options.python ?? '/usr/bin/python3'}\n${options.text}\nprint('ready', flush=True)\nimport time\ntime.sleep(50)\n`,
      {
        mode: 0o755,
      },
    );
    const child = spawn(path, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const command = options.file.slice(0, 15);
    return { command, whose: seen(command)?.unit ?? `process ${String(child.pid)}` };
  };
  /** dpkg's lists, with the time at which the library came onto the disk. */
  const unpacked = (seconds: number): ((text: string) => string) => {
    const list = join(directory, `python3-${name}.list`);
    writeFileSync(list, `/usr/lib/python3/dist-packages/${name}/__init__.py\n`);
    utimesSync(list, seconds, seconds);
    return (text) => text.replaceAll('/var/lib/dpkg/info/', `${directory}/`);
  };

  it('reads the imports of a script that no package owns, and of the modules beside it', async () => {
    writeFileSync(join(directory, 'helper.py'), `import ${name}\n`);
    const { command } = await start({ file: 'osu-billing', text: 'import sys; sys.path.insert(0, ".")\nimport json' });
    expect(seen(command)).toBeUndefined();
    const direct = await start({ file: 'osu-direct', text: `import ${name}` });
    expect(seen(direct.command)).toMatchObject({ uses: [`python3-${name}`], seen: ['required'], replaced: [] });
    const beside = await start({ file: 'osu-beside', text: 'import helper' });
    expect(seen(beside.command)?.uses).toEqual([`python3-${name}`]);
  });

  it('passes over a virtual environment, which has modules of its own', async () => {
    mkdirSync(join(directory, 'venv/bin'), { recursive: true });
    symlinkSync('/usr/bin/python3', join(directory, 'venv/bin/python3'));
    const settings = join(directory, 'venv/pyvenv.cfg');
    const python = join(directory, 'venv/bin/python3');
    writeFileSync(settings, 'home = /usr/bin\ninclude-system-site-packages = false\n');
    const text = `try:\n    import ${name}\nexcept ImportError:\n    pass`;
    const apart = await start({ file: 'osu-apart', text, python });
    expect(seen(apart.command)).toBeUndefined();
    writeFileSync(settings, 'home = /usr/bin\ninclude-system-site-packages = true\n');
    const shared = await start({ file: 'osu-shared', text, python });
    expect(seen(shared.command)?.uses).toEqual([`python3-${name}`]);
  });

  it('tells a process that is older than its library from one that is younger', async () => {
    const { whose } = await start({ file: 'osu-daemon', text: `import ${name}` });
    const now = Date.now() / 1000;
    expect(run(['old', whose, `python3-${name}`], unpacked(now - 3600))).toEqual({ code: 0, said: '' });
    expect(run(['old', whose, `python3-${name}`], unpacked(now + 1))).toEqual({
      code: 1,
      said: `${whose} runs with replaced files of python3-${name}`,
    });
    expect(run(['old', 'another.service', `python3-${name}`], unpacked(now + 1)).code).toBe(0);
  });
});
