import type { ReportInput } from '../../schema/activities';
import type { PlacedOutcome } from '../../schema/outcome';
import type { PlannedService } from '../../schema/plan';
import { leftoversOf, planOf, reportInputOf, type RecordedPlan, type RecordedReportInput } from '../../schema/recorded';
import { at, outcome, toyInput, toyPlan } from '../report/toy-run';
import { smallPlan, toyPhase } from '../workflows/toy-plan';

/** As the first workers wrote it: services by name, nothing that says what alters the cloud or where a step ran. */
const first = (value: object): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, part: unknown) => {
      if (key === 'altersCloud') return undefined;
      if (key === 'outcomes') return (part as PlacedOutcome[]).map((one) => ({ ...one, phaseId: undefined }));
      return key === 'services' ? (part as PlannedService[]).map(({ name }) => name) : part;
    }),
  );

const unplaced = (input: ReportInput): RecordedReportInput =>
  first({ ...input, plan: toyPlan() }) as RecordedReportInput;

describe('what earlier releases recorded', () => {
  it('reads a plan of the first workers as one of today', () => {
    expect(planOf(first(toyPlan()) as RecordedPlan)).toEqual(toyPlan());
  });

  it('knows their preparations by the id of the phase, on the way back as well', () => {
    const prepare = toyPhase('prepare', [], { altersCloud: false });
    const plan = smallPlan({ phases: [prepare, toyPhase('stop', [], { rollBack: [toyPhase('back', []), prepare] })] });
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
