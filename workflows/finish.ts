import type { Leftovers } from '../schema/activities';
import { failureType } from '../schema/failure';
import type { Plan } from '../schema/plan';
import { problemsOf, sentenceOf } from '../schema/problem';
import { request } from '../schema/request';
import type { RunResult } from '../schema/status';
import { heedingCancel } from './cancellation';
import { openDesk, type Desk } from './desk';
import { failWith, ownFailure } from './failures';
import { receiveMessages } from './messages';
import { putBack } from './put-back';
import { conclude } from './result';
import { owedOf } from './tidy-up';
import { activities } from './timeouts';
import type { Ended } from './upgrade';

const finishRequest = request.pick({ cloud: true });

/**
 * Puts back what a terminated or half-done run left on a cloud and gives its lock back. One JSON object:
 * `{"cloud":"cedar"}`. It upgrades nothing and rolls nothing back.
 */
export async function openstackFinish(raw: unknown): Promise<RunResult> {
  const parsed = finishRequest.safeParse(raw ?? {});
  if (!parsed.success) {
    const problems = problemsOf({ error: parsed.error, knownKeys: ['cloud'] });
    const sentence = sentenceOf({ what: 'The request', problems, example: '{"cloud":"cedar"}' });
    throw failWith({ type: failureType.requestInvalid, sentence });
  }
  const { cloud } = parsed.data;
  const desk = openDesk({ kind: 'finish', cloud, to: '', services: [], sentence: '' });
  receiveMessages(desk);
  const leftovers = await look({ desk, cloud });
  const ended = await heedingCancel((isCancelled) => finish({ desk, leftovers, cloud, isCancelled }));
  return conclude({ desk, ...ended });
}

async function look(options: { desk: Desk; cloud: string }): Promise<Leftovers> {
  const { desk, cloud } = options;
  const summary = `${cloud}: look for what an earlier run left`;
  try {
    const leftovers = await activities.leftovers.executeWithOptions({ summary }, [{ cloud }]);
    const { runId, plan, digest } = leftovers;
    if (runId === null || plan === null) return leftovers;
    const { from, to, services } = plan;
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
  isCancelled: () => boolean;
}): Promise<Ended> {
  const { desk, leftovers, cloud, isCancelled } = options;
  const { runId, plan, digest, workflowId } = leftovers;
  if (runId === null) return { state: 'completed', sentence: `No run has left anything on ${cloud}: it has no lock.` };
  if (plan === null || digest === null)
    return {
      state: 'aborted',
      sentence:
        `Run ${runId} holds the lock of ${cloud}, but its plan cannot be read on the lock host, so nothing was touched. ` +
        `Look in /var/lib/openstack-upgrade/runs/${runId}; its RUNBOOK.txt ends with what to put back by hand.`,
    };
  const decision = await desk.gates.ask({
    about: { kind: 'plan', digest },
    question:
      `Put back everything that run ${runId} left on ${cloud}, and give its lock back? Holds, timers and the doors of ` +
      `stopped units open as in a finished upgrade, so the cloud is yours from here on. Make sure first that workflow ` +
      `${workflowId ?? '(unknown)'} no longer runs. ${downSentence(leftovers)}`,
    choices: ['approve', 'reject'],
    approvers: plan.approvers,
    warnings: [],
    withdrawn: isCancelled,
  });
  if (decision === null)
    return { state: 'cancelled', sentence: `${cloud} was not touched: cancelled before approval.` };
  if (decision.choice === 'reject') return { state: 'rejected', sentence: `${cloud} was not touched: rejected.` };
  return putBack({ desk, plan, stillDown: downSentence(leftovers), isCancelled });
}

/** Helpers go back; nothing is started or opened, because only a person knows whether to go on or to go back. */
function downSentence({ stillDown = [] }: Leftovers): string {
  if (stillDown.length === 0) return 'Every service runs and gets requests.';
  return (
    `Still down: ${stillDown.join('; ')}. This starts and opens nothing: afterwards start them in order (keystone first) ` +
    'and open the load balancer, or go back with the restore point (docs/operate.md, "Going back").'
  );
}

function tidyBatches({ finally: { always, resolved } }: Plan): Plan['finally']['always'] {
  return [...always, ...resolved];
}
