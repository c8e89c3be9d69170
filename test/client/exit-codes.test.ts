import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { exitCodeOfResult } from '../../client/exit-codes';
import type { RunResult } from '../../schema/status';

jest.setTimeout(120_000);

/** The command line as a process of its own; `here` is a Temporal server that nobody runs. */
function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = ['--import', 'tsx', join(__dirname, '../../client/main.ts'), ...args];
  const env = { ...process.env, TEMPORAL_ADDRESS: '127.0.0.1:1', TEMPORAL_CONFIG_FILE: undefined, USER: 'ana' };
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe('the command line ends', () => {
  it.each([
    [0, ['--help']],
    [0, ['--version']],
    [2, ['stratus']],
    [2, ['start', '--cloud', 'cedar']],
    [5, ['list']],
    [3, ['--config-file', '/nowhere.toml', 'list']],
  ])('with %d after %j', async (code, args) => {
    expect((await run(...args)).code).toBe(code);
  });

  it('with one JSON object on standard error when a program asks', async () => {
    const { stdout, stderr } = await run('--json', 'list');
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({
      schemaVersion: 1,
      error: { code: 'serverUnreachable', retryable: true },
    });
  });

  it('takes the run after a list of warnings, whatever stands before it', async () => {
    const { code } = await run('approve', '--gate', 'k7f3a9', '--accept', 'a@ctl1,b@ctl1', 'cedar.all.full.bobcat');
    expect(code).toBe(5); // it got as far as the server
  });

  it.each<[number, Partial<RunResult>]>([
    [0, { state: 'completed' }],
    [6, { state: 'rolledBack' }],
    [6, { state: 'rejected' }],
    [6, { state: 'aborted' }],
  ])('with %d for a result %j', (code, result) => {
    expect(exitCodeOfResult(result as RunResult)).toBe(code);
  });
});
