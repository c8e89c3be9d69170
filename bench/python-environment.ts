import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../lab/machine/command';
import type { ControlGroup } from './control-group';

/** A tool from the Python package index in an environment of its own, or why there is none. */
export type PythonEnvironment =
  | { readonly kind: 'ready'; readonly programs: string; readonly version: string }
  | { readonly kind: 'missing'; readonly why: string };

/**
 * Installs exactly what the requirements file says, once per file and interpreter; later benchmarks find it again.
 * Never rejects for a machine that lacks something: its answer is then the reason.
 */
export async function obtainPythonEnvironment(options: {
  readonly tool: string;
  readonly requirementsFile: string;
  /** Where environments are kept. */
  readonly directory: string;
  readonly logDirectory: string;
  readonly group: ControlGroup;
  readonly say: (line: string) => void;
}): Promise<PythonEnvironment> {
  const requirements = readFileSync(options.requirementsFile, 'utf8');
  const version = requirements.split('\n').find((line) => /^[a-z]/i.test(line)) ?? '';
  const logFile = join(options.logDirectory, `${options.tool}.log`);
  const run = (...argv: string[]): Promise<number> =>
    options.group.run({ argv, environment: ownEnvironment(), outputFile: `${logFile}.out`, errorFile: logFile });

  const python = await pythonWithVenv(run);
  if (python === null) return missing('no python3 with venv here. Install it: apt-get install python3-venv');
  const hash = createHash('sha256').update(`${python} ${requirements}`).digest('hex').slice(0, 12);
  const path = join(options.directory, `${options.tool}-${hash}`);
  const ready: PythonEnvironment = { kind: 'ready', programs: join(path, 'bin'), version: version.replace('==', ' ') };
  if (existsSync(join(path, 'installed'))) return ready;

  options.say(`installing ${version} from the Python package index into ${path}`);
  rmSync(path, { recursive: true, force: true });
  const pip = join(path, 'bin', 'pip');
  const done =
    (await run(python, '-m', 'venv', path)) === 0 &&
    (await run(pip, 'install', '--quiet', '--requirement', options.requirementsFile)) === 0;
  if (!done) return missing(`${version} could not be installed: ${lastLine(logFile)}`);
  writeFileSync(join(path, 'installed'), '');
  return ready;
}

/** Debian's own interpreter first: others on the PATH may belong to somebody's project. */
async function pythonWithVenv(run: (...argv: string[]) => Promise<number>): Promise<string | null> {
  for (const python of ['/usr/bin/python3', findProgram('python3')]) {
    if (python === null || !existsSync(python)) continue;
    if ((await run(python, '-c', 'import ensurepip, venv')) === 0) return python;
  }
  return null;
}

function missing(why: string): PythonEnvironment {
  return { kind: 'missing', why };
}

function lastLine(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? 'no message';
}

/** pip needs what the machine says of proxies and certificates. */
function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
