import type { ReportInput } from '../schema/activities';
import type { PlacedOutcome } from '../schema/outcome';
import type { RunTimes } from '../schema/run-times';
import type { PhaseStatus } from '../schema/status';
import { between } from './durations';

/** From one step to the next a run needs parts of a second. A longer pause is a question to a person, a pause, or a worker that was gone. */
const pauseMs = 10_000;

/** How long a run took, for the plans after it. Null: it has not ended, or no phase of it completed. */
export function runTimesOf(input: ReportInput): RunTimes | null {
  const { runId, plan, state, endedAt, phases, outcomes } = input;
  const ended = state === 'completed' || state === 'rolledBack' || state === 'aborted' || state === 'cancelled';
  const complete = phases.flatMap((phase) => {
    const ms = workedMs({ phase, outcomes });
    return ms === null ? [] : [{ id: phase.id, seconds: Math.round(ms / 100) / 10 }];
  });
  if (!ended || complete.length === 0) return null;
  return {
    schemaVersion: 1,
    runId,
    kind: plan.kind,
    from: plan.from,
    to: plan.to,
    services: plan.services.map(({ name }) => name),
    hosts: plan.hosts.length,
    endedAt,
    order: plan.phases.map(({ id }) => id),
    phases: complete,
  };
}

/** A phase without the time in which it waited for somebody. Null: it did not complete. */
export function workedMs(options: { phase: PhaseStatus; outcomes: readonly PlacedOutcome[] }): number | null {
  const { phase, outcomes } = options;
  const { id, state, startedAt, endedAt } = phase;
  if (state !== 'complete' || startedAt === null || endedAt === null) return null;
  const ran = outcomes
    .filter(({ phaseId }) => phaseId === id)
    .map((outcome) => ({ fromAt: outcome.startedAt, toAt: outcome.endedAt }))
    .sort((a, b) => (a.fromAt < b.fromAt ? -1 : 1));
  const last = { fromAt: endedAt, toAt: endedAt };
  const { waited } = [...ran, last].reduce(
    ({ until, waited: before }, { fromAt, toAt }) => {
      const idle = between({ fromAt: until, toAt: fromAt });
      return { until: toAt > until ? toAt : until, waited: before + (idle >= pauseMs ? idle : 0) };
    },
    { until: startedAt, waited: 0 },
  );
  return between({ fromAt: startedAt, toAt: endedAt }) - waited;
}
