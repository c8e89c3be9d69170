import type { MadePlan } from '../../schema/activities';
import type { Decision } from '../../schema/decision';
import type { Desk } from './desk';
import { planQuestion } from './plan-question';

/**
 * Asks for this plan and no other: the gate is bound to its digest. Null: cancelled before an answer.
 */
export async function askApproval(options: {
  desk: Desk;
  made: MadePlan;
  isCancelled: () => boolean;
}): Promise<Decision | null> {
  const { desk, made, isCancelled } = options;
  const { plan, digest, times = null } = made;
  const warnings = plan.findings.filter(({ level }) => level === 'warning');
  desk.tell({ sentence: `Read the runbook (query \`plan\`), then answer. Plan ${short(digest)}.` });
  const decision = await desk.gates.ask({
    about: { kind: 'plan', digest },
    question: planQuestion({ plan, times }),
    choices: ['approve', 'reject'],
    approvers: plan.approvers,
    warnings: warnings.map(({ id }) => id),
    withdrawn: isCancelled,
  });
  desk.tell({ sentence: '' });
  return decision;
}

/** Enough of a digest to compare by eye. */
function short(digest: string): string {
  return digest.slice(0, 12);
}
