import { patched } from '@temporalio/workflow';
import type { Leftovers } from '../schema/activities';
import type { GateSubject } from '../schema/decision';
import { failureType } from '../schema/failure';
import { serviceNames, type Plan } from '../schema/plan';
import { leftoversOf, type RecordedLeftovers } from '../schema/recorded';
import { checkFinishRequest } from '../schema/request';
import type { RunResult } from '../schema/status';
import { heedingCancel } from './cancellation';
import { openDesk, type Desk } from './desk/desk';
import { failWith, ownFailure } from './failures';
import { giveLock } from './give-lock';
import { receiveMessages } from './desk/messages';
import { putBack } from './put-back';
import { conclude } from './result';
import { takeOver } from './take-over';
import { owedOf } from './execute/tidy-up';
import { activities } from './timeouts';
import type { Ended } from './upgrade';

/**
 * Puts back what a terminated or half-done run left on a cloud and gives its lock back. One JSON object:
 * `{"cloud":"cedar"}`; with `"breakLock": true` it only gives the lock back. It upgrades nothing and rolls nothing back.
 */
export async function openstackFinish(raw: unknown): Promise<RunResult> {
  const request = checkFinishRequest(raw);
  if (!request.ok) throw failWith({ type: failureType.requestInvalid, sentence: request.sentence });
  const { cloud, breakLock } = request.value;
  const desk = openDesk({ kind: 'finish', cloud, to: '', services: [], sentence: '' });
  receiveMessages(desk);
  const leftovers = await look({ desk, cloud });
  const ended = await heedingCancel((isCancelled) => finish({ desk, leftovers, cloud, breakLock, isCancelled }));
  return conclude({ desk, ...ended });
}

async function look(options: { desk: Desk; cloud: string }): Promise<Leftovers> {
  const { desk, cloud } = options;
  const summary = `${cloud}: look for what an earlier run left`;
  try {
    const recorded: RecordedLeftovers = await activities.leftovers.executeWithOptions({ summary }, [{ cloud }]);
    const leftovers = leftoversOf(recorded);
    const { runId, plan, digest } = leftovers;
    if (runId === null || plan === null) return leftovers;
    const { from, to } = plan;
    const services = serviceNames(plan);
    // The earlier run's id: its papers, holds and timers are found by it.
    desk.tell({ runId, from, to, services, digest, owed: owedOf({ runId, batches: tidyBatches(plan) }) });
    return leftovers;
  } catch (error) {
    throw ownFailure(error);
  }
}

async function finish(options: {
  desk: Desk;
  leftovers: Leftovers;
  cloud: string;
  breakLock: boolean;
  isCancelled: () => boolean;
}): Promise<Ended> {
  const { desk, leftovers, cloud, breakLock, isCancelled } = options;
  const { runId: holder, plan } = leftovers;
  if (holder === null) return { state: 'completed', sentence: `No run has left anything on ${cloud}: it has no lock.` };
  if (plan === null && !breakLock) return papersLost({ cloud, holder });
  const decision = await desk.gates.ask({
    ...questionAbout({ leftovers, holder, cloud, breakLock }),
    choices: ['approve', 'reject'],
    approvers: plan?.approvers ?? leftovers.approvers,
    warnings: [],
    withdrawn: isCancelled,
  });
  if (decision === null)
    return { state: 'cancelled', sentence: `${cloud} was not touched: cancelled before approval.` };
  if (decision.choice === 'reject') return { state: 'rejected', sentence: `${cloud} was not touched: rejected.` };
  const lockHost = plan?.lockHost ?? leftovers.lockHost;
  // Runs that were open before hosts knew owners go on without a number.
  const owner = patched('finish-takes-the-lock')
    ? await takeOver({ desk, cloud, holder, lockHost, decision, isCancelled })
    : 'taken';
  if (owner !== 'taken') return { state: owner, sentence: `${cloud} keeps its lock: stopped while it was taken over.` };
  if (plan !== null && !breakLock) return putBack({ desk, plan, stillDown: downSentence(leftovers), isCancelled });
  const given = await giveLock({ desk, input: { cloud, runId: holder, lockHost, mark: 'clean' } });
  return lockBroken({ cloud, holder, given });
}

function papersLost(options: { cloud: string; holder: string }): Ended {
  const { cloud, holder } = options;
  return {
    state: 'aborted',
    sentence:
      `Run ${holder} holds the lock of ${cloud}, but its plan cannot be read on the lock host, so nothing was touched. ` +
      `Look in /var/lib/openstack-upgrade/runs/${holder} on the other hosts; RUNBOOK.txt ends with what to put back by ` +
      `hand. Then start openstackFinish with {"cloud":"${cloud}","breakLock":true}.`,
  };
}

function lockBroken(options: { cloud: string; holder: string; given: boolean }): Ended {
  const { cloud, holder, given } = options;
  if (!given) return { state: 'aborted', sentence: `The lock of ${cloud} could not be given back, see "owed".` };
  return {
    state: 'completed',
    sentence:
      `The lock of ${cloud} is free, and no host obeys run ${holder} any more. Nothing was put back: what that run left ` +
      'is yours (see "owed").',
  };
}

function questionAbout(options: { leftovers: Leftovers; holder: string; cloud: string; breakLock: boolean }): {
  readonly about: GateSubject;
  readonly question: string;
} {
  const { leftovers, holder, cloud, breakLock } = options;
  const { digest, workflowId } = leftovers;
  const sure = `Make sure first that workflow ${workflowId ?? '(unknown)'} no longer runs.`;
  if (breakLock)
    return {
      about: { kind: 'lock', runId: holder },
      question:
        `Break the lock of ${cloud} (${leftovers.lock})? Nothing is put back: holds, timers, closed units ` +
        `and helpers stay as they are, and are yours. No host obeys run ${holder} any more. ${sure} ${downSentence(leftovers)}`,
    };
  return {
    about: { kind: 'plan', digest: digest ?? '' },
    question:
      `Put back everything that run ${holder} left on ${cloud}, and give its lock back? Holds, timers and the doors of ` +
      `stopped units open as in a finished upgrade, so the cloud is yours from here on. ${sure} ${downSentence(leftovers)}`,
  };
}

/** Helpers go back; nothing is started or opened, because only a person knows whether to go on or to go back. */
function downSentence({ stillDown }: Leftovers): string {
  if (stillDown.length === 0) return 'Every service runs and gets requests.';
  return (
    `Still down: ${stillDown.join('; ')}. This starts and opens nothing: afterwards start them in order (keystone first) ` +
    'and open the load balancer, or go back with the restore point (docs/operate.md, "Rolling back").'
  );
}

function tidyBatches({ finally: { always, resolved } }: Plan): Plan['finally']['always'] {
  return [...always, ...resolved];
}
