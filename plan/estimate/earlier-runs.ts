import type { ExpectedPhase } from '../../schema/expected-times';
import { type Plan, serviceNames } from '../../schema/plan';
import type { EarlierTimes, RunTimes } from '../../schema/run-times';
import { everyPhase } from '../../schema/walk-plan';

type Subject = Pick<Plan, 'kind' | 'from' | 'to' | 'services' | 'hosts' | 'phases'>;

/**
 * Runs that say how long this plan takes: the same services in the same order of steps on as many hosts. One between the same series
 * first, then the newest.
 */
export function likeThisPlan(options: { plan: Subject; earlier: EarlierTimes }): readonly RunTimes[] {
  const { plan, earlier } = options;
  const services = namesOf(serviceNames(plan));
  const alike = earlier.runs.filter(
    (run) => run.hosts === plan.hosts.length && namesOf(run.services) === services && inSameOrder({ plan, run }),
  );
  const samePair = (run: RunTimes): number => (run.from === plan.from && run.to === plan.to ? 0 : 1);
  return [...alike].sort((a, b) => samePair(a) - samePair(b) || (a.endedAt < b.endedAt ? 1 : -1));
}

/** A rollback of its own goes through the phases by which a run of the plan that it undoes would roll back. */
function inSameOrder(options: { plan: Subject; run: RunTimes }): boolean {
  const { plan, run } = options;
  const order = orderOf(plan);
  if (run.kind === plan.kind) return run.order.join() === order.join();
  return plan.kind === 'rollback' && order.slice(1).every((id) => run.order.includes(id));
}

function namesOf(services: readonly string[]): string {
  return [...services].sort().join();
}

/** The time that the first of these runs took for a phase. Null: none of them has completed it. */
export function recordedPhase(options: { id: string; runs: readonly RunTimes[] }): ExpectedPhase | null {
  const { id, runs } = options;
  for (const { phases, runId, endedAt, from, to } of runs) {
    const found = phases.find((phase) => phase.id === id);
    if (found !== undefined) return { id, seconds: found.seconds, from: { kind: 'run', runId, endedAt, from, to } };
  }
  return null;
}

/** What a plan of the same order has, too. */
export function orderOf({ phases }: Pick<Plan, 'phases'>): readonly string[] {
  return everyPhase({ phases }).map(({ id }) => id);
}
