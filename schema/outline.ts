import type { HostName, PlanKind, Series } from './names';
import { everyPhase } from './walk-plan';
import { type Batch, type Finding, type PackageSet, type Phase, type Plan, type StaysOld, type Step } from './plan';
import type { PlannedService } from './plan';

/**
 * A plan as a report needs it: names, titles, hosts, versions, findings. It holds no command, so that it is small enough
 * to travel after every phase, and a type of its own, so that nobody can run it.
 */
export interface PlanOutline {
  readonly kind: PlanKind;
  readonly cloud: string;
  readonly from: Series;
  readonly to: Series;
  readonly services: readonly PlannedService[];
  readonly hosts: readonly { readonly name: HostName; readonly roles: readonly string[] }[];
  readonly lockHost: HostName;
  readonly findings: readonly Finding[];
  readonly packageSets: readonly PackageSet[];
  readonly staysOld?: readonly StaysOld[];
  /** Every phase that the run may come to: forward, then those that undo it. */
  readonly phases: readonly PhaseOutline[];
  /** What `finally` puts back. */
  readonly putBack: readonly StepOutline[];
}

export interface PhaseOutline {
  readonly id: string;
  readonly title: string;
  readonly impact: string;
  readonly altersCloud: boolean;
  readonly steps: readonly StepOutline[];
}

export interface StepOutline {
  readonly id: string;
  readonly title: string;
  readonly kind: Step['kind'];
  readonly hosts: readonly HostName[];
}

export function outlineOf(plan: Plan): PlanOutline {
  const { kind, cloud, from, to, services, hosts, lockHost, findings, packageSets, staysOld } = plan;
  return {
    kind,
    cloud,
    from,
    to,
    services,
    hosts,
    lockHost,
    findings,
    packageSets,
    ...(staysOld === undefined ? {} : { staysOld }),
    phases: everyPhase(plan).map((phase) => phaseOutline({ phase, restore: plan.restore })),
    putBack: [...plan.finally.always, ...plan.finally.resolved].flatMap(batchOutline),
  };
}

/** What lists the losses of a rollback runs where somebody chooses it. */
function phaseOutline({ phase, restore }: { phase: Phase; restore: Plan['restore'] | undefined }): PhaseOutline {
  const { id, title, impact, altersCloud, preconditions, batches, serving, wayBack } = phase;
  const looks = preconditions.map(({ host, probe }) => stepOutline({ step: probe, hosts: [host] }));
  const steps = (serving === null ? batches : [...batches, serving]).flatMap(batchOutline);
  const own = wayBack.kind === 'restore' ? wayBack.preview : restore?.preview;
  const lists = own === undefined ? [] : [own];
  const previews = lists.map(({ host, probe }) => stepOutline({ step: probe, hosts: [host] }));
  return { id, title, impact, altersCloud, steps: [...looks, ...steps, ...previews] };
}

function batchOutline({ hosts, steps }: Batch): StepOutline[] {
  return steps.flatMap((step) => [
    stepOutline({ step, hosts }),
    ...(step.kind === 'probe' && step.repair !== undefined
      ? [stepOutline({ step: step.repair.step, hosts: [step.repair.host] })]
      : []),
  ]);
}

function stepOutline(options: { step: Step; hosts: readonly HostName[] }): StepOutline {
  const { id, title, kind } = options.step;
  return { id, title, kind, hosts: options.hosts };
}
