import type { Finding, Phase, Plan } from '../../schema/plan';
import type { Holder } from '../../schema/lock-holder';
import type { RollbackRequest } from '../../schema/request';
import { batchAtPoint, phaseAtPoint, probeAtPoint } from '../blocks/at-point';
import { guards } from '../blocks/guards';
import { isRestoredFromBefore } from '../blocks/service-proofs';
import { nothingMoreIsLost } from '../commands/objects';
import { staysElsewhere } from '../findings/kept-elsewhere';
import {
  changedByOthers,
  chosenServices,
  holderFindings,
  onlyPrepared,
  rollbackBlockers,
  rollbackLosses,
} from '../findings/rollback';
import {
  type ChangedSince,
  phasesOfRollback,
  restoredSchemas,
  schemasOfRollback,
  type Losses,
  type RestorePoint,
} from '../scope/restore-point';

/**
 * Plans the rollback of an earlier run, however that run ended: the phases that its approved plan names, from the furthest one that it
 * may have begun (of a rolling run: those with restore), with its restore point. Not from a survey: what the cloud was stands in that plan, and what it is now may
 * be half of one release and half of the other. Pure.
 */
export function planRollback(options: {
  readonly runId: string;
  readonly point: RestorePoint;
  readonly approvers: readonly string[];
  readonly cloudDigest: string;
  /** Hosts that could not be read. */
  readonly unread: readonly Finding[];
  readonly changed: readonly ChangedSince[];
  readonly holder: Holder;
  /** Null: no database is restored. */
  readonly lost: Losses | null;
  readonly request: Asked;
}): Plan {
  const { runId, point, approvers, cloudDigest, unread, changed, holder, lost, request } = options;
  const old = withoutRestore(point.plan);
  const { withRestore } = request.options;
  const findings = [
    ...unread,
    ...rollbackBlockers({ point, withRestore }),
    ...chosenServices({ old, services: request.services }),
    ...holderFindings({ old, holder }),
    ...onlyPrepared({ point }),
    ...rollbackLosses({ point, withRestore, lost }),
    ...(schemasOfRollback({ point, withRestore }).length === 0 ? [] : staysElsewhere(old.findings)),
    ...changed.map((one) => changedByOthers({ old, ...one })),
  ];
  const blockers = findings.filter(({ level }) => level === 'blocker');
  const moved = { point: old.runId };
  const phases = [guards(old), ...phasesOfRollback({ point, withRestore })].map((phase) =>
    asking({ phase: looked({ phase: phaseAtPoint({ ...moved, phase }), point, lost, request }), request }),
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
    findings: blockers.length > 0 ? blockers : findings,
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
      always: old.finally.always.map((batch) => batchAtPoint({ ...moved, batch })),
      resolved: old.finally.resolved.map((batch) => batchAtPoint({ ...moved, batch })),
    },
  };
}

/** A rollback is not rolled back, with a restore neither. */
function withoutRestore(plan: Plan): Plan {
  return Object.fromEntries(
    Object.entries(plan).filter(([key]) => key !== 'restore' && key !== 'undoneLater'),
  ) as unknown as Plan;
}

/** What the request says beside the restore point. */
type Asked = Pick<RollbackRequest, 'services' | 'options'>;

/** Whether it opens without a question says this request, not that of the run which is undone. */
function asking({ phase, request }: { phase: Phase; request: Asked }): Phase {
  const automatic = request.options.openAutomatically;
  return phase.gate === null ? phase : { ...phase, gate: { ...phase.gate, automatic } };
}

interface Looking {
  readonly phase: Phase;
  readonly point: RestorePoint;
  readonly lost: Losses | null;
  readonly request: Asked;
}

/** Where a database is restored, more has to hold; where none is, what was made before that run may be gone for good. */
function looked(options: Looking): Phase {
  const { phase, point, request } = options;
  const where = restoredSchemas({ point, withRestore: request.options.withRestore });
  return where === null ? withoutRestored(phase) : lookedAgain({ ...options, where });
}

function withoutRestored(phase: Phase): Phase {
  const batches = phase.batches.map((batch) => ({
    ...batch,
    steps: batch.steps.filter((step) => !isRestoredFromBefore(step)),
  }));
  return { ...phase, batches: batches.filter(({ steps }) => steps.length > 0) };
}

/** After everything is closed and before anything is restored: the same lists again. */
function lookedAgain(options: Looking & { readonly where: NonNullable<ReturnType<typeof restoredSchemas>> }): Phase {
  const { phase, point, lost, where } = options;
  if (phase.id !== 'back-configuration' || lost === null) return phase;
  const { host, schemas } = where;
  const probe = nothingMoreIsLost({ databases: schemas, sha256: lost.sha256 });
  const others = phase.preconditions.filter((one) => one.probe.id !== probe.id);
  const again = { host, probe: probeAtPoint({ point: point.plan.runId, probe }) };
  return { ...phase, preconditions: [...others, again] };
}
