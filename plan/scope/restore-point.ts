import type { LostObjects } from '../../schema/lost-objects';
import type { HostName, SchemaName } from '../../schema/names';
import type { Batch, Phase, Plan } from '../../schema/plan';
import { boundId } from '../../schema/step-name';
import { phasesBack, phasesOfRestore } from '../../schema/walk-plan';
import { schemasRestored } from '../../schema/way-back';

/** What is undone, and how far it came. */
export interface RestorePoint {
  /** The plan of the run that made it, as it was approved. */
  readonly plan: Plan;
  /** Steps that this run completed, each with its host: `heat/db-sync@ctl1`. */
  readonly done: readonly string[];
  /** Steps whose job was started on their host, however it ended. */
  readonly started: readonly string[];
}

/** What a rollback takes away, as it was read when it was planned. */
export interface Losses extends LostObjects {
  /** Of all that was read: read again once nobody can write any more. */
  readonly sha256: string;
}

/** Files of the services on a host that are not as the run left them. */
export interface ChangedSince {
  readonly host: HostName;
  readonly files: readonly string[];
}

/** A rollback of a run by another one. A rolling run has two, and only the one with restore needs nothing of the run itself. */
interface Rollback {
  readonly point: RestorePoint;
  readonly withRestore: boolean;
}

const rolls = ({ point, withRestore }: Rollback): boolean => withRestore && point.plan.kind === 'partial';

/** What it walks. */
export function phasesOfRollback(rollback: Rollback): readonly Phase[] {
  const { point } = rollback;
  return rolls(rollback) ? phasesOfRestore(point.plan.restore) : phasesBack(mayHaveBegun(point));
}

/** Databases that it restores. */
export function schemasOfRollback(rollback: Rollback): readonly SchemaName[] {
  const { plan } = rollback.point;
  return rolls(rollback) ? (plan.restore?.schemas ?? []) : schemasRestored(mayHaveBegun(rollback.point));
}

/** The same with the host where the dumps lie. Null: nothing is restored. */
export function restoredSchemas(
  rollback: Rollback,
): { readonly host: HostName; readonly schemas: readonly SchemaName[] } | null {
  const { plan } = rollback.point;
  const schemas = schemasOfRollback(rollback);
  const loaded = rolls(rollback) ? /^restore-point\/dump-.*-prepare$/ : /^restore-point\/dump-.*-final$/;
  const [host] = plan.phases
    .flatMap(({ batches }) => batches)
    .filter(({ steps }) => steps.some(({ id }) => loaded.test(id)))
    .flatMap(({ hosts }) => hosts);
  return schemas.length === 0 || host === undefined ? null : { host, schemas };
}

/**
 * Every phase up to the last one of which a step was started. What only people do leaves no job: a phase after it in which they do something may
 * have begun as well. To undo what never began changes nothing.
 */
export function mayHaveBegun({ plan, done, started }: RestorePoint): readonly Phase[] {
  const last = plan.phases.findLastIndex(({ batches }) =>
    batches.some((batch) => anyOf({ batch, bound: done }) || anyOf({ batch, bound: started })),
  );
  const byPeople = plan.phases[last + 1]?.batches.some(({ steps }) => steps.some(({ kind }) => kind === 'confirm'));
  return plan.phases.slice(0, Math.max(1, last + (byPeople === true ? 2 : 1)));
}

/** On the host where the plan has it: another phase may have the same step on another one. */
export function anyOf({ batch, bound }: { batch: Batch; bound: readonly string[] }): boolean {
  const changes = batch.steps.filter(({ kind }) => kind === 'change');
  return batch.hosts.some((host) => changes.some(({ id }) => bound.includes(boundId({ stepId: id, host }))));
}
