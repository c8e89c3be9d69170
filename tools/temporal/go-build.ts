import { spawn } from 'node:child_process';
import { copyFileSync, openSync, closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Go } from './go-toolchain';
import { buildEnvironment, buildFlags, programPackages, type ProgramName } from './server-build';

/** What one build needs. */
export type Build = {
  /** go.mod is copied there, because the build writes a go.sum beside it. */
  readonly workDirectory: string;
  readonly go: Extract<Go, { state: 'usable' }>;
  readonly env: NodeJS.ProcessEnv;
};

/**
 * Compiles a program of Temporal from its Go modules: 4 to 8 minutes and up to 2 GB of memory on two cores the first time, 15 s
 * once Go's own caches are warm, which the build of one of them does for the others.
 *
 * @returns the path of the executable in workDirectory
 * @throws an Error with the last lines of the compiler's output
 */
export const buildWithGo = async (options: Build & { readonly program: ProgramName }): Promise<string> => {
  const { workDirectory, program, go, env } = options;
  copyFileSync(join(__dirname, 'go.mod'), join(workDirectory, 'go.mod'));
  const executable = join(workDirectory, program);
  const logFile = join(workDirectory, 'build.log');
  const exit = await runLogged({
    command: [go.command, 'build', ...buildFlags, '-o', executable, programPackages[program]],
    directory: workDirectory,
    env: { ...env, ...buildEnvironment, ...go.environment },
    logFile,
  });
  if (exit !== 'exit code 0')
    throw new Error(`go build failed with ${exit}: ${lastLines(readFileSync(logFile, 'utf8'))}`);
  return executable;
};

const runLogged = (options: {
  readonly command: readonly [string, ...string[]];
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
}): Promise<string> =>
  new Promise((resolve, reject) => {
    const log = openSync(options.logFile, 'w');
    const [program, ...args] = options.command;
    const child = spawn(program, args, { cwd: options.directory, env: options.env, stdio: ['ignore', log, log] });
    closeSync(log);
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code ?? 'unknown'}` : signal));
  });

/** The compiler says what is wrong at the end; what comes before is the list of downloads. */
const lastLines = (text: string): string => text.trim().split('\n').slice(-3).join(' | ').slice(-600);
