import { failureType } from '../schema/failure';
import type { Kind } from '../schema/names';
import { checkRequest } from '../schema/request';
import type { RunResult } from '../schema/status';
import { rememberApproval } from './desk/approval-memo';
import { askApproval } from './desk/ask-approval';
import { heedingCancel } from './cancellation';
import { openDesk } from './desk/desk';
import { failWith } from './failures';
import { makePlan, refuseBlockers } from './make-plan';
import { receiveMessages } from './desk/messages';
import { conclude } from './result';
import { upgrade, type Ended } from './upgrade';

/** Plan, approval, every phase, finally, report: the same for every kind of upgrade; only the plans differ. */
export async function planAndUpgrade(options: { raw: unknown; kind: Kind }): Promise<RunResult> {
  const { raw, kind } = options;
  const request = checkRequest(raw, kind);
  if (!request.ok) throw failWith({ type: failureType.requestInvalid, sentence: request.sentence });
  const { cloud, to, services = [] } = request.value;
  const desk = openDesk({ kind, cloud, to, services, sentence: '' });
  receiveMessages(desk);
  const made = await makePlan({ desk, request: request.value, kind });
  refuseBlockers({ desk, made });
  const ended = await heedingCancel(async (isCancelled): Promise<Ended> => {
    const approval = await askApproval({ desk, made, isCancelled });
    if (approval === null)
      return { state: 'cancelled', sentence: `Nothing was changed on ${cloud}: cancelled before approval.` };
    if (approval.choice === 'approve') {
      rememberApproval(approval);
      return upgrade({ desk, made, approval, isCancelled });
    }
    const why = approval.reason === '' ? '' : `: ${approval.reason}`;
    return { state: 'rejected', sentence: `Nothing was changed on ${cloud}: ${approval.by} rejected the plan${why}.` };
  });
  return conclude({ desk, ...ended });
}
