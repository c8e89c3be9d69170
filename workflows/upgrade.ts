import { workflowInfo } from '@temporalio/workflow';
import type { Decision } from '../schema/decision';
import { counted, listed } from '../schema/names';
import { restorePointOf, serviceNames, type Plan } from '../schema/plan';
import type { RunResult } from '../schema/status';
import type { Desk } from './desk/desk';
import { execute, type Executed } from './execute/execute';
import { giveLock } from './give-lock';
import type { Planned } from './make-plan';
import { openReports } from './reports';
import { takeLock } from './take-lock';
import { temporalEffects } from './temporal-effects';
import { watchBudgets } from './watch-budgets';

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
  if (lock !== 'begun')
    return { state: lock, sentence: `Nothing was changed on ${plan.cloud}: the run stopped before its first phase.` };
  const reports = openReports({ desk, made });
  const stopWatching = watchBudgets(desk);
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
  await stopWatching();
  const { state, complete, outcomes } = executed;
  await reports.finish({ state, outcomes });
  const { runId, cloud, lockHost } = plan;
  // Whatever is owed stays findable: the mark lets openstackFinish put it back, and the next plan sees it.
  const mark = complete && executed.owed.length === 0 ? 'clean' : 'half-done';
  await giveLock({ desk, input: { cloud, runId, lockHost, mark } });
  return { state, sentence: sentenceOf({ plan, executed }) + notDone(desk.told().report?.remains ?? []) };
}

function sentenceOf(options: { plan: Plan; executed: Executed }): string {
  const { plan, executed } = options;
  const { cloud, from, to, kind } = plan;
  const what = `${cloud}: ${serviceNames(plan).join(', ')}`;
  const { state, complete, owed } = executed;
  const finish = `openstackFinish with {"cloud":"${cloud}"}`;
  const rest =
    owed.length === 0
      ? ''
      : ` Not cleaned up yet: ${String(owed.length)} (see "owed"). Run these commands by hand, or start ${finish}.`;
  if (state === 'completed' && plan.kind === 'rollback')
    return `${what} rolled back from ${from} to ${to}, to the restore point of run ${plan.restorePoint ?? 'unknown'}.${rest}`;
  if (state === 'completed') return `${what} upgraded from ${from} to ${to}.${rest}`;
  if (state === 'rolledBack')
    return `${what} rolled back to ${from}: every started phase is undone, and ${restoredSentence(executed)}.${rest}`;
  if (complete) return `${what}: ${state} after preparations only; the cloud still runs ${from}.${rest}`;
  const partly = kind === 'rollback' ? 'partly rolled back' : 'partly upgraded';
  return (
    `${what}: ${state} between ${from} and ${to}. The cloud is ${partly}, and its locks and holds stay. The restore point is ` +
    `in ${restorePointOf(plan)} on the hosts that it restores. ${laterRollback(plan)}${rest}`
  );
}

function notDone(remains: readonly string[]): string {
  if (remains.length === 0) return '';
  return ` Not done yet: ${counted({ count: remains.length, noun: 'host' })} with the release before (see "remains"); every later plan reminds of them.`;
}

function laterRollback({ kind, cloud, restore, undoneLater }: Plan): string {
  // Which restore point it was, and whether with a restore, is in its request.
  if (kind === 'rollback') return 'openstackRollback with the same request continues from any state.';
  if (kind !== 'partial') return `openstackRollback with {"cloud":"${cloud}"} returns to it.`;
  const without =
    undoneLater === true
      ? `openstackRollback with {"cloud":"${cloud}"} takes the run back host by host, without a restore.`
      : 'Without a restore, roll back by hand: "Rollback" in RUNBOOK.txt.';
  if (restore === undefined) return without;
  return `openstackRollback with {"cloud":"${cloud}","options":{"withRestore":true}} returns to it, once a database was migrated, and lists what users lose. ${without}`;
}

function restoredSentence({ restored }: Pick<Executed, 'restored'>): string {
  if (restored.length === 0) return 'no database was restored';
  return `${listed(restored)} ${restored.length === 1 ? 'was' : 'were'} restored from the restore point`;
}
