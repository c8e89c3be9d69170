import type { ChosenRestorePoint } from '../schema/activities';
import type { VerifiedRestorePoint } from '../schema/restore-point';
import { problemsOf, recordedOn } from './point-problems';
import type { Reach } from './reach';
import { readPoint } from './read-point';

/** Every file of a restore point read and hashed again, each dump to its end. Changes nothing. */
export async function verifyRestorePoint(options: {
  reach: Reach;
  input: ChosenRestorePoint;
}): Promise<VerifiedRestorePoint> {
  const { point, state, read, unread } = await readPoint(options);
  const hosts = Object.entries(read.hosts);
  const copied = read.copyHost === null ? undefined : read.hosts[read.copyHost]?.copied;
  return {
    schemaVersion: 1,
    runId: point.runId,
    manifest: state,
    files: hosts.reduce((sum, [host]) => sum + Object.keys(recordedOn({ read, host })).length, 0),
    bytes: hosts.reduce((sum, [, { bytes }]) => sum + bytes, 0),
    dumps: hosts.reduce((sum, [, { dumps }]) => sum + dumps.length, 0),
    problems: problemsOf(read),
    copy:
      read.copyHost === null || copied === undefined
        ? null
        : {
            host: read.copyHost,
            files: Object.values(copied).reduce((sum, files) => sum + Object.keys(files).length, 0),
          },
    unread,
  };
}
