import type { ReportInput } from '../../schema/activities';
import type { PlacedOutcome } from '../../schema/outcome';
import type { Phase, PlannedService, UndoPhase } from '../../schema/plan';
import { leftoversOf, planOf, reportInputOf, type RecordedPlan, type RecordedReportInput } from '../../schema/recorded';
import { at } from '../support/moment';
import { outcome, toyInput, upgradedPlan } from '../support/run';
import { smallPlan, toyPhase } from '../support/plan';

/** As the first workers wrote it: services by name, nothing that says what alters the cloud or where a step ran. */
const first = (value: object): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, part: unknown) => {
      if (key === 'altersCloud') return undefined;
      if (isPhase(part)) return asFirst(part);
      if (key === 'outcomes') return (part as PlacedOutcome[]).map((one) => ({ ...one, phaseId: undefined }));
      return key === 'services' ? (part as PlannedService[]).map(({ name }) => name) : part;
    }),
  );

function isPhase(part: unknown): part is Phase {
  return typeof part === 'object' && part !== null && 'wayBack' in part && 'batches' in part;
}

/** A rollback was a list of phases, and a phase that only a restore undoes had none. */
function asFirst({ wayBack, ...phase }: Phase): object {
  return wayBack.kind === 'undo' ? { ...phase, rollBack: wayBack.phases } : phase;
}

function undoPhase(id: string): UndoPhase {
  const { title, impact, altersCloud, preconditions, batches, serving } = toyPhase(id, []);
  return { id, title, impact, altersCloud, preconditions, batches, serving };
}

const unplaced = (input: ReportInput): RecordedReportInput =>
  first({ ...input, plan: upgradedPlan() }) as RecordedReportInput;

describe('what earlier releases recorded', () => {
  it('reads a plan of the first workers as one of today', () => {
    expect(planOf(first(upgradedPlan()) as RecordedPlan)).toEqual(upgradedPlan());
  });

  it('knows their preparations by the id of the phase, on the way back as well', () => {
    const prepare = toyPhase('prepare', [], { altersCloud: false });
    const stop = toyPhase('stop', [], { wayBack: { kind: 'undo', phases: [undoPhase('back'), undoPhase('prepare')] } });
    const plan = smallPlan({ phases: [prepare, stop] });
    expect(planOf(first(plan) as RecordedPlan)).toEqual(plan);
  });

  it('leaves a plan of today as it is', () => {
    const phases = [toyPhase('prepare', [], { altersCloud: true })];
    const services = [{ name: 'heat', versionPackage: 'python3-heat', apis: ['orchestration'] }];
    const plan = smallPlan({ phases, services });
    expect(planOf(plan)).toEqual(plan);
  });

  it('fills in what a lock did not say yet', () => {
    const plan = smallPlan({ approvers: ['ana'] });
    const recorded = { runId: 'r1', digest: 'd1ge57', workflowId: null, to: 'bobcat', plan };
    expect(leftoversOf(recorded)).toEqual({
      ...recorded,
      lock: 'run=r1',
      lockHost: 'db1',
      approvers: ['ana'],
      stillDown: [],
    });
  });

  it('makes an outline of a plan that was sent without its scripts', () => {
    expect(reportInputOf(unplaced(toyInput))).toEqual(toyInput);
  });

  it('places outcomes without a phase where the plan has their step', () => {
    expect(reportInputOf(unplaced(toyInput)).outcomes).toEqual(toyInput.outcomes);
  });

  it('knows a step that tidying up repeats from the same step of its phase, by its time', () => {
    const again = outcome({
      stepId: 'heat/stop',
      host: 'ctl1',
      phaseId: 'finally',
      from: 47,
      to: 48,
      generation: 'g2',
    });
    const tidying = { ...toyInput.phases[0]!, id: 'finally', startedAt: at(45), endedAt: at(49) };
    const input = { ...toyInput, phases: [...toyInput.phases, tidying], outcomes: [...toyInput.outcomes, again] };
    expect(reportInputOf(unplaced(input)).outcomes).toEqual(input.outcomes);
  });

  it('believes a run that says in which phase a step ran', () => {
    const outcomes = toyInput.outcomes.map((one) => ({ ...one, phaseId: 'elsewhere' }));
    expect(reportInputOf({ ...toyInput, outcomes }).outcomes).toEqual(outcomes);
  });
});
