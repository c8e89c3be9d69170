import type { MadePlan, PackedPlan } from '../schema/activities';
import { failureType } from '../schema/failure';
import { counted, type Kind } from '../schema/names';
import { serviceNames, type Finding } from '../schema/plan';
import { planOf, type RecordedPlanning } from '../schema/recorded';
import type { Request } from '../schema/request';
import type { Desk } from './desk/desk';
import { failWith } from './failures';
import { planningFailed } from './planning-failed';
import { activities } from './timeouts';
import { packPlan, unpackPlan } from './packed-plan';

/** A plan, and the form in which it travels. */
export interface Planned extends MadePlan {
  readonly packed: PackedPlan;
}

/** Surveys the cloud and plans. Nothing is altered, so a cancel request ends it at once. */
export async function makePlan(options: { desk: Desk; request: Request; kind: Kind }): Promise<Planned> {
  const { desk, request, kind } = options;
  const { runId } = desk.told();
  const summary = `${request.cloud}: survey all hosts and plan to ${request.to}`;
  try {
    const recorded: RecordedPlanning = await activities.plan.executeWithOptions({ summary }, [
      { runId, kind, request },
    ]);
    const made = plannedFrom(recorded);
    const { digest, runbook, times = null } = made;
    const { from, to } = made.plan;
    desk.tell({ from, to, services: serviceNames(made.plan), digest, runbook, times });
    return made;
  } catch (error) {
    throw planningFailed({ desk, error });
  }
}

/** A plan as its activity returned it. */
export function plannedFrom(recorded: RecordedPlanning): Planned {
  const [made, packed] =
    recorded instanceof Uint8Array ? [unpackPlan(recorded), recorded] : [recorded, packPlan(recorded)];
  return { ...made, plan: planOf(made.plan), packed };
}

/** A plan with blockers is no plan: one failure that lists each with its remedy. */
export function refuseBlockers(options: { desk: Desk; made: MadePlan }): void {
  const { desk, made } = options;
  const { cloud, to, findings } = made.plan;
  const blockers = findings.filter(({ level }) => level === 'blocker');
  if (blockers.length === 0) return;
  const what = made.plan.kind === 'rollback' ? `rolled back to ${to}` : `upgraded to ${to}`;
  const sentence =
    `${cloud} cannot be ${what} yet; nothing was changed. ` +
    `${counted({ count: blockers.length, noun: 'problem' })} to fix first:\n${blockers.map(findingLine).join('\n')}`;
  desk.tell({ stage: 'refused', sentence });
  throw failWith({ type: failureType.planRefused, sentence });
}

/** A finding in one line, with what to do. */
export function findingLine({ id, text, remedy }: Finding): string {
  return `- ${id}: ${text} -> ${remedy}`;
}
