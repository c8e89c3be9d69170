import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { readServerBuild, type ServerBuild } from './server-build';

/** The recipe in this folder, for the machine we run on. */
export const serverBuild = (): ServerBuild =>
  readServerBuild({
    goMod: readFileSync(join(__dirname, 'go.mod'), 'utf8'),
    platform: `${process.platform}-${process.arch}`,
  });

/** Outside the checkout, so that every checkout on the machine shares it and `git clean` does not cost eight minutes. */
export function cacheDirectory(env: NodeJS.ProcessEnv): string {
  const chosen = env['XDG_CACHE_HOME'] ?? '';
  // As the XDG Base Directory Specification has it: what is empty or relative does not count.
  return join(isAbsolute(chosen) ? chosen : join(homedir(), '.cache'), 'temporal-openstack-upgrade');
}

/** Where this recipe's server lies once somebody obtained it. */
export const cachedServerPath = ({ env, build }: { env: NodeJS.ProcessEnv; build: ServerBuild }): string =>
  join(cacheDirectory(env), 'temporal', build.cacheKey, 'temporal');
