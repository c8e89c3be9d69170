import { workflowInfo } from '@temporalio/workflow';
import type { Decision } from '../schema/decision';
import { serviceNames, type Plan } from '../schema/plan';
import type { RunResult } from '../schema/status';
import type { Desk } from './desk/desk';
import { execute, type Executed } from './execute/execute';
import { giveLock } from './give-lock';
import type { Planned } from './make-plan';
import { openReports } from './reports';
import { takeLock } from './take-lock';
import { temporalEffects } from './temporal-effects';

/** How a run ended, before it is told to anybody. */
export interface Ended {
  readonly state: RunResult['state'] | 'cancelled';
  readonly sentence: string;
}

/** Carries an approved plan out: lock, every phase, finally, report, lock back. */
export async function upgrade(options: {
  desk: Desk;
  made: Planned;
  approval: Decision;
  isCancelled: () => boolean;
}): Promise<Ended> {
  const { desk, made, approval, isCancelled } = options;
  const { plan } = made;
  const { workflowId } = workflowInfo();
  desk.tell({ stage: 'running' });
  const lock = await takeLock({ desk, made, approval, workflowId, isCancelled });
  if (lock !== 'begun') return { state: lock, sentence: `${plan.cloud} was not touched: the run stopped before it.` };
  const reports = openReports({ desk, made });
  const executed = await execute({
    plan,
    effects: temporalEffects({
      desk,
      plan,
      isCancelled,
      phaseEnded: ({ outcomes }) => {
        reports.write({ state: 'running', outcomes });
      },
    }),
  });
  const { state, whole, outcomes } = executed;
  await reports.finish({ state, outcomes });
  const { runId, cloud, lockHost } = plan;
  // Whatever is owed stays findable: the mark lets openstackFinish put it back, and the next plan sees it.
  const mark = whole && executed.owed.length === 0 ? 'clean' : 'half-done';
  await giveLock({ desk, input: { cloud, runId, lockHost, mark } });
  return { state, sentence: sentenceOf({ plan, executed }) };
}

function sentenceOf(options: { plan: Plan; executed: Executed }): string {
  const { plan, executed } = options;
  const { cloud, from, to, runId } = plan;
  const what = `${cloud}: ${serviceNames(plan).join(', ')}`;
  const { state, whole, owed } = executed;
  const finish = `openstackFinish with {"cloud":"${cloud}"}`;
  const rest =
    owed.length === 0
      ? ''
      : ` Not put back yet: ${String(owed.length)} (see "owed"). Do it by hand, or start ${finish}.`;
  if (state === 'completed') return `${what} went from ${from} to ${to}.${rest}`;
  if (state === 'rolledBack')
    return `${what} is back at ${from}: all that was begun is undone, and no database was restored.${rest}`;
  if (whole) return `${what}: ${state} before anything but preparations was changed; the cloud is as it was.${rest}`;
  return (
    `${what}: ${state} between ${from} and ${to}; the cloud is half-done and its guards stay. The restore point lies ` +
    `in /var/lib/openstack-upgrade/restore-points/${runId} on every host.${rest}`
  );
}
