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
import { failWith } from './failures';
import { planningFailed } from './planning-failed';
import { giveLock } from './give-lock';
import { receiveMessages } from './desk/messages';
import { runFinally } from './run-finally';
import { conclude } from './result';
import { takeOver } from './take-over';
import { owedOf } from './execute/clean-up';
import { activities } from './timeouts';
import type { Ended } from './upgrade';

/**
 * Cleans up what a terminated or half-done run left on a cloud and releases its lock. One JSON object:
 * `{"cloud":"cedar"}`; with `"breakLock": true` it only releases the lock. It upgrades nothing and rolls nothing back.
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
  const summary = `${cloud}: read what an earlier run left`;
  try {
    const recorded: RecordedLeftovers = await activities.leftovers.executeWithOptions({ summary }, [{ cloud }]);
    const leftovers = leftoversOf(recorded);
    const { runId, plan, digest, remains = [] } = leftovers;
    if (remains.length > 0) desk.tell({ remains });
    if (runId === null || plan === null) return leftovers;
    const { from, to } = plan;
    const services = serviceNames(plan);
    // The earlier run's id: its runbook files, holds and timers are found by it.
    desk.tell({ runId, from, to, services, digest, owed: owedOf({ runId, batches: finallyBatches(plan) }) });
    return leftovers;
  } catch (error) {
    throw planningFailed({ desk, error });
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
  if (holder === null)
    return { state: 'completed', sentence: `There is nothing to clean up on ${cloud}: it has no lock.` };
  if (plan === null && !breakLock) return planLost({ cloud, holder });
  const decision = await desk.gates.ask({
    ...questionAbout({ leftovers, holder, cloud, breakLock }),
    choices: ['approve', 'reject'],
    approvers: plan?.approvers ?? leftovers.approvers,
    warnings: [],
    withdrawn: isCancelled,
  });
  if (decision === null)
    return { state: 'cancelled', sentence: `Nothing was changed on ${cloud}: cancelled before approval.` };
  if (decision.choice === 'reject')
    return { state: 'rejected', sentence: `Nothing was changed on ${cloud}: rejected.` };
  const lockHost = plan?.lockHost ?? leftovers.lockHost;
  // Runs that were open before hosts knew owners go on without a number.
  const owner = patched('finish-takes-the-lock')
    ? await takeOver({ desk, cloud, holder, lockHost, decision, isCancelled })
    : 'taken';
  if (owner !== 'taken')
    return {
      state: owner,
      sentence: `Run ${holder} still holds the lock of ${cloud}: the takeover was stopped. Start openstackFinish again to complete it.`,
    };
  if (plan !== null && !breakLock) return runFinally({ desk, plan, stillDown: downSentence(leftovers), isCancelled });
  const given = await giveLock({ desk, input: { cloud, runId: holder, lockHost, mark: 'clean' } });
  return lockBroken({ cloud, holder, given });
}

function planLost(options: { cloud: string; holder: string }): Ended {
  const { cloud, holder } = options;
  return {
    state: 'aborted',
    sentence:
      `Run ${holder} holds the lock of ${cloud}, but its plan cannot be read on the lock host. Nothing was changed. ` +
      `Read RUNBOOK.txt in /var/lib/openstack-upgrade/runs/${holder} on another host: its last part says what to clean up by ` +
      `hand. Do that, then start openstackFinish with {"cloud":"${cloud}","breakLock":true}.`,
  };
}

function lockBroken(options: { cloud: string; holder: string; given: boolean }): Ended {
  const { cloud, holder, given } = options;
  if (!given)
    return {
      state: 'aborted',
      sentence: `The lock of ${cloud} could not be released. The command that does it is under "owed".`,
    };
  return {
    state: 'completed',
    sentence:
      `The lock of ${cloud} is released, and every host refuses run ${holder} from now on. Nothing was cleaned up: do it ` +
      'by hand with the commands under "owed".',
  };
}

function questionAbout(options: { leftovers: Leftovers; holder: string; cloud: string; breakLock: boolean }): {
  readonly about: GateSubject;
  readonly question: string;
} {
  const { leftovers, holder, cloud, breakLock } = options;
  const { digest, workflowId } = leftovers;
  const sure = `First make sure that workflow ${workflowId ?? '(unknown)'} is no longer running.`;
  if (breakLock)
    return {
      about: { kind: 'lock', runId: holder },
      question:
        `Break the lock of ${cloud} (${leftovers.lock})? Nothing is cleaned up: package holds, stopped timers, locked units ` +
        `and temporary resources stay, and you must remove them by hand. Every host refuses run ${holder} from then on. ${sure} ${downSentence(leftovers)}`,
    };
  return {
    about: { kind: 'plan', digest: digest ?? '' },
    question:
      `Clean up everything that run ${holder} left on ${cloud}, and release its lock? Package holds, timers and locked units ` +
      `are released as after a completed upgrade; after that, nothing prevents a service from starting. ${sure} ${downSentence(leftovers)}`,
  };
}

/** Nothing is started or opened, because only a person knows whether to continue or to roll back. */
function downSentence({ stillDown }: Leftovers): string {
  if (stillDown.length === 0) return 'Every service is running and receives requests.';
  return (
    `Still down: ${stillDown.join('; ')}. Nothing is started or opened. Afterwards start the services in order (keystone first) ` +
    'and open the load balancer, or start openstackRollback instead: it returns to the restore point (docs/operate.md, "Rolling back").'
  );
}

function finallyBatches({ finally: { always, resolved } }: Plan): Plan['finally']['always'] {
  return [...always, ...resolved];
}
