import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readPrograms, type ProgramName } from '../../programs';

/** Debian's own interpreter, as on a host; another one where there is none. */
const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

/** Fakes of sqlalchemy and oslo.config, for programs whose answer does not hang on how the real ones read. */
export const fakeModules = join(__dirname, 'fake-modules');

/** Runs a program's text as a host gets it, on standard input. */
export async function runProgram(options: {
  name: ProgramName;
  words: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** What is not as on a host here. */
  edit?: (text: string) => string;
}): Promise<{ code: number | null; said: string }> {
  const { name, words, env, edit = (text: string) => text } = options;
  const child = spawn(python, ['-', ...words], {
    env: { PATH: process.env['PATH'], PYTHONDONTWRITEBYTECODE: '1', ...env },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stdin.end(edit(readPrograms()[name].text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, said: said.trim() };
}
