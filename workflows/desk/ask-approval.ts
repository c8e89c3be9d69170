import type { MadePlan } from '../../schema/activities';
import type { Decision } from '../../schema/decision';
import { serviceNames, type Finding } from '../../schema/plan';
import type { Desk } from './desk';

/**
 * Asks for this plan and no other: the gate is bound to its digest. Null: cancelled before an answer.
 */
export async function askApproval(options: {
  desk: Desk;
  made: MadePlan;
  isCancelled: () => boolean;
}): Promise<Decision | null> {
  const { desk, made, isCancelled } = options;
  const { plan, digest } = made;
  const warnings = plan.findings.filter(({ level }) => level === 'warning');
  desk.tell({ sentence: `Read the runbook (query \`plan\`), then answer. Plan ${short(digest)}.` });
  const decision = await desk.gates.ask({
    about: { kind: 'plan', digest },
    question: [
      `${plan.kind === 'rollback' ? 'Roll back' : 'Upgrade'} ${serviceNames(plan).join(', ')} on ${plan.cloud} from ${plan.from} to ${plan.to}?`,
      ...(warnings.length === 0 ? [] : ['', 'Warnings. Accept each one by its id:', '', ...warnings.map(warningLine)]),
      '',
      ...plan.phases.map(({ title, impact }, index) => `${String(index + 1)}. ${title}. ${impact}`),
    ].join('\n'),
    choices: ['approve', 'reject'],
    approvers: plan.approvers,
    warnings: warnings.map(({ id }) => id),
    withdrawn: isCancelled,
  });
  desk.tell({ sentence: '' });
  return decision;
}

function warningLine({ id, text }: Finding): string {
  return `- ${id}: ${text}`;
}

/** Enough of a digest to compare by eye. */
function short(digest: string): string {
  return digest.slice(0, 12);
}
