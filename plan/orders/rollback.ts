import { counted, type HostName, listed, type SchemaName } from '../../schema/names';
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
import { nothingMoreIsLost } from '../commands/objects';
import { isOldTokenProof, secretsReady } from '../commands/token-proof';

/** What is undone, and how far it came. */
export interface RestorePoint {
  /** The plan of the run that made it, as it was approved. */
  readonly plan: Plan;
  /** Steps that this run completed on any host, as the hosts have them: `heat/db-sync`. */
  readonly done: readonly string[];
}

/** What users have now and had then, as the database host told it. */
export interface Losses {
  readonly changes: readonly ObjectChange[];
  /** Schemas of which it cannot be told. */
  readonly unknown: readonly SchemaName[];
  /** SHA-256 of what was read: read again once nobody can write any more. */
  readonly sha256: string;
}

export interface ObjectChange {
  readonly schema: SchemaName;
  readonly what: 'created' | 'deleted';
  readonly noun: string;
  readonly id: string;
  readonly name: string;
}

/** Where the schemas of a run lie, as far as a rollback of it asks: null where it restores none. */
export function restoredSchemas(
  point: RestorePoint,
): { readonly host: HostName; readonly schemas: readonly SchemaName[] } | null {
  const schemas = schemasRestored(mayHaveBegun(point));
  const [host] = point.plan.phases
    .flatMap(({ batches }) => batches)
    .filter(({ steps }) => steps.some(({ id }) => /^restore-point\/dump-.*-final$/.test(id)))
    .flatMap(({ hosts }) => hosts);
  return schemas.length === 0 || host === undefined ? null : { host, schemas };
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
  /** Null: no database is restored. */
  readonly lost: Losses | null;
}): Plan {
  const { runId, point, approvers, cloudDigest, unread, lost } = options;
  const old = point.plan;
  const begun = mayHaveBegun(point);
  const blockers = [...unread, ...blockersOf({ old, begun })];
  const moved = { point: old.runId };
  const phases = [guards(old), ...phasesBack(begun)].map((phase) =>
    lookedAgain({ phase: phaseFrom({ ...moved, phase }), point, lost }),
  );
  return {
    ...old,
    kind: 'rollback',
    runId,
    restorePoint: old.runId,
    cloudDigest,
    from: old.to,
    to: old.from,
    approvers,
    findings: blockers.length > 0 ? blockers : losses({ old, begun, lost }),
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
function losses({ old, begun, lost }: { old: Plan; begun: readonly Phase[]; lost: Losses | null }): Finding[] {
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
        `${names} since then is lost; what was built for it elsewhere stays, and no service knows it any more. ${lostObjects(lost)}`,
      remedy:
        'fix the upgraded cloud instead, where that is possible. The databases as they are now are kept as dumps.',
      sources: ['R-OPS-56', 'R-OPS-59'],
    },
  ];
}

function lostObjects(lost: Losses | null): string {
  if (lost === null) return 'What that is, nobody has listed.';
  const { changes, unknown } = lost;
  return [
    objectsSentence({ what: 'created', changes, verb: 'Created since then, and lost' }),
    objectsSentence({ what: 'deleted', changes, verb: 'Deleted since then, and there again' }),
    ...(unknown.length === 0 ? [] : [`What changed in ${listed(unknown)} cannot be listed.`]),
    'Changes of what existed then, and records of other kinds, are not listed.',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** `Created since then, and lost: 2 stacks (web, shop), 1 user (eva).` */
function objectsSentence(options: {
  what: ObjectChange['what'];
  changes: readonly ObjectChange[];
  verb: string;
}): string {
  const { what, changes, verb } = options;
  const own = changes.filter((one) => one.what === what);
  const nouns = [...new Set(own.map(({ noun }) => noun))];
  const parts = nouns.map((noun) => {
    const named = own.filter((one) => one.noun === noun).map(({ id, name }) => (name === '' ? id : name));
    const rest = named.length - shownNames;
    const shown = named.slice(0, shownNames).join(', ');
    return `${counted({ count: named.length, noun })} (${rest > 0 ? `${shown} and ${String(rest)} more` : shown})`;
  });
  return parts.length === 0 ? `${verb}: nothing that is listed.` : `${verb}: ${parts.join(', ')}.`;
}

/** Enough to recognise; all of them would bury the plan's other words. */
const shownNames = 8;

/** After everything is closed and before anything is restored: the same lists again. */
function lookedAgain({ phase, point, lost }: { phase: Phase; point: RestorePoint; lost: Losses | null }): Phase {
  const where = restoredSchemas(point);
  if (phase.id !== 'back-configuration' || where === null || lost === null) return phase;
  const { host, schemas } = where;
  const probe = nothingMoreIsLost({ point: point.plan.runId, databases: schemas, sha256: lost.sha256 });
  return { ...phase, preconditions: [...phase.preconditions, { host, probe }] };
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
