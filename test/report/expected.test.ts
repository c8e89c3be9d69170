import { makeReport, outageLine, runTimesOf, type Report } from '../../report';
import { workedMs } from '../../report/run-times';
import { readRunTimes } from '../../schema/run-times';
import { at } from '../support/moment';
import { outcome, toyAvailability, toyInput, toyInstalled } from '../support/run';

const made = (change: Partial<typeof toyInput> = {}, availabilityText = toyAvailability): Report =>
  makeReport({
    input: { ...toyInput, ...change },
    availabilityText,
    installed: toyInstalled,
    evidenceDigest: null,
  });

describe('expected and actual times', () => {
  it('stand side by side, for phases and for outages', () => {
    const { expected } = made();
    expect(expected?.phases).toEqual([
      {
        id: 'stop',
        title: 'Stop: services down',
        expectedSeconds: 8,
        from: 'from the run of 2026-11-02',
        actualSeconds: 10,
      },
      {
        id: 'database',
        title: 'Database: schemas',
        expectedSeconds: 12,
        from: 'estimated from sizes',
        // Of thirty seconds, ten were a question to a person: from 20 to 30.
        actualSeconds: 20,
      },
    ]);
    expect(expected?.outages[1]).toEqual({
      service: 'heat',
      expectedSeconds: 20,
      budgetSeconds: 30,
      // From the end of the step that stopped it, 9, to the end of the one after which it served, 36.
      closedSeconds: 27,
      measuredSeconds: 33,
      overBudget: true,
    });
    expect(expected?.wholeOutage).toEqual({ expectedSeconds: 20, actualSeconds: 27 });
  });

  it('say first of all that a budget was exceeded, and nothing where it was not', () => {
    expect(made().remarks[0]).toBe('heat was closed or down for 33 s, longer than its budget of 30 s.');
    expect(made({}, '').remarks).toEqual(['No API was monitored, so downtime is not known.']);
    expect(made({}, '').expected?.outages[1]).toMatchObject({ measuredSeconds: null, overBudget: false });
  });

  it('are lines of the result', () => {
    expect(made().expected?.outages.map(outageLine)).toEqual([
      'keystone: closed 0 s, down 0 s as measured; expected 0 s; budget 30 s',
      'heat: closed 27 s, down 33 s as measured; expected 20 s; OVER its budget of 30 s',
    ]);
  });

  it('are none where an earlier worker planned, and a phase that did not complete has no time', () => {
    const before = { ...toyInput, times: null };
    expect(
      makeReport({ input: before, availabilityText: '', installed: [], evidenceDigest: null }).expected,
    ).toBeNull();
    const [stop, database] = toyInput.phases;
    const stopped = made({ state: 'aborted', phases: [stop!, { ...database!, state: 'stopped' }] });
    expect(stopped.expected?.phases.map(({ actualSeconds }) => actualSeconds)).toEqual([10, null]);
  });

  it('are missed for the next plan where they could not be stored', () => {
    const { remarks } = makeReport({
      input: toyInput,
      availabilityText: toyAvailability,
      installed: toyInstalled,
      evidenceDigest: null,
      timesKept: false,
    });
    expect(remarks.at(-1)).toBe('The times of this run could not be stored on db1: the next plan does not know them.');
  });
});

describe('the times that a run leaves behind', () => {
  it('are those of its complete phases, with all by which the next plan finds them', () => {
    const times = runTimesOf(toyInput);
    expect(times).toEqual({
      schemaVersion: 1,
      runId: toyInput.runId,
      kind: 'full',
      from: 'antelope',
      to: 'bobcat',
      services: ['keystone', 'heat'],
      hosts: 3,
      endedAt: at(50),
      order: ['stop', 'database'],
      phases: [
        { id: 'stop', seconds: 10 },
        { id: 'database', seconds: 20 },
      ],
    });
    expect(readRunTimes(JSON.stringify(times))).toEqual(times);
  });

  it.each(['running', 'rollingBack', 'tidyingUp'] as const)('are none while it goes on: %s', (state) => {
    expect(runTimesOf({ ...toyInput, state })).toBeNull();
  });

  it('are none where nothing completed', () => {
    expect(runTimesOf({ ...toyInput, state: 'aborted', phases: [] })).toBeNull();
  });

  it('leave out where nothing ran for long, at the beginning, between steps and at the end, and keep short gaps', () => {
    const phase = {
      id: 'verify',
      title: 'Verify',
      state: 'complete',
      stepsDone: 2,
      steps: 2,
      startedAt: at(0),
      endedAt: at(200),
    } as const;
    const ran = (from: number, to: number): (typeof toyInput.outcomes)[number] =>
      outcome({ stepId: `s${String(from)}`, host: 'ctl1', phaseId: 'verify', from, to });
    // 40 before the first, 5 between the first two (which overlap a third), 90 after the last.
    const outcomes = [ran(40, 60), ran(65, 70), ran(50, 68), ran(70, 110)];
    expect(workedMs({ phase, outcomes })).toBe((200 - 40 - 90) * 1000);
    expect(workedMs({ phase: { ...phase, state: 'leftOut' }, outcomes })).toBeNull();
  });
});

describe('a file with the times of a run', () => {
  const good = JSON.stringify(runTimesOf(toyInput));

  it.each([
    ['nothing', ''],
    ['half of it', good.slice(0, 100)],
    ['something else', '{"kind":"full"}'],
    ['a file of a newer release', good.replace('"schemaVersion":1', '"schemaVersion":2')],
    ['a time that is none', good.replace('"seconds":10', '"seconds":"10"')],
    ['a time before nothing', good.replace('"seconds":10', '"seconds":-10')],
    ['no instant', good.replace(at(50), 'yesterday')],
  ])('is not read from %s', (_, text) => {
    expect(readRunTimes(text)).toBeNull();
  });

  it('may have more than is known today', () => {
    expect(readRunTimes(good.replace('{', '{"more":[1],'))).toEqual(runTimesOf(toyInput));
  });
});
