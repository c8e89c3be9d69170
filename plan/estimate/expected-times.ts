import type { ExpectedPhase, ExpectedTimes, ServingMark } from '../../schema/expected-times';
import type { CloudFile } from '../../schema/cloud';
import type { SchemaName } from '../../schema/names';
import type { Phase, Plan } from '../../schema/plan';
import type { EarlierTimes } from '../../schema/run-times';
import { phasesBack } from '../../schema/walk-plan';
import type { CloudState } from '../cloud-state';
import { likeThisPlan, recordedPhase } from './earlier-runs';
import { expectedOutage } from './expected-outage';
import { servingMarks } from './serving-marks';
import type { Sizes } from './step-seconds';
import { batchesTimeline, phaseTimeline } from './timeline';

/** The pseudo-phase of what every run does at its end, as a run's status names it. */
const finallyId = 'finally';

interface Subject {
  readonly plan: Plan;
  readonly schemaBytes: Readonly<Record<SchemaName, number>>;
  readonly earlier: EarlierTimes;
  readonly availability: CloudFile['availability'];
}

/** How long an upgrade is expected to take, and how long its services are closed. Null: it has no phases. */
export function expectedTimes(options: Subject & { readonly before: CloudState }): ExpectedTimes | null {
  const { plan, before, schemaBytes } = options;
  const sizes = { schemaBytes, packageSets: plan.packageSets };
  const forward = servingMarks({ phases: plan.phases, state: before, sizes });
  const back = servingMarks({ phases: phasesBack(plan.phases), state: forward.state, sizes });
  // The other rollback of a rolling run begins where the run has come to as well.
  const restore = servingMarks({ phases: plan.restore?.phases ?? [], state: forward.state, sizes });
  return estimated({ ...options, sizes, marks: [...forward.marks, ...back.marks, ...restore.marks] });
}

/**
 * The same of a rollback that is a run of its own. The cloud before it was not surveyed: which steps close and open what, the plan
 * that it undoes has said.
 */
export function expectedRollback(options: Subject & { readonly marks: readonly ServingMark[] }): ExpectedTimes | null {
  const { plan, schemaBytes } = options;
  return estimated({ ...options, sizes: { schemaBytes, packageSets: plan.packageSets } });
}

function estimated(
  options: Subject & { readonly sizes: Sizes; readonly marks: readonly ServingMark[] },
): ExpectedTimes | null {
  const { plan, marks, sizes, schemaBytes } = options;
  if (plan.phases.length === 0) return null;
  const runs = likeThisPlan(options);
  const expected = (id: string, seconds: number): ExpectedPhase =>
    recordedPhase({ id, runs }) ?? { id, seconds, from: { kind: 'sizes' } };
  const timed = (phases: readonly Phase[]): ExpectedPhase[] =>
    phases.map((phase) => expected(phase.id, phaseTimeline({ phase, sizes }).seconds));
  const { always, resolved } = plan.finally;
  const [forward, back] = [timed(plan.phases), timed(phasesBack(plan.phases))];
  const end = expected(finallyId, batchesTimeline({ batches: [...always, ...resolved], sizes }).seconds);
  const outage = expectedOutage({
    phases: plan.phases.map((phase, index) => ({ ...phase, seconds: forward[index]?.seconds ?? 0 })),
    marks,
    sizes,
  });
  return {
    phases: [...forward, ...back, end].map(rounded),
    seconds: toTenths(sum([...forward, end])),
    rollbackSeconds: back.length === 0 ? null : toTenths(sum([...back, end])),
    outageSeconds: toTenths(outage.seconds),
    outages: plan.services.map(({ name: service, apis }) => ({
      service,
      apis,
      seconds: toTenths(outage.byService[service] ?? 0),
      budgetSeconds: budgetOf({ ...options, service }),
    })),
    marks,
    schemaBytes,
  };
}

/** A rollback takes what was open, as a full upgrade does. */
function budgetOf(options: Pick<Subject, 'plan' | 'availability'> & { service: string }): number | null {
  const { plan, availability, service } = options;
  const budget = availability?.budgetSeconds[service];
  return (plan.kind === 'partial' ? budget?.rolling : budget?.cold) ?? null;
}

function sum(phases: readonly ExpectedPhase[]): number {
  return phases.reduce((total, { seconds }) => total + seconds, 0);
}

function rounded(phase: ExpectedPhase): ExpectedPhase {
  return { ...phase, seconds: toTenths(phase.seconds) };
}

function toTenths(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
