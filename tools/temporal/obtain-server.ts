import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { explainNoServer, type Tried } from './choose-server';
import { findGo } from './find-go';
import { buildWithGo } from './go-build';
import { inspectExecutable } from './inspect-executable';
import { withObtainLock } from './obtain-lock';
import { downloadWithSdk } from './sdk-download';
import type { ServerBuild } from './server-build';

type Obtain = {
  /** Where the executable is to lie in the end. */
  readonly destination: string;
  readonly build: ServerBuild;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
  /** What was looked at before, for the error. */
  readonly tried: readonly Tried[];
};

/**
 * Puts a Temporal CLI into the cache: downloaded by the SDK, else compiled with Go. One process at a time; the others wait and
 * take what it left.
 *
 * @throws an Error that lists every way with the reason why it failed
 */
export const obtainServer = (options: Obtain): Promise<void> =>
  withObtainLock({
    lockFile: join(dirname(options.destination), 'obtaining.lock'),
    onWait: (pid) => options.say(`process ${pid} is already obtaining the Temporal dev server; waiting for it`),
    work: async () => {
      if ((await inspectExecutable(options.destination)).state === 'usable') return;
      const downloaded = await attempt({ ...options, way: downloadIt, what: "the SDK's own download" });
      if (downloaded === 'obtained') return;
      const built = await attempt({ ...options, way: buildIt, what: 'building it with Go' });
      if (built === 'obtained') return;
      const tried = [...options.tried, downloaded, built];
      throw new Error(explainNoServer({ tried, goVersion: options.build.goVersion }));
    },
  });

type Way = (options: Obtain & { readonly workDirectory: string }) => Promise<string>;

const downloadIt: Way = ({ workDirectory, build, env, say }) => {
  say(`downloading the Temporal dev server (${build.cliRelease})`);
  return downloadWithSdk({ workDirectory, cliVersion: build.cliRelease, env });
};

const buildIt: Way = async ({ workDirectory, build, env, say }) => {
  const go = await findGo({ build, workDirectory, env, say });
  say('building the Temporal dev server, once; this takes about 8 minutes');
  const startedAtMs = performance.now();
  const timer = setInterval(
    () => say(`still building the Temporal dev server (${Math.round((performance.now() - startedAtMs) / 60_000)} min)`),
    60_000,
  );
  try {
    return await buildWithGo({ program: 'temporal', workDirectory, go, env });
  } finally {
    clearInterval(timer);
  }
};

/** Tries one way in a directory beside the destination, so that putting the result in place is a single rename. */
const attempt = async (options: Obtain & { readonly way: Way; readonly what: string }): Promise<'obtained' | Tried> => {
  const cache = dirname(options.destination);
  mkdirSync(cache, { recursive: true });
  const workDirectory = mkdtempSync(join(cache, 'obtaining-'));
  try {
    const executable = await options.way({ ...options, workDirectory });
    chmodSync(executable, 0o755);
    const seen = await inspectExecutable(executable);
    if (seen.state === 'unusable')
      return { what: options.what, why: `the result is not a Temporal server: ${seen.why}` };
    renameSync(executable, options.destination);
    return 'obtained';
  } catch (error) {
    return { what: options.what, why: error instanceof Error ? error.message : String(error) };
  } finally {
    rmSync(workDirectory, { recursive: true, force: true });
  }
};
