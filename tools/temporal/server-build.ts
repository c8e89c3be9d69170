import { createHash } from 'node:crypto';

/** Kept fixed: another set of flags compiles all 400 packages again, and the cache's key changes with them. */
export const buildFlags = ['-mod=mod', '-trimpath', '-ldflags=-s -w'] as const;

/** No C compiler needed, and the binary runs on any glibc or none: SQLite is the pure Go port. */
export const buildEnvironment = { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' } as const;

/** Programs that can be built from go.mod, by the names that Temporal's own images give them. */
export const programPackages = {
  temporal: 'github.com/temporalio/cli/cmd/temporal',
  'temporal-server': 'go.temporal.io/server/cmd/server',
  'temporal-sql-tool': 'go.temporal.io/server/cmd/tools/sql',
  'ui-server': 'github.com/temporalio/ui-server/v2/cmd/server',
} as const;

export type ProgramName = keyof typeof programPackages;

/** What the build recipe pins. */
export type ServerBuild = {
  /** Release of the Temporal CLI that carries the same server, e.g. `v1.9.1`: what is downloaded where that is possible. */
  readonly cliRelease: string;
  /** `1.32.1`: also the tag of its images. */
  readonly serverVersion: string;
  /** Of the Web UI, e.g. `2.54.1`. */
  readonly uiVersion: string;
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
  cliRelease: pinned({ goMod, pattern: /^\/\/ Released as: Temporal CLI (v\S+)$/m, what: 'the Temporal CLI' }),
  serverVersion: pinned({ goMod, pattern: /^\tgo\.temporal\.io\/server v(\S+)$/m, what: 'the Temporal server' }),
  uiVersion: pinned({ goMod, pattern: /^\tgithub\.com\/temporalio\/ui-server\/v2 v(\S+)$/m, what: 'the Web UI' }),
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
