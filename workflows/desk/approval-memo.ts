import { patched, upsertMemo, workflowInfo } from '@temporalio/workflow';
import type { Decision } from '../../schema/decision';

/**
 * Shows in lists who approved a run and for which ticket. A ticket that the run was started with stays; a run from the
 * form of the Web UI gets the reason of its approval.
 */
export function rememberApproval({ by, reason }: Pick<Decision, 'by' | 'reason'>): void {
  if (!patched('approval-in-memo')) return;
  const ticket = workflowInfo().memo?.['ticket'] ?? reason;
  upsertMemo({ approvedBy: by, ...(ticket === '' ? {} : { ticket }) });
}
