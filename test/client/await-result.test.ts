import { awaitResult } from '../../client/await-result';
import type { VersionedResult } from '../../client/upgrade-client';
import { UpgradeError } from '../../client/upgrade-error';

const result = { schemaVersion: 1, state: 'completed' } as unknown as VersionedResult;

/** What is written on standard error until `ask` is answered. */
async function said(ask: () => Promise<unknown>): Promise<readonly string[]> {
  const lines: string[] = [];
  const written = jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(String(text).trimEnd());
    return true;
  });
  await ask();
  written.mockRestore();
  return lines;
}

describe('whoever waits for a result', () => {
  const missing = 'Waiting for a worker. None polls task queue osu. The run itself waits; start a worker.';

  it('is told at once that no worker polls, and when one does', async () => {
    let looks = 0;
    let end: (value: VersionedResult) => void = () => undefined;
    const lines = await said(() =>
      awaitResult({
        id: 'cedar.preflight',
        upgrade: {
          result: () => new Promise((resolve) => (end = resolve)),
          taskQueue: () => {
            looks++;
            if (looks === 3) setImmediate(() => end(result));
            return Promise.resolve({ name: 'osu', polled: looks > 1 });
          },
        },
      }),
    );
    expect(lines).toEqual([missing, 'Server and worker answer again.']);
  }, 30_000);

  it('reads nothing where a worker polls', async () => {
    const upgrade = {
      result: () => new Promise<VersionedResult>((resolve) => setTimeout(() => resolve(result), 50)),
      taskQueue: () => Promise.resolve({ name: 'osu', polled: true }),
    };
    expect(await said(() => awaitResult({ id: 'cedar.preflight', upgrade }))).toEqual([]);
  });

  it('hears of a server that is away once, from the wait for the result alone', async () => {
    const away = new UpgradeError({ code: 'serverUnreachable', message: 'No Temporal server answers at here:7233.' });
    let tries = 0;
    const upgrade = {
      result: () => (++tries < 3 ? Promise.reject(away) : Promise.resolve(result)),
      taskQueue: () => Promise.reject(away),
    };
    expect(await said(() => awaitResult({ id: 'cedar.preflight', upgrade }))).toEqual([
      'Waiting for the Temporal server. No Temporal server answers at here:7233.',
    ]);
  });
});
