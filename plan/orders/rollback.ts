import { listed } from '../../schema/names';
import {
  type Batch,
  type Finding,
  type Phase,
  type Plan,
  type Probe,
  serviceNames,
  type Step,
} from '../../schema/plan';
import { phasesBack } from '../../schema/walk-plan';
import { schemasRestored } from '../../schema/way-back';
import { fromRestorePoint, namesPoint } from '../change';
import { isOldTokenProof, secretsReady } from '../commands/token-proof';

/** What is undone, and how far it came. */
export interface RestorePoint {
  /** The plan of the run that made it, as it was approved. */
  readonly plan: Plan;
  /** Steps that this run completed on any host, as the hosts have them: `heat/db-sync`. */
  readonly done: readonly string[];
}

/**
 * Plans the rollback of an earlier run, however that run ended: the phases that its approved plan names, from the furthest one that it
 * may have begun, with its restore point. Not from a survey: what the cloud was stands in that plan, and what it is now may
 * be half of one release and half of the other. Pure.
 */
export function planRollback(options: {
  readonly runId: string;
  readonly point: RestorePoint;
  readonly approvers: readonly string[];
  readonly cloudDigest: string;
  /** Hosts that could not be read. */
  readonly unread: readonly Finding[];
}): Plan {
  const { runId, point, approvers, cloudDigest, unread } = options;
  const old = point.plan;
  const begun = mayHaveBegun(point);
  const blockers = [...unread, ...blockersOf({ old, begun })];
  const moved = { point: old.runId };
  const phases = [guards(old), ...phasesBack(begun)].map((phase) => phaseFrom({ ...moved, phase }));
  return {
    ...old,
    kind: 'rollback',
    runId,
    restorePoint: old.runId,
    cloudDigest,
    from: old.to,
    to: old.from,
    approvers,
    findings: blockers.length > 0 ? blockers : losses({ old, begun }),
    packageSets: old.packageSets.map(({ packages, ...set }) => ({
      ...set,
      packages: packages.map(({ name, installed, target }) => ({
        name,
        installed: target,
        target: installed ?? 'none',
      })),
    })),
    phases: blockers.length > 0 ? [] : phases,
    finally: {
      always: old.finally.always.map((batch) => batchFrom({ ...moved, batch })),
      resolved: old.finally.resolved.map((batch) => batchFrom({ ...moved, batch })),
    },
  };
}

/**
 * Every phase up to the last one with a completed step, and the one after it: its first step may have been under way. To undo
 * what never began changes nothing.
 */
function mayHaveBegun({ plan, done }: RestorePoint): readonly Phase[] {
  const last = plan.phases.findLastIndex(({ batches }) =>
    batches.some(({ steps }) => steps.some(({ id, kind }) => kind === 'change' && done.includes(id))),
  );
  return plan.phases.slice(0, last + 2);
}

function blockersOf({ old, begun }: { old: Plan; begun: readonly Phase[] }): Finding[] {
  const byHand = begun.find(({ wayBack }) => wayBack.kind === 'restore' && wayBack.phases.length === 0);
  if (byHand !== undefined)
    return [
      blocker({
        id: 'rollback-by-hand',
        text: `The plan of run ${old.runId} does not say how "${byHand.title}" is undone: an earlier release of this product made it.`,
        remedy: `roll back by hand with RUNBOOK.txt in /var/lib/openstack-upgrade/runs/${old.runId}; docs/operate.md has the order.`,
      }),
    ];
  const steps = phasesBack(begun).flatMap(({ batches }) => batches.flatMap((batch) => batch.steps));
  if (steps.every((step) => step.kind === 'confirm' || namesPoint(step.script))) return [];
  return [
    blocker({
      id: 'restore-point-of-earlier-release',
      text: `The commands of run ${old.runId} were written by an earlier release of this product and find the restore point only within that run.`,
      remedy: `roll back by hand with the scripts in /var/lib/openstack-upgrade/runs/${old.runId}/steps; docs/operate.md has the order.`,
    }),
  ];
}

function blocker(parts: Pick<Finding, 'id' | 'text' | 'remedy'>): Finding {
  return { ...parts, level: 'blocker', host: null, sources: ['R-OPS-58'] };
}

/** What a person accepts by name: nobody learns afterwards that a restore takes writes away. */
function losses({ old, begun }: { old: Plan; begun: readonly Phase[] }): Finding[] {
  const schemas = schemasRestored(begun);
  if (schemas.length === 0) return [];
  const names = listed(serviceNames(old));
  return [
    {
      id: 'writes-are-lost',
      level: 'warning',
      host: null,
      text:
        `The databases ${listed(schemas)} are restored as they were when run ${old.runId} had stopped the services. What users wrote to ` +
        `${names} since then is lost; what other services built for it stays, and nobody knows of it any more.`,
      remedy:
        'fix the upgraded cloud instead, where that is possible. The databases as they are now are kept as dumps.',
      sources: ['R-OPS-56', 'R-OPS-59'],
    },
  ];
}

const guardThings = /^(?:guard: (?:apt|policy-rc\.d|debconf answers|time to stop of .*)|helper: program .*)$/;

/** What keeps others away, programs, and the watch: that run may have taken them away at its end. */
function guards({ phases }: Plan): Phase {
  const isGuard = (step: Step): boolean =>
    step.kind === 'watch' ||
    (step.kind === 'change' &&
      (step.effects ?? []).some((one) => one.kind === 'thing' && one.exists && guardThings.test(one.thing)));
  const all = phases.flatMap(({ batches }) => batches);
  const proofHosts = all
    .filter(({ steps }) => steps.some(({ id }) => id === 'prepare/program-openstack-check'))
    .flatMap(({ hosts }) => hosts);
  return {
    id: 'guards',
    title: 'Guards: nobody else changes the hosts',
    impact: 'None.',
    altersCloud: false,
    preconditions: [],
    gate: null,
    batches: [
      ...all.map((batch) => ({ ...batch, steps: batch.steps.filter(isGuard) })),
      { hosts: [...new Set(proofHosts)], maxFailures: 0, steps: [secretsReady] },
    ].filter(({ hosts, steps }) => hosts.length > 0 && steps.length > 0),
    serving: null,
    wayBack: { kind: 'nothing' },
  };
}

function phaseFrom({ point, phase }: { point: string; phase: Phase }): Phase {
  return {
    ...phase,
    preconditions: phase.preconditions.map(({ host, probe }) => ({ host, probe: probeFrom({ point, probe }) })),
    batches: phase.batches.map((batch) => batchFrom({ point, batch })),
    serving: phase.serving === null ? null : batchFrom({ point, batch: phase.serving }),
  };
}

function batchFrom({ point, batch }: { point: string; batch: Batch }): Batch {
  return {
    ...batch,
    steps: batch.steps.filter((step) => !isOldTokenProof(step)).map((step) => stepFrom({ point, step })),
  };
}

function stepFrom({ point, step }: { point: string; step: Step }): Step {
  const script = (text: string): string => fromRestorePoint({ script: text, point });
  switch (step.kind) {
    case 'probe':
      return probeFrom({ point, probe: step });
    case 'change':
      return {
        ...step,
        script: script(step.script),
        ...(step.whenUnknown == null ? {} : { whenUnknown: script(step.whenUnknown) }),
        ...(step.confirmation === undefined ? {} : { confirmation: script(step.confirmation) }),
      };
    case 'watch':
      return { ...step, script: script(step.script) };
    case 'confirm':
      return step;
    default:
      return step satisfies never;
  }
}

function probeFrom({ point, probe }: { point: string; probe: Probe }): Probe {
  return { ...probe, script: fromRestorePoint({ script: probe.script, point }) };
}
