import { ApplicationFailure } from '@temporalio/common';
import { digestOf } from '../cloud-file/read-cloud';
import { cloudBefore } from '../plan/cloud-state';
import { scopeOfSubject } from '../plan/draw-up';
import { expectedRollback, expectedTimes } from '../plan/estimate/expected-times';
import { earlierTimesOf, schemaBytesOf } from '../plan/estimate/surveyed-sizes';
import { inOrder } from '../plan/findings/finding';
import { timeFindings } from '../plan/findings/times';
import { planRollback } from '../plan/orders/rollback';
import { planFull } from '../plan/orders/full';
import { planPartial } from '../plan/orders/rolling';
import { renderRunbook } from '../plan/render/runbook';
import { renderStories, type Stories } from '../plan/render/story';
import type { PlanSubject } from '../plan/scope/subject';
import type { MadePlan, PackedPlan } from '../schema/activities';
import type { Cloud } from '../schema/cloud';
import type { ExpectedTimes } from '../schema/expected-times';
import { failureType } from '../schema/failure';
import type { Kind } from '../schema/names';
import type { Plan } from '../schema/plan';
import type { EarlierTimes } from '../schema/run-times';
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
  const { facts, cloud } = subject;
  const plan = withoutSecrets(planOf[kind](subject));
  const before = cloudBefore(scopeOfSubject({ ...subject, kind }));
  const earlier = earlierTimesOf(facts);
  const { availability } = cloud;
  const times = expectedTimes({ plan, before, schemaBytes: schemaBytesOf(facts), earlier, availability });
  return drawn({ plan, times, earlier, stories: renderStories({ plan, before }) });
}

/** What a rollback of its own knows of the times of its cloud, for it is not surveyed. */
export interface KnownTimes {
  readonly earlier: EarlierTimes;
  /** Of the run that it undoes, as it was approved. Null: it was planned before plans had times. */
  readonly undone: Pick<ExpectedTimes, 'marks' | 'schemaBytes'> | null;
  readonly availability: Cloud['availability'];
}

/** From a restore point to what a person approves. */
export function drawRollback(options: Parameters<typeof planRollback>[0] & { readonly known: KnownTimes }): PackedPlan {
  const { earlier, undone, availability } = options.known;
  const plan = withoutSecrets(planRollback(options));
  const times = undone === null ? null : expectedRollback({ plan, ...undone, earlier, availability });
  return drawn({ plan, times, earlier, stories: null });
}

/** The digest is that of the plan as it stands without its times: what is only expected makes no other plan. */
function drawn(options: {
  readonly plan: Plan;
  readonly times: ExpectedTimes | null;
  readonly earlier: EarlierTimes;
  readonly stories: Stories | null;
}): PackedPlan {
  const { times, stories } = options;
  const plan = { ...options.plan, findings: inOrder([...options.plan.findings, ...timeFindings(options)]) };
  const runbook = renderRunbook({ plan, stories, times });
  return packed({ plan, digest: planDigest(options.plan), runbook, times });
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
