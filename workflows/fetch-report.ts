import type { ReadReport, ReadReportInput } from '../schema/activities';
import { failureType } from '../schema/failure';
import { failWith, ownFailure } from './failures';
import { activities } from './timeouts';

/** Fetches the report of a run from the lock host, for programs that cannot reach the hosts. Alters nothing. */
export async function openstackFetchReport(input: ReadReportInput | undefined): Promise<ReadReport | null> {
  if (typeof input?.cloud !== 'string' || typeof input.runId !== 'string')
    throw failWith({
      type: failureType.requestInvalid,
      sentence:
        'The request needs a cloud and a run, for example {"cloud":"cedar","runId":"<runId in the status>"}. Nothing was read.',
    });
  try {
    const summary = `${input.cloud}: read the report of run ${input.runId}`;
    return await activities.readReport.executeWithOptions({ summary }, [input]);
  } catch (error) {
    throw ownFailure(error);
  }
}
