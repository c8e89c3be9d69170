import type { z } from 'zod';
import type { BeginInput, Leftovers, MadePlan, PackedPlan, ReportInput, RollbackInput } from './activities';
import type { Instant, ServiceName } from './names';
import type { Outcome } from './outcome';
import { outlineOf, type PlanOutline } from './outline';
import { request, rollbackRequest, type Request, type RollbackRequest } from './request';
import type { WayBack, Phase, Plan, PlannedService, UndoPhase } from './plan';

/**
 * What earlier releases have recorded in Temporal's histories and on hosts, and tasks that they have scheduled and a
 * newer worker picks up. Each is read once, where it comes in, into the shape of today: nobody behind the border knows
 * an old one.
 */

/**
 * The first workers knew preparations by the phase's id. Then a rollback was a list of phases beside a sentence; a phase without
 * the list could not be rolled back by the run.
 */
export type RecordedPhase = Omit<Phase, 'altersCloud' | 'wayBack'> & {
  readonly altersCloud?: boolean;
  readonly wayBack?: string | RecordedWayBack;
  readonly rollBack?: readonly RecordedPhase[];
};

/** Before runs could restore databases, a plan said which ones and what is lost. */
type RecordedWayBack =
  | Exclude<WayBack, { kind: 'restore' }>
  | (Omit<Extract<WayBack, { kind: 'restore' }>, 'phases'> &
      Partial<Pick<Extract<WayBack, { kind: 'restore' }>, 'phases'>>);

/** The first workers named services and left it to readers to guess what belongs to them. */
export type RecordedPlan = Omit<Plan, 'phases' | 'services'> & {
  readonly phases: readonly RecordedPhase[];
  readonly services: readonly (ServiceName | PlannedService)[];
};

export type RecordedMadePlan = Omit<MadePlan, 'plan'> & { readonly plan: RecordedPlan };

/** What `openstackPlan` returned: the first workers recorded plans as they are, until one was too large for Temporal. */
export type RecordedPlanning = PackedPlan | RecordedMadePlan;

/** The first workers sent the plan in it, without its runbook. */
export type RecordedBeginInput = BeginInput & { readonly plan?: RecordedPlan };

/** What a person asked for, in the words of any release. */
export type RecordedRequest = Request | z.input<typeof request>;

/** Some words of the lock came later. */
export type RecordedLeftovers = Pick<Leftovers, 'runId' | 'digest' | 'workflowId' | 'to'> & {
  readonly plan: RecordedPlan | null;
} & Partial<Pick<Leftovers, 'lock' | 'lockHost' | 'approvers' | 'stillDown'>>;

/** The first workers sent a plan without its scripts, and outcomes that do not name their phase. */
export type RecordedReportInput = Omit<ReportInput, 'plan' | 'outcomes'> & {
  readonly plan: PlanOutline | RecordedPlan;
  readonly outcomes: readonly (Outcome & { readonly phaseId?: string })[];
};

/** Earlier workers scheduled the planning with the words of a request as they were typed; some have other names now. */
export function readRequest(recorded: RecordedRequest): Request {
  return request.parse(recorded);
}

export function rollbackRequestOf({ cloud, restorePoint, services, options }: RollbackInput): RollbackRequest {
  return rollbackRequest.parse({ cloud, restorePoint, services, options });
}

/** All that the first workers could upgrade. */
const firstServices: Readonly<Record<ServiceName, Omit<PlannedService, 'name'>>> = {
  keystone: { versionPackage: 'keystone', apis: ['keystone'] },
  heat: { versionPackage: 'heat-common', apis: ['heat-api', 'heat-api-cfn'] },
};

export function planOf(recorded: RecordedPlan): Plan {
  return { ...recorded, services: recorded.services.map(serviceOf), phases: recorded.phases.map(phaseOf) };
}

function phaseOf(recorded: RecordedPhase): Phase {
  const { gate, wayBack, rollBack } = recorded;
  return {
    ...undoPhaseOf(recorded),
    gate,
    wayBack: typeof wayBack === 'object' ? withPhases(wayBack) : wayBackOf(rollBack),
  };
}

function undoPhaseOf(recorded: RecordedPhase): UndoPhase {
  const { id, title, impact, altersCloud, preconditions, batches, serving } = recorded;
  return { id, title, impact, altersCloud: altersCloud ?? id !== 'prepare', preconditions, batches, serving };
}

function withPhases(recorded: RecordedWayBack): WayBack {
  return recorded.kind === 'restore' ? { ...recorded, phases: recorded.phases ?? [] } : recorded;
}

/** What a restore would need, the first plans did not say. */
function wayBackOf(rollBack: readonly RecordedPhase[] | undefined): WayBack {
  if (rollBack === undefined) return { kind: 'restore', schemas: [], loses: 'nothing', phases: [] };
  return { kind: 'undo', phases: rollBack.map(undoPhaseOf) };
}

function serviceOf(recorded: ServiceName | PlannedService): PlannedService {
  if (typeof recorded !== 'string') return recorded;
  return { name: recorded, ...(firstServices[recorded] ?? { versionPackage: recorded, apis: [recorded] }) };
}

export function leftoversOf(recorded: RecordedLeftovers): Leftovers {
  const { runId, plan, lock, lockHost, approvers, stillDown } = recorded;
  return {
    ...recorded,
    plan: plan === null ? null : planOf(plan),
    lock: lock ?? (runId === null ? '' : `run=${runId}`),
    lockHost: lockHost ?? plan?.lockHost ?? 'the lock host',
    approvers: approvers ?? plan?.approvers ?? [],
    stillDown: stillDown ?? [],
  };
}

export function reportInputOf(recorded: RecordedReportInput): ReportInput {
  const { phases, outcomes } = recorded;
  const plan = 'schemaVersion' in recorded.plan ? outlineOf(planOf(recorded.plan)) : recorded.plan;
  const finallyAt = phases.find(({ id }) => id === 'finally')?.startedAt ?? null;
  return {
    ...recorded,
    plan,
    outcomes: outcomes.map((outcome) => ({
      ...outcome,
      phaseId: outcome.phaseId ?? likelyPhase({ plan, outcome, finallyAt }),
    })),
  };
}

/** The first phase that has this step on this host. Tidying up repeats some: then its time tells. */
function likelyPhase(options: { plan: PlanOutline; outcome: Outcome; finallyAt: Instant | null }): string {
  const { plan, outcome, finallyAt } = options;
  const { stepId, host, startedAt } = outcome;
  if (finallyAt !== null && startedAt >= finallyAt) return 'finally';
  const phase = plan.phases.find(({ steps }) => steps.some(({ id, hosts }) => id === stepId && hosts.includes(host)));
  return phase?.id ?? 'finally';
}
