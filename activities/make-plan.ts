import { ApplicationFailure } from '@temporalio/common';
import { withApiPorts } from '../catalog/api-ports';
import { services as packaged } from '../catalog/services';
import type { Service } from '../catalog/service';
import type { PlanSubject } from '../plan/scope/subject';
import { planFull } from '../plan/orders/full';
import { planPartial } from '../plan/orders/rolling';
import { cloudBefore } from '../plan/cloud-state';
import { scopeOfSubject } from '../plan/draw-up';
import { renderRunbook } from '../plan/render/runbook';
import { renderStories } from '../plan/render/story';
import type { Programs } from '../programs';
import type { MadePlan, PackedPlan, PlanInput } from '../schema/activities';
import { readRequest } from '../schema/recorded';
import type { Cloud } from '../schema/cloud';
import { failureType } from '../schema/failure';
import type { Kind } from '../schema/names';
import type { Plan } from '../schema/plan';
import { CloudFileError, digestOf, readCloud } from '../cloud-file/read-cloud';
import type { Reach } from './reach';
import { packPlan } from './packed-plan';
import { redact } from './redact';
import { survey } from './survey';

/**
 * Temporal refuses payloads above 2 MB, and warns at 256 KB. The plan travels packed (122 KB for the rolling one of five
 * controllers); the runbook is asked for by people, and is then one payload as it is.
 */
const largestPackedBytes = 1_000_000;
const largestRunbookBytes = 1_800_000;

/** Reads the cloud file, surveys, plans, renders. Everything it learns of hosts stays here but the plan itself. */
export async function makePlan(options: {
  input: PlanInput;
  cloudsDirectory: string;
  programs: Programs;
  reachTo: (cloud: Cloud) => Promise<Reach>;
  onHost: (progress: { surveyed: number; of: number }) => void;
  signal?: AbortSignal;
}): Promise<PackedPlan> {
  const { input, cloudsDirectory, programs, reachTo } = options;
  const { runId } = input;
  const request = readRequest(input.request);
  const cloud = await cloudOf({ directory: cloudsDirectory, name: request.cloud });
  const reach = await reachTo(cloud);
  const known = withApiPorts({ services: packaged, cloud });
  const services = asked({ known, services: request.services });
  const facts = await survey({ ...options, reach, services, to: request.to });
  const subject = { runId, request, cloud, facts, known, programs };
  const plan = withoutSecrets(planOf[input.kind](subject));
  const stories = renderStories({ plan, before: cloudBefore(scopeOfSubject(subject)) });
  return packed({ plan, digest: planDigest(plan), runbook: renderRunbook({ plan, stories }) });
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
export function planDigest(plan: Plan): string {
  return digestOf({ ...plan, runId: '' });
}

export async function cloudOf(options: { directory: string; name: string }): Promise<Cloud> {
  try {
    return await readCloud(options);
  } catch (error) {
    if (!(error instanceof CloudFileError)) throw error;
    const type = error.reason === 'unknown' ? failureType.cloudUnknown : failureType.cloudFileInvalid;
    throw ApplicationFailure.create({ nonRetryable: true, type, message: error.message });
  }
}

/** Services the survey reads: those asked for, else all that are known; absent ones are seen to be absent. */
function asked(options: { known: readonly Service[]; services: readonly string[] | undefined }): readonly Service[] {
  return options.known.filter(({ name }) => options.services?.includes(name) ?? true);
}

/** @throws ApplicationFailure where Temporal could not store it */
export function packed(made: MadePlan): PackedPlan {
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
