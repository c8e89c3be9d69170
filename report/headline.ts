import type { ReportInput } from '../schema/activities';
import { counted, listed } from '../schema/names';
import type { PhaseStatus } from '../schema/status';

/** What happened and what it means now, in one sentence, for people who read nothing else. */
export function headline(
  input: Pick<ReportInput, 'plan' | 'state' | 'phases' | 'owed'> & { readonly remaining: number },
): string {
  const { plan, state, phases, owed, remaining } = input;
  const what = `${plan.cloud}: ${listed(plan.services.map(({ name }) => name))} from ${plan.from} to ${plan.to}`;
  const where = whereIn(phases);
  const debts = owed.length === 0 ? '' : ` Not cleaned up yet: ${owed.length}.`;
  const left =
    remaining === 0 ? '' : ` Not done yet: ${counted({ count: remaining, noun: 'host' })} with the release before.`;
  switch (state) {
    case 'completed':
      return `${what}: complete; every phase passed its checks.${left}${debts}`;
    case 'rolledBack':
      return `${what}: rolled back; every started phase is undone, and no database was restored.${debts}`;
    case 'rejected':
      return `${what}: the plan was rejected; nothing was changed.`;
    case 'refused':
      return `${what}: refused, because planning found problems that must be fixed first; nothing was changed.`;
    case 'aborted':
      return `${what}: stopped by a person ${where}. The cloud stays as that phase left it.${left}${debts}`;
    case 'cancelled':
      return `${what}: cancelled ${where}. Running commands finished; none was killed.${left}${debts}`;
    case 'planning':
    case 'waitingForApproval':
      return `${what}: not approved yet; nothing was changed.`;
    case 'running':
    case 'rollingBack':
    case 'paused':
    case 'waitingForDecision':
    case 'tidyingUp':
      return `${what}: in progress, ${where}.`;
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
