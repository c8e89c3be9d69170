import type { ReportInput } from '../schema/activities';
import { listed } from '../schema/names';
import type { PhaseStatus } from '../schema/status';

/** What happened and what it means now, in one sentence, for people who read nothing else. */
export function headline(input: Pick<ReportInput, 'plan' | 'state' | 'phases' | 'owed'>): string {
  const { plan, state, phases, owed } = input;
  const what = `${plan.cloud}: ${listed(plan.services.map(({ name }) => name))} from ${plan.from} to ${plan.to}`;
  const where = whereIn(phases);
  const debts =
    owed.length === 0 ? '' : ` ${owed.length === 1 ? 'One thing is' : `${owed.length} things are`} still owed.`;
  switch (state) {
    case 'completed':
      return `${what}: complete, every phase proved.${debts}`;
    case 'rolledBack':
      return `${what}: rolled back; every phase that was begun is undone, and no database was restored.${debts}`;
    case 'rejected':
      return `${what}: the plan was rejected; nothing was changed.`;
    case 'refused':
      return `${what}: refused by the plan's own findings; nothing was changed.`;
    case 'aborted':
      return `${what}: stopped by a person ${where}. The cloud is where that phase left it.${debts}`;
    case 'cancelled':
      return `${what}: cancelled ${where}. What ran was let end; nothing was killed.${debts}`;
    case 'planning':
    case 'waitingForApproval':
      return `${what}: not approved yet; nothing was changed.`;
    case 'running':
    case 'rollingBack':
    case 'paused':
    case 'waitingForDecision':
    case 'tidyingUp':
      return `${what}: still going on, ${where}.`;
    default:
      return state satisfies never;
  }
}

function whereIn(phases: readonly PhaseStatus[]): string {
  const inside = phases.find(({ state }) => state === 'stopped' || state === 'running');
  if (inside !== undefined) return `in phase "${inside.title}"`;
  const last = phases.findLast(({ state }) => state === 'complete');
  return last === undefined ? 'before its first phase' : `after phase "${last.title}"`;
}
