import { listed, type Instant } from '../../schema/names';
import { isGood } from '../../schema/outcome';
import { type Batch, type Change, type Plan } from '../../schema/plan';
import { everyPhase } from '../../schema/walk-plan';
import type { Run } from './run';

/**
 * Which back ends of the load balancer this run has closed, and since when: `Closed at the load balancer: heat_api since 03:12:05 UTC.`
 * Empty: none, or people move the servers and no command of the run tells when.
 */
export function closedSentence(run: Pick<Run, 'plan' | 'journal'>): string[] {
  const closed = closedSince(run);
  if (closed.length === 0) return [];
  const instants = [...new Set(closed.map(({ since }) => since))];
  const parts = instants.map((instant) => {
    const names = closed.filter(({ since }) => since === instant).map(({ backend }) => backend);
    return `${listed(names)} since ${instant.slice(11, 19)} UTC`;
  });
  return [`Closed at the load balancer: ${parts.join('; ')}.`];
}

interface Closed {
  readonly backend: string;
  readonly since: Instant;
}

/** By the steps that were done, in the order in which they ended. */
function closedSince({ plan, journal }: Pick<Run, 'plan' | 'journal'>): readonly Closed[] {
  const steps = rotationSteps(plan);
  const done = journal.progress().outcomes.filter(isGood);
  const moved = done.flatMap(({ phaseId, stepId, endedAt }) => {
    const step = steps.find((one) => one.phaseId === phaseId && one.id === stepId);
    return step === undefined ? [] : [{ at: endedAt, effects: step.effects }];
  });
  return moved.reduce<{ servers: Readonly<Record<string, boolean>>; closed: readonly Closed[] }>(
    ({ servers, closed }, { at, effects }) => {
      const now = effects.reduce(
        (so, one) => (one.kind === 'rotation' ? { ...so, [one.server]: one.state === 'ready' } : so),
        servers,
      );
      const backends = [...new Set(Object.keys(now).map(backendOf))];
      const shut = backends.filter((backend) =>
        Object.keys(now).every((server) => backendOf(server) !== backend || !now[server]),
      );
      return {
        servers: now,
        closed: shut.map((backend) => closed.find((one) => one.backend === backend) ?? { backend, since: at }),
      };
    },
    { servers: {}, closed: [] },
  ).closed;
}

function backendOf(server: string): string {
  return server.split('/', 1)[0] ?? server;
}

interface RotationStep extends Pick<Change, 'id'> {
  readonly phaseId: string;
  readonly effects: NonNullable<Change['effects']>;
}

function rotationSteps(plan: Plan): readonly RotationStep[] {
  return everyPhase(plan).flatMap(({ id: phaseId, batches, serving }) =>
    [...batches, ...(serving === null ? [] : [serving])].flatMap((batch) => rotationsIn({ phaseId, batch })),
  );
}

function rotationsIn({ phaseId, batch }: { phaseId: string; batch: Batch }): RotationStep[] {
  return batch.steps.flatMap((step) => {
    const effects = step.kind === 'change' ? (step.effects ?? []) : [];
    return effects.some(({ kind }) => kind === 'rotation') ? [{ phaseId, id: step.id, effects }] : [];
  });
}
