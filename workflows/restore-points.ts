import { failureType } from '../schema/failure';
import {
  checkDropRequest,
  checkRestorePointsRequest,
  checkRollbackRequest,
  type Checked,
  type RestorePointsRequest,
} from '../schema/request';
import type {
  DroppedRestorePoints,
  FetchedRestorePoint,
  RestorePoint,
  RestorePointDetails,
  VerifiedRestorePoint,
} from '../schema/restore-point';
import { failWith, ownFailure } from './failures';
import { activities } from './timeouts';

/**
 * Reads the restore points of a cloud: `{"cloud":"cedar"}` lists them, the newest first, `"show":"latest"` says what one holds,
 * and `"verify":"latest"` hashes every file of it. Changes nothing.
 */
export async function openstackRestorePoints(
  raw: unknown,
): Promise<readonly RestorePoint[] | RestorePointDetails | VerifiedRestorePoint> {
  return own(() => read(valueOf(checkRestorePointsRequest(raw))));
}

/** Brings damaged or missing files of a restore point back from its second copy: `{"cloud":"cedar","restorePoint":"<run id>"}`. */
export async function openstackFetchRestorePoint(raw: unknown): Promise<FetchedRestorePoint> {
  const { cloud, restorePoint } = valueOf(checkRollbackRequest(raw));
  const summary = `${cloud}: fetch damaged files of restore point ${restorePoint} from its second copy`;
  return own(() => activities.fetchRestorePoint.executeWithOptions({ summary }, [{ cloud, restorePoint }]));
}

/** Deletes restore points, on every host: `{"cloud":"cedar","restorePoints":["<run id>"],"by":"ana"}`. Refused while a run holds the cloud. */
export async function openstackDropRestorePoints(raw: unknown): Promise<DroppedRestorePoints> {
  const input = valueOf(checkDropRequest(raw));
  const { cloud, restorePoints, olderThanDays } = input;
  const which = olderThanDays === undefined ? restorePoints.join(', ') : `older than ${String(olderThanDays)} days`;
  const summary = `${cloud}: delete restore points: ${which}`;
  return own(() => activities.dropRestorePoints.executeWithOptions({ summary }, [input]));
}

function read({ cloud, show, verify }: RestorePointsRequest): ReturnType<typeof openstackRestorePoints> {
  if (show !== undefined) {
    const summary = `${cloud}: show restore point ${show}`;
    return activities.showRestorePoint.executeWithOptions({ summary }, [{ cloud, restorePoint: show }]);
  }
  if (verify !== undefined) {
    const summary = `${cloud}: verify every file of restore point ${verify}`;
    return activities.verifyRestorePoint.executeWithOptions({ summary }, [{ cloud, restorePoint: verify }]);
  }
  const summary = `${cloud}: list the restore points`;
  return activities.restorePoints.executeWithOptions({ summary }, [{ cloud }]);
}

function valueOf<T>(checked: Checked<T>): T {
  if (!checked.ok) throw failWith({ type: failureType.requestInvalid, sentence: checked.sentence });
  return checked.value;
}

async function own<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw ownFailure(error);
  }
}
