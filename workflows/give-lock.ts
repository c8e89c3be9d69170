import { ActivityFailure } from '@temporalio/workflow';
import type { EndInput } from '../schema/activities';
import type { Desk } from './desk/desk';
import { sentenceOfFailure } from './failures';
import { activities } from './timeouts';

/** Gives the lock back, or leaves the mark `half-done` on it. False: it could not, and is owed like everything else. */
export async function giveLock(options: { desk: Desk; input: EndInput }): Promise<boolean> {
  const { desk, input } = options;
  const { cloud, lockHost, mark } = input;
  const { fence } = desk.told();
  const what = mark === 'clean' ? `release the lock of ${cloud}` : `mark ${cloud} as half-done`;
  try {
    await activities.end.executeWithOptions({ summary: `${lockHost}: ${what}` }, [
      { ...input, ...(fence === null ? {} : { fence }) },
    ]);
    return true;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const command = `start openstackFinish with {"cloud":"${cloud}"} (${sentenceOfFailure(error)})`;
    desk.tell({ owed: [...desk.told().owed, { host: lockHost, title: what, command }] });
    return false;
  }
}
