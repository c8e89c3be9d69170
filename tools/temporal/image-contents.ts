import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findGo } from './find-go';
import { buildWithGo, type Build } from './go-build';
import { withObtainLock } from './obtain-lock';
import { buildEnvironment, type ProgramName } from './server-build';
import { cachedServerPath, serverBuild } from './server-cache';

const run = promisify(execFile);

/** What Temporal's own images hold, as directories and files of this machine. */
export type ImageContents = {
  /** Names the build: another recipe, another key. */
  readonly key: string;
  /** Programs, schemas and start scripts, under the names of `entries`. */
  readonly directory: string;
};

const programs: readonly ProgramName[] = ['temporal', 'temporal-server', 'temporal-sql-tool', 'ui-server'];

/** Files that the images take from the modules, as they are: `[module, path in it, name here]`. */
const files = [
  ['go.temporal.io/server', 'schema/postgresql', 'schema/postgresql'],
  ['go.temporal.io/server', 'docker/scripts/sh/entrypoint.sh', 'entrypoint.sh'],
  ['github.com/temporalio/ui-server/v2', 'docker/start-ui-server.sh', 'start-ui-server.sh'],
  ['github.com/temporalio/ui-server/v2', 'config/docker.yaml', 'docker.yaml'],
] as const;

/**
 * The programs of Temporal's images, built from the go.mod of the dev server, and the files that lie beside them there. Built once,
 * and kept beside the dev server; minutes the first time, half a minute where that one was built before.
 *
 * @throws an Error with the reason in one line
 */
export const obtainImageContents = async (options: {
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
}): Promise<ImageContents> => {
  const { env, say } = options;
  const build = serverBuild();
  const cache = dirname(cachedServerPath({ env, build }));
  const directory = join(cache, 'images');
  await withObtainLock({
    lockFile: join(cache, 'images.lock'),
    onWait: (pid) => say(`process ${pid} is already building the programs of Temporal's images; waiting for it`),
    work: async () => {
      if (existsSync(directory)) return;
      mkdirSync(cache, { recursive: true });
      const workDirectory = mkdtempSync(join(cache, 'images-'));
      try {
        const go = await findGo({ build, workDirectory, env, say });
        renameSync(await assemble({ workDirectory, go, env, say }), directory);
      } finally {
        rmSync(workDirectory, { recursive: true, force: true });
      }
    },
  });
  return { key: build.cacheKey, directory };
};

const assemble = async (options: Build & { readonly say: (line: string) => void }): Promise<string> => {
  const { workDirectory, say } = options;
  const directory = join(workDirectory, 'images');
  mkdirSync(directory);
  for (const program of programs) {
    say(`building ${program}`);
    renameSync(await buildWithGo({ ...options, program }), join(directory, program));
  }
  for (const [module, path, name] of files) {
    // The modules are read-only; a copy that is could not be removed.
    cpSync(join(await moduleDirectory({ ...options, module }), path), join(directory, name), { recursive: true });
  }
  await run('chmod', ['-R', 'u+w', directory]);
  return directory;
};

/** Where Go keeps the sources of a module that the build used. */
const moduleDirectory = async (options: Build & { readonly module: string }): Promise<string> => {
  const { workDirectory, module, go, env } = options;
  const { stdout } = await run(go.command, ['list', '-mod=mod', '-m', '-f', '{{.Dir}}', module], {
    cwd: workDirectory,
    env: { ...env, ...buildEnvironment, ...go.environment },
  });
  return stdout.trim();
};
