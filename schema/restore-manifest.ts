import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const keptFile = z.object({ sha256, bytes: count, path: z.string().min(1) });

const dump = z.object({
  schema: z.string(),
  /** `final`: with no writers; the one that a rollback loads. */
  moment: z.enum(['prepare', 'final']),
  /** Below the restore point. */
  file: z.string(),
  sha256,
  bytes: count,
  /** Null: not recorded; of a dump that no rollback loads. */
  plainBytes: count.nullable(),
  madeAt: z.string(),
  /** It was loaded into a temporary server, and its tables and rows were counted there. */
  loaded: z.boolean(),
  revisions: z.array(z.string()),
  tables: z.array(z.object({ table: z.string(), rows: count })),
});

/** What one host keeps: written by `programs/restore-part.sh`. */
const hostPart = z.object({
  host: z.string(),
  writtenAt: z.string(),
  packages: z.object({ installed: count, automatic: count, holds: z.array(z.string()) }),
  /** Files of the services, units, drop-ins, sources, pins and of the platform, as they were. */
  files: z.array(
    z.object({ sha256, mode: z.string(), owner: z.string(), group: z.string(), bytes: count, path: z.string() }),
  ),
  links: z.array(z.object({ path: z.string(), to: z.string() })),
  /** Files whose names this list cannot hold. */
  notListed: count,
  /** Below `restore-points/<run>`: dumps, archives, lists, and their seals. */
  kept: z.array(keptFile),
  /** Below `pool/<run>`: packages of the versions that were installed. */
  oldPackages: z.array(keptFile),
  dumps: z.array(dump),
});

/**
 * The manifest of a restore point, `restore-points/<run>/manifest.json` on the lock host: written before the first change, and
 * again with the dumps that a rollback loads. Fields may be added within a version.
 */
export const restoreManifest = z.object({
  schemaVersion: z.literal(1),
  runId: z.string(),
  hosts: z.array(hostPart),
});

export type RestoreManifest = z.infer<typeof restoreManifest>;
export type HostPart = z.infer<typeof hostPart>;
export type RecordedDump = z.infer<typeof dump>;
