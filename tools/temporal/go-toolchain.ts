import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the machine's Go can do for us; `toolchain` is the value of GOTOOLCHAIN to build with. */
export type Go =
  { readonly state: 'usable'; readonly toolchain: string } | { readonly state: 'unusable'; readonly why: string };

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
  if (installed === undefined)
    return { state: 'unusable', why: `go names no version: "${versionText.trim().slice(0, 80)}"` };
  if (compareVersions(installed, needed) >= 0) return { state: 'usable', toolchain: 'local' };
  if (compareVersions(installed, firstThatFetchesNewer) >= 0) return { state: 'usable', toolchain: `go${needed}+auto` };
  return {
    state: 'unusable',
    why: `Go ${installed} is too old: ${needed} is needed, and only Go ${firstThatFetchesNewer} and newer can fetch that by itself`,
  };
};

const compareVersions = (left: string, right: string): number => {
  const [a, b] = [left.split('.').map(Number), right.split('.').map(Number)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};
