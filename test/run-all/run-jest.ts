import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { tallyJest, type JestResult, type Tally } from './tally';

/** Jest waits for ever for a handle that a test left open. By then the results are written, and this is the time it gets. */
const exitPatienceSeconds = 30;

/** Jest's own choice is one processor less than there are: a machine of two would run one suite after the other. */
const workers = Math.max(2, availableParallelism() - 1);

/** Runs one jest project as a process of its own, its output shown as it comes, and counts the results. */
export const runJest = async (options: {
  readonly project: string;
  readonly oneByOne: boolean;
  readonly env: NodeJS.ProcessEnv;
}): Promise<Tally> => {
  const directory = mkdtempSync(join(tmpdir(), 'osu-jest-'));
  const outputFile = join(directory, 'result.json');
  try {
    const trouble = await runUntilExit({ ...options, outputFile });
    const result = existsSync(outputFile) ? (JSON.parse(readFileSync(outputFile, 'utf8')) as JestResult) : undefined;
    return tallyJest({ project: options.project, result, trouble });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

/** Undefined when jest said all is well, else what went wrong. */
const runUntilExit = (options: {
  readonly project: string;
  readonly oneByOne: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly outputFile: string;
}): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const args = ['--selectProjects', options.project, '--ci', '--passWithNoTests', '--json'];
    const child = spawn(
      process.execPath,
      [
        require.resolve('jest/bin/jest'),
        ...args,
        `--outputFile=${options.outputFile}`,
        options.oneByOne ? '--runInBand' : `--maxWorkers=${workers}`,
      ],
      { stdio: 'inherit', env: options.env },
    );
    let trouble: string | undefined;
    let writtenAtMs: number | undefined;
    const watch = setInterval(() => {
      if (writtenAtMs === undefined && existsSync(options.outputFile)) writtenAtMs = performance.now();
      if (writtenAtMs === undefined || performance.now() - writtenAtMs < exitPatienceSeconds * 1000) return;
      trouble = `jest did not end within ${exitPatienceSeconds} s after its last test: a test left something open`;
      child.kill('SIGKILL');
    }, 1000);
    const finish = (): void => clearInterval(watch);
    child.once('error', (error) => {
      finish();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      finish();
      resolve(trouble ?? (code === 0 ? undefined : `jest ended with ${signal ?? `exit code ${code ?? 'unknown'}`}`));
    });
  });
