import { ApplicationFailure } from '@temporalio/common';
import { digestOf } from '../cloud-file/read-cloud';
import { cloudBefore } from '../plan/cloud-state';
import { scopeOfSubject } from '../plan/draw-up';
import { planRollback } from '../plan/orders/rollback';
import { planFull } from '../plan/orders/full';
import { planPartial } from '../plan/orders/rolling';
import { renderRunbook } from '../plan/render/runbook';
import { renderStories } from '../plan/render/story';
import type { PlanSubject } from '../plan/scope/subject';
import type { MadePlan, PackedPlan } from '../schema/activities';
import { failureType } from '../schema/failure';
import type { Kind } from '../schema/names';
import type { Plan } from '../schema/plan';
import { packPlan } from './packed-plan';
import { redact } from './redact';

/**
 * Temporal refuses payloads above 2 MB, and warns at 256 KB. The plan travels packed (122 KB for the rolling one of five
 * controllers); the runbook is asked for by people, and is then one payload as it is.
 */
const largestPackedBytes = 1_000_000;
const largestRunbookBytes = 1_800_000;

/** From what a survey read to what a person approves: the plan, its digest and its runbook, as they travel. */
export function drawPlan(options: { readonly subject: PlanSubject; readonly kind: Kind }): PackedPlan {
  const { subject, kind } = options;
  const plan = withoutSecrets(planOf[kind](subject));
  const stories = renderStories({ plan, before: cloudBefore(scopeOfSubject(subject)) });
  return packed({ plan, digest: planDigest(plan), runbook: renderRunbook({ plan, stories }) });
}

/** From a restore point to what a person approves. */
export function drawRollback(options: Parameters<typeof planRollback>[0]): PackedPlan {
  const plan = withoutSecrets(planRollback(options));
  return packed({ plan, digest: planDigest(plan), runbook: renderRunbook({ plan, stories: null }) });
}

const planOf: Readonly<Record<Kind, (subject: PlanSubject) => Plan>> = {
  full: planFull,
  partial: planPartial,
};

/** Findings quote what hosts said: an error of a database driver shows its URL. */
function withoutSecrets(plan: Plan): Plan {
  return { ...plan, findings: plan.findings.map((one) => ({ ...one, text: redact(one.text) })) };
}

/** What an approval is bound to. The run's id is left out: the same cloud in the same state has the same digest. */
function planDigest(plan: Plan): string {
  return digestOf({ ...plan, runId: '' });
}

function packed(made: MadePlan): PackedPlan {
  const plan = packPlan(made);
  const runbookBytes = Buffer.byteLength(made.runbook);
  if (plan.byteLength <= largestPackedBytes && runbookBytes <= largestRunbookBytes) return plan;
  throw ApplicationFailure.create({
    nonRetryable: true,
    type: failureType.planTooLarge,
    message:
      `The runbook has ${String(runbookBytes)} bytes and the packed plan ${String(plan.byteLength)}; Temporal stores at most ` +
      `${String(largestRunbookBytes)} and ${String(largestPackedBytes)}. Nothing was changed. Upgrade fewer services ` +
      'in one run, or give all hosts the same package versions first: hosts that differ make a plan larger.',
  });
}
