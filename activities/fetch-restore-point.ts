import { stateDirectory } from '../catalog/platform/apt';
import type { ChosenRestorePoint } from '../schema/activities';
import type { FetchedRestorePoint, RestorePointProblem } from '../schema/restore-point';
import { sh } from '../shell/sh';
import { carryFiles, NotCarried } from './carry-file';
import { inCopy, problemsOf, type ReadPoint } from './point-problems';
import type { Reach } from './reach';
import { readPoint } from './read-point';

interface Fetch {
  readonly reach: Reach;
  readonly input: ChosenRestorePoint;
  readonly signal: AbortSignal;
}

/**
 * Brings every file that is missing or damaged, and is in the second copy as it was recorded, back to its host. Files that are as
 * recorded are left alone: doing it twice, or beside a run that waits at a gate, changes nothing else.
 */
export async function fetchRestorePoint(options: Fetch): Promise<FetchedRestorePoint> {
  const { point, read } = await readPoint(options);
  const { runId } = point;
  const fetched: { host: string; path: string; bytes: number }[] = [];
  for (const one of problemsOf(read)) {
    const sha256 = inCopy({ read, ...one });
    if (sha256 === null || read.copyHost === null) continue;
    const bytes = await bringBack({ ...options, runId, copyHost: read.copyHost, problem: one, sha256 });
    fetched.push({ host: one.host, path: one.path, bytes });
  }
  const after = fetched.length === 0 ? { read, unread: [] } : await readPoint(options);
  return { schemaVersion: 1, runId, fetched, left: problemsOf(after.read), unread: unreadOf({ read, after }) };
}

function unreadOf({
  read,
  after,
}: {
  read: ReadPoint;
  after: { read: ReadPoint; unread: readonly string[] };
}): string[] {
  const gone = Object.keys(read.hosts).filter((host) => after.read.hosts[host] === undefined);
  return [...new Set([...after.unread, ...gone])];
}

async function bringBack(
  options: Fetch & { runId: string; copyHost: string; problem: RestorePointProblem; sha256: string },
): Promise<number> {
  const { reach, signal, runId, copyHost, problem, sha256 } = options;
  const { host, path } = problem;
  const point = `restore-points/${runId}`;
  const from = { host: copyHost, directory: `${point}/copy/${host}` };
  const inbox = `${point}/inbox/fetch`;
  const { stdout } = await reach.root.run({
    host: copyHost,
    deadlineSeconds: 60,
    signal,
    script: sh`stat -c %s ${`${stateDirectory}/${from.directory}/${path}`}`.text,
  });
  const bytes = Number(stdout.trim());
  const files = [{ sha256, bytes, path }];
  await carryFiles({ reach, files, from, to: { host, directory: inbox }, has: {}, signal, onBytes: () => undefined });
  const { exitCode, stderr } = await reach.root.run({
    host,
    deadlineSeconds: 4 * 3600,
    signal,
    script: sh`
      set -e; umask 077; cd ${`${stateDirectory}/${point}`}
      to=${path}
      mkdir -p "$(dirname "$to")"
      cat "inbox/fetch/$to"@* > "$to.part"
      rm -rf inbox/fetch
      echo ${sha256} " $to.part" | sha256sum --quiet -c || { rm -f "$to.part"; exit 1; }
      sync "$to.part"; mv "$to.part" "$to"; sync .
    `.text,
  });
  if (exitCode !== 0)
    throw new NotCarried(
      `${host}: ${path} could not be brought back from ${copyHost}: ${stderr.trim().slice(-300)}. What was there before is unchanged. Start fetch again.`,
    );
  return bytes;
}
