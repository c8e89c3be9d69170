import { failureType } from '../schema/failure';
import type { RestorePoint } from '../schema/restore-point';
import { failWith, ownFailure } from './failures';
import { activities } from './timeouts';

/** Lists the restore points of a cloud, the newest first: `{"cloud":"cedar"}`. Changes nothing. */
export async function openstackRestorePoints(
  input: { readonly cloud?: unknown } | undefined,
): Promise<readonly RestorePoint[]> {
  const cloud = input?.cloud;
  if (typeof cloud !== 'string' || cloud === '')
    throw failWith({
      type: failureType.requestInvalid,
      sentence: 'The request needs a cloud, for example {"cloud":"cedar"}. Nothing was read.',
    });
  try {
    const summary = `${cloud}: list the restore points`;
    return await activities.restorePoints.executeWithOptions({ summary }, [{ cloud }]);
  } catch (error) {
    throw ownFailure(error);
  }
}
