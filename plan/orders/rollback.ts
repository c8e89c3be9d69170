import type { Finding, Phase, Plan } from '../../schema/plan';
import type { Holder } from '../../schema/lock-holder';
import { phasesBack } from '../../schema/walk-plan';
import { batchAtPoint, phaseAtPoint } from '../blocks/at-point';
import { guards } from '../blocks/guards';
import { nothingMoreIsLost } from '../commands/objects';
import { holderFindings, rollbackBlockers, rollbackLosses } from '../findings/rollback';
import { mayHaveBegun, restoredSchemas, type Losses, type RestorePoint } from '../scope/restore-point';

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
  readonly holder: Holder;
  /** Null: no database is restored. */
  readonly lost: Losses | null;
}): Plan {
  const { runId, point, approvers, cloudDigest, unread, holder, lost } = options;
  const old = point.plan;
  const begun = mayHaveBegun(point);
  const findings = [
    ...unread,
    ...rollbackBlockers({ old, begun }),
    ...holderFindings({ old, holder }),
    ...rollbackLosses({ old, begun, lost }),
  ];
  const blockers = findings.filter(({ level }) => level === 'blocker');
  const moved = { point: old.runId };
  const phases = [guards(old), ...phasesBack(begun)].map((phase) =>
    lookedAgain({ phase: phaseAtPoint({ ...moved, phase }), point, lost }),
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

/** After everything is closed and before anything is restored: the same lists again. */
function lookedAgain({ phase, point, lost }: { phase: Phase; point: RestorePoint; lost: Losses | null }): Phase {
  const where = restoredSchemas(point);
  if (phase.id !== 'back-configuration' || where === null || lost === null) return phase;
  const { host, schemas } = where;
  const probe = nothingMoreIsLost({ point: point.plan.runId, databases: schemas, sha256: lost.sha256 });
  return { ...phase, preconditions: [...phase.preconditions, { host, probe }] };
}
