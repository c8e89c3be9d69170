import { ActivityFailure } from '@temporalio/workflow';
import type { EndInput } from '../schema/activities';
import type { Desk } from './desk';
import { sentenceOfFailure } from './failures';
import { activities } from './timeouts';

/** Gives the lock back, or leaves the mark `half-done` on it. Cannot be done: it is owed like everything else. */
export async function giveLock(options: { desk: Desk; input: EndInput }): Promise<void> {
  const { desk, input } = options;
  const { cloud, lockHost, mark } = input;
  const what = mark === 'clean' ? `give the lock of ${cloud} back` : `mark ${cloud} as half-done`;
  try {
    await activities.end.executeWithOptions({ summary: `${lockHost}: ${what}` }, [input]);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const command = `start openstackFinish with {"cloud":"${cloud}"} (${sentenceOfFailure(error)})`;
    desk.tell({ owed: [...desk.told().owed, { host: lockHost, title: what, command }] });
  }
}
