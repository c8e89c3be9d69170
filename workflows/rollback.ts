import type { Leftovers } from '../schema/activities';
import type { Decision } from '../schema/decision';
import { failureType } from '../schema/failure';
import { serviceNames } from '../schema/plan';
import { leftoversOf, type RecordedLeftovers } from '../schema/recorded';
import { mayTakeOver } from '../schema/lock-holder';
import { checkRollbackRequest, type RollbackRequest } from '../schema/request';
import type { RunResult } from '../schema/status';
import { heedingCancel } from './cancellation';
import { rememberApproval } from './desk/approval-memo';
import { askApproval } from './desk/ask-approval';
import { openDesk, type Desk } from './desk/desk';
import { receiveMessages } from './desk/messages';
import { failWith } from './failures';
import { planningFailed } from './planning-failed';
import { giveLock } from './give-lock';
import { plannedFrom, refuseBlockers, type Planned } from './make-plan';
import { conclude } from './result';
import { takeOver } from './take-over';
import { activities } from './timeouts';
import { upgrade, type Ended } from './upgrade';

/**
 * Returns a cloud to the restore point of an earlier run, whether that run completed, was aborted or was terminated. One JSON
 * object: `{"cloud":"cedar"}`, or with `"restorePoint": "<run id>"`. It plans, asks, and then runs like an upgrade.
 */
export async function openstackRollback(raw: unknown): Promise<RunResult> {
  const request = checkRollbackRequest(raw);
  if (!request.ok) throw failWith({ type: failureType.requestInvalid, sentence: request.sentence });
  const { cloud } = request.value;
  const desk = openDesk({ kind: 'rollback', cloud, to: '', services: [], sentence: '' });
  receiveMessages(desk);
  const made = await plan({ desk, request: request.value });
  refuseBlockers({ desk, made });
  const ended = await heedingCancel((isCancelled) => rollBack({ desk, made, isCancelled }));
  return conclude({ desk, ...ended });
}

async function plan(options: { desk: Desk; request: RollbackRequest }): Promise<Planned> {
  const { desk, request } = options;
  const { runId } = desk.told();
  const summary = `${request.cloud}: read the restore point ${request.restorePoint}, plan the rollback`;
  try {
    const made = plannedFrom(await activities.planRollback.executeWithOptions({ summary }, [{ runId, ...request }]));
    const { digest, runbook, times = null } = made;
    const { from, to } = made.plan;
    desk.tell({ from, to, services: serviceNames(made.plan), digest, runbook, times });
    return made;
  } catch (error) {
    throw planningFailed({ desk, error });
  }
}

async function rollBack(options: { desk: Desk; made: Planned; isCancelled: () => boolean }): Promise<Ended> {
  const { desk, made, isCancelled } = options;
  const { cloud } = made.plan;
  const approval = await askApproval({ desk, made, isCancelled });
  if (approval === null)
    return { state: 'cancelled', sentence: `Nothing was changed on ${cloud}: cancelled before approval.` };
  if (approval.choice !== 'approve')
    return { state: 'rejected', sentence: `Nothing was changed on ${cloud}: ${approval.by} rejected the rollback.` };
  rememberApproval(approval);
  const free = await freeLock({ desk, made, approval, isCancelled });
  return free ?? upgrade({ desk, made, approval, isCancelled });
}

/** The run that is undone, or an earlier rollback of it, may hold the lock still. Null: go on. */
async function freeLock(options: {
  desk: Desk;
  made: Planned;
  approval: Decision;
  isCancelled: () => boolean;
}): Promise<Ended | null> {
  const { desk, made, approval, isCancelled } = options;
  const { cloud, lockHost, restorePoint } = made.plan;
  const held = await lockOf({ cloud });
  const { runId: holder } = held;
  // Another run may have taken the cloud since this was planned: then the beginning asks, like that of every upgrade.
  if (holder === null || !mayTakeOver({ holder: held, restorePoint: restorePoint ?? '' })) return null;
  const owner = await takeOver({ desk, cloud, holder, lockHost, decision: approval, isCancelled });
  if (owner !== 'taken')
    return { state: owner, sentence: `Run ${holder} still holds the lock of ${cloud}. Nothing was rolled back.` };
  await giveLock({ desk, input: { cloud, runId: holder, lockHost, mark: 'clean' } });
  return null;
}

async function lockOf({ cloud }: { cloud: string }): Promise<Leftovers> {
  const summary = `${cloud}: read who holds the lock`;
  const recorded: RecordedLeftovers = await activities.leftovers.executeWithOptions({ summary }, [{ cloud }]);
  return leftoversOf(recorded);
}
