import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { upgradeProgram } from '../../client/commands';

jest.setTimeout(120_000);

const root = join(__dirname, '../..');
const { scripts, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
};

/** Programs that do one thing and take no word: they build, check, or write a page. */
const takeNoWords = ['build', 'check:python', 'docs:client', 'docs:rules'];

/** The file of every script that starts a program of ours. */
const programs = Object.entries(scripts)
  .filter(([name]) => !takeNoWords.includes(name))
  .flatMap(([name, command]) => {
    const file = /^tsx (\S+)$/.exec(command)?.[1];
    return file === undefined ? [] : [{ name, file }];
  });

async function helpOf(file: string): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, file), '--help'], { cwd: root, stdio: 'pipe' });
  let out = '';
  let err = '';
  child.stdout.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (err += part.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

describe('--help', () => {
  it.each(programs)('of npm run $name says how it is used, and does nothing else', async ({ file }) => {
    const { code, out, err } = await helpOf(file);
    expect(out).toMatch(/^Usage: /m);
    expect(err).not.toMatch(/^\s+at /m);
    expect(code).toBe(0);
  });

  it('is asked of every bin of the package', () => {
    const sources = Object.values(bin).map((file) => file.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
    expect(sources.filter((source) => !programs.some(({ file }) => file === source))).toEqual([]);
  });

  it('describes every command of openstack-upgrade, its arguments and its options', () => {
    const undescribed = commandsOf(upgradeProgram(() => Promise.resolve())).flatMap((command) => [
      ...(command.description() === '' ? [command.name()] : []),
      ...command.options
        .filter(({ description }) => description === '')
        .map(({ flags }) => `${command.name()} ${flags}`),
      ...command.registeredArguments
        .filter(({ description }) => description === '')
        .map((argument) => `${command.name()} <${argument.name()}>`),
    ]);
    expect(undescribed).toEqual([]);
  });
});

function commandsOf(program: Command): readonly Command[] {
  return [program, ...program.commands.flatMap(commandsOf)];
}
