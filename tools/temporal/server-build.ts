import { createHash } from 'node:crypto';

/** Kept fixed: another set of flags compiles all 400 packages again, and the cache's key changes with them. */
export const buildFlags = ['-mod=mod', '-trimpath', '-ldflags=-s -w'] as const;

/** No C compiler needed, and the binary runs on any glibc or none: SQLite is the pure Go port. */
export const buildEnvironment = { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' } as const;

/** The package whose main is the `temporal` command. */
export const commandPackage = 'github.com/temporalio/cli/cmd/temporal';

/** What the build recipe pins. */
export type ServerBuild = {
  /** Release of the Temporal CLI, e.g. `v1.8.2`. */
  readonly cliVersion: string;
  /** Oldest Go that compiles it, e.g. `1.26.4`. */
  readonly goVersion: string;
  /** Names this build in the cache: another recipe or another platform gives another key. */
  readonly cacheKey: string;
};

/**
 * Reads the pinned versions out of go.mod, the one place that names them.
 *
 * @param platform as `process.platform-process.arch`, e.g. `linux-x64`
 */
export const readServerBuild = ({ goMod, platform }: { goMod: string; platform: string }): ServerBuild => ({
  cliVersion: pinned({ goMod, pattern: /^require github\.com\/temporalio\/cli (v\S+)$/m, what: 'the Temporal CLI' }),
  goVersion: pinned({ goMod, pattern: /^go (\S+)$/m, what: 'Go' }),
  cacheKey: createHash('sha256')
    .update(JSON.stringify([goMod, buildFlags, buildEnvironment, platform]))
    .digest('hex')
    .slice(0, 16),
});

const pinned = ({ goMod, pattern, what }: { goMod: string; pattern: RegExp; what: string }): string => {
  const version = pattern.exec(goMod)?.[1];
  if (version === undefined) throw new Error(`tools/temporal/go.mod has no version of ${what}. Restore the file.`);
  return version;
};
