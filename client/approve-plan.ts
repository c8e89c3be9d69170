import type { Gate } from '../schema/decision';
import type { RunStatus } from '../schema/status';
import { UpgradeError } from './upgrade-error';

/**
 * The open gate that asks for exactly this plan. A gate's code belongs to one plan for ever, so that an answer with it
 * cannot approve another one that was made meanwhile.
 * @throws UpgradeError `planChanged` when the gate asks about another plan, `gateNotOpen` when none asks about a plan
 */
export function gateOfPlan(options: { status: RunStatus; digest: string; workflowId: string }): Gate {
  const { status, digest, workflowId } = options;
  for (const gate of status.gates) {
    if (gate.about.kind !== 'plan') continue;
    if (gate.about.digest === digest) return gate;
    throw new UpgradeError({
      code: 'planChanged',
      message: `${workflowId} asks about plan ${gate.about.digest}, and you approved plan ${digest}. Nothing changed. Read the new plan.`,
      workflowId,
    });
  }
  throw new UpgradeError({
    code: 'gateNotOpen',
    message: `${workflowId} does not ask about a plan now (${status.state}). Nothing changed.`,
    workflowId,
  });
}
