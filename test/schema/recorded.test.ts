import { reportInputOf, type RecordedReportInput } from '../../schema/recorded';
import type { Outcome } from '../../schema/outcome';
import { at, outcome, toyInput } from '../report/toy-run';

/** As the first workers wrote it: nobody said in which phase a step ran. */
const unplaced = (input: typeof toyInput): RecordedReportInput => ({
  ...input,
  outcomes: input.outcomes.map((one) => JSON.parse(JSON.stringify({ ...one, phaseId: undefined })) as Outcome),
});

describe('what earlier releases recorded', () => {
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
