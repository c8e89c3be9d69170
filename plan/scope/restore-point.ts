import type { LostObjects } from '../../schema/lost-objects';
import type { HostName, SchemaName } from '../../schema/names';
import type { Batch, Phase, Plan } from '../../schema/plan';
import { boundId } from '../../schema/step-name';
import { schemasRestored } from '../../schema/way-back';

/** What is undone, and how far it came. */
export interface RestorePoint {
  /** The plan of the run that made it, as it was approved. */
  readonly plan: Plan;
  /** Steps that this run completed, each with its host: `heat/db-sync@ctl1`. */
  readonly done: readonly string[];
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
 * Every phase up to the last one with a completed step, and the one after it: its first step may have been under way. To undo
 * what never began changes nothing.
 */
export function mayHaveBegun({ plan, done }: RestorePoint): readonly Phase[] {
  const last = plan.phases.findLastIndex(({ batches }) => batches.some((batch) => anyDone({ batch, done })));
  return plan.phases.slice(0, last + 2);
}

/** On the host where the plan has it: another phase may have the same step on another one. */
export function anyDone({ batch, done }: { batch: Batch; done: RestorePoint['done'] }): boolean {
  const changes = batch.steps.filter(({ kind }) => kind === 'change');
  return batch.hosts.some((host) => changes.some(({ id }) => done.includes(boundId({ stepId: id, host }))));
}
