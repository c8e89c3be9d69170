import type { RestoreManifest } from '../schema/restore-manifest';
import type { RestorePointProblem } from '../schema/restore-point';
import type { PointOnHost } from './point-on-host';

/** What was read, host by host, with the manifest of the lock host and the second copy. Pure. */
export interface ReadPoint {
  readonly lockHost: string;
  /** Null: there is none, or it cannot be read. */
  readonly manifest: RestoreManifest | null;
  readonly hosts: Readonly<Record<string, PointOnHost>>;
  readonly copyHost: string | null;
}

/**
 * Every file that is not as it was recorded. The manifest knows also of a host that lost everything; where there is none, each
 * host's own seals count.
 */
export function problemsOf(read: ReadPoint): RestorePointProblem[] {
  const { lockHost, manifest, hosts } = read;
  const own = Object.entries(hosts).flatMap(([host, found]) => [
    ...wrongFiles({ read, host, found }),
    ...found.dumps.flatMap((dump) => wrongDump({ read, host, dump })),
  ]);
  const gathered = hosts[lockHost]?.manifestHolds;
  const broken = gathered === false || (gathered === true && manifest === null);
  return [
    ...(broken ? [problem({ read, host: lockHost, path: 'manifest.json', what: 'changed' })] : []),
    ...uniquePaths(own),
    ...copyProblems(read),
  ];
}

/** Path by path: what the manifest says counts before what a seal says, which may have been changed with its file. */
export function recordedOn(options: { read: ReadPoint; host: string }): Readonly<Record<string, string>> {
  const { read, host } = options;
  const part = read.manifest?.hosts.find((one) => one.host === host);
  const listed = [
    ...(part?.kept ?? []).map(({ path, sha256 }): [string, string] => [path, sha256]),
    ...(part?.oldPackages ?? []).map(({ path, sha256 }): [string, string] => [`pool/${path}`, sha256]),
  ];
  return { ...read.hosts[host]?.sealed, ...Object.fromEntries(listed) };
}

function wrongFiles(options: { read: ReadPoint; host: string; found: PointOnHost }): RestorePointProblem[] {
  const { read, host, found } = options;
  return Object.entries(recordedOn({ read, host })).flatMap(([path, sha256]) => {
    const now = found.has[path];
    if (now === sha256) return [];
    return [problem({ read, host, path, what: now === undefined ? 'missing' : 'changed' })];
  });
}

/** A dump that is cut between two statements restores without any error: its end is looked for, and its tables are counted. */
function wrongDump(options: {
  read: ReadPoint;
  host: string;
  dump: PointOnHost['dumps'][number];
}): RestorePointProblem[] {
  const { read, host, dump } = options;
  const { path, ends, tables, recordedTables } = dump;
  if (!ends) return [problem({ read, host, path, what: 'incomplete' })];
  if (recordedTables === null || recordedTables === tables) return [];
  return [problem({ read, host, path, what: 'tablesDiffer' })];
}

/** Of a file that is changed it need not be said that its dump is cut, too. */
function uniquePaths(problems: readonly RestorePointProblem[]): RestorePointProblem[] {
  return problems.filter(
    (one, index) => problems.findIndex(({ host, path }) => host === one.host && path === one.path) === index,
  );
}

function copyProblems({ copyHost, hosts }: ReadPoint): RestorePointProblem[] {
  const found = copyHost === null ? undefined : hosts[copyHost];
  if (copyHost === null || found === undefined) return [];
  return Object.entries(found.copied).flatMap(([of, files]) =>
    Object.entries(files).flatMap(([file, sha256]): RestorePointProblem[] => {
      const path = `copy/${of}/${file}`;
      const now = found.has[path];
      if (now === sha256) return [];
      return [{ host: copyHost, path, what: now === undefined ? 'missing' : 'changed', inCopy: false }];
    }),
  );
}

function problem(options: {
  read: ReadPoint;
  host: string;
  path: string;
  what: RestorePointProblem['what'];
}): RestorePointProblem {
  const { read, host, path, what } = options;
  return { host, path, what, inCopy: inCopy({ read, host, path }) !== null };
}

/** The SHA-256 of the file in the copy, where that is what was recorded. */
export function inCopy(options: { read: ReadPoint; host: string; path: string }): string | null {
  const { read, host, path } = options;
  const found = read.copyHost === null ? undefined : read.hosts[read.copyHost];
  const listed = found?.copied[host]?.[path];
  if (listed === undefined || found?.has[`copy/${host}/${path}`] !== listed) return null;
  const recorded = recordedOn({ read, host })[path];
  return recorded === undefined || recorded === listed ? listed : null;
}
