import { join } from 'node:path';
import { makeReport, type Report } from '../../report';
import { expectGolden } from '../support/golden';
import { at } from '../support/moment';
import { line, outcome, toyAvailability, toyInput, toyInstalled } from '../support/run';

const made = (change: Partial<Parameters<typeof makeReport>[0]> = {}): Report =>
  makeReport({
    input: toyInput,
    availabilityText: toyAvailability,
    installed: toyInstalled,
    evidenceDigest: 'e'.repeat(64),
    ...change,
  });

describe('the report as data', () => {
  it('reads as its golden file', () => {
    expectGolden({ file: join(__dirname, 'golden', 'report.json'), text: `${JSON.stringify(made(), null, 2)}\n` });
  });

  it('says first what people want to know first', () => {
    const report = made();
    expect(report.headline).toBe(
      'cedar: keystone and heat from antelope to bobcat: complete; every phase passed its checks. Not cleaned up yet: 1.',
    );
    expect(report.usersGot).toBe('32 of 90 API requests failed, longest gap 33 s; before any change 0 of 6, 1.0 s.');
    expect(report.versionSentences).toEqual(['heat 20.0.0 -> 21.0.0 on ctl1, ctl2']);
    expect(report.downtime.map(({ service, downtimeMs }) => [service, downtimeMs])).toEqual([
      ['keystone', 0],
      ['heat', 33_000],
    ]);
  });

  it('has the time without samples, meter by meter, of the checks that measure it', () => {
    const row = (meter: string, last: string, first: string, seconds: number): string =>
      `gap\t${meter}\t2026-11-30T${last}Z\t2026-11-30T${first}Z\t${String(seconds)}\n`;
    const said = `${row('identity.users', '12:00:00', '12:00:40', 40)}${row('cpu', '12:00:00', '12:05:00', 300)}cpu: 300 s\n`;
    const outcomes = toyInput.outcomes.map((one) => ({ ...one, stdoutTail: said }));
    const { sampleGaps } = made({ input: { ...toyInput, outcomes } });
    expect(made().sampleGaps).toEqual([]);
    // The others are changes: what these print is theirs.
    expect(sampleGaps).toEqual([
      {
        meter: 'cpu',
        host: 'ctl1',
        lastBeforeAt: '2026-11-30T12:00:00Z',
        firstAfterAt: '2026-11-30T12:05:00Z',
        seconds: 300,
      },
      {
        meter: 'identity.users',
        host: 'ctl1',
        lastBeforeAt: '2026-11-30T12:00:00Z',
        firstAfterAt: '2026-11-30T12:00:40Z',
        seconds: 40,
      },
    ]);
  });

  /** As hosts of the lab said it, with other times: 03:00 is when the toy run began. */
  const countedBy = (lines: readonly string[]): Report['sampleCounts'] => {
    const unit = 'ceilometer-agent-central';
    const step = (stepId: string, from: number, kind?: 'unchanged'): (typeof toyInput.outcomes)[number] =>
      outcome({ stepId, host: 'ctl1', phaseId: 'stop', from, to: from + 1, ...(kind === undefined ? {} : { kind }) });
    const told = {
      ...step(`ceilometer/twice-${unit}`, 44),
      stdoutTail: `${lines.join('\n')}\nsamples of 1 meter(s)\n`,
    };
    const outcomes = [
      step(`ceilometer/stop-${unit}`, 10),
      step(`back-ceilometer/start-${unit}`, 20, 'unchanged'),
      told,
    ];
    return made({ input: { ...toyInput, outcomes: [...outcomes, { ...told, host: 'ctl2' }] } }).sampleCounts;
  };
  const ofUsers = 'counted\tidentity.users\t5\t65\t2026-11-21T03:00:00Z\t2026-11-21T03:00:45Z\t20\t1\tmerged';

  it('counts samples that were taken too soon, and tells those that a start or stop explains from those that nothing does', () => {
    const near = (second: number, count: number): string =>
      `near\tidentity.users\t2026-11-21T03:00:${String(second)}Z\t${String(count)}`;
    const { meters, unseen } = countedBy([
      ofUsers,
      'unseen\tvolume.size\t300\t300',
      near(15, 4),
      near(25, 3),
      near(42, 2),
    ]);
    expect(meters).toEqual([
      {
        meter: 'identity.users',
        resources: 5,
        samples: 65,
        fromAt: '2026-11-21T03:00:00Z',
        toAt: '2026-11-21T03:00:45Z',
        intervalSeconds: 20,
        stepSeconds: 1,
        exact: false,
        // The stop explains one of each of five resources within 20 s; the start changed nothing.
        early: 5,
        twice: 4,
      },
    ]);
    expect(unseen).toEqual([{ meter: 'volume.size', stepSeconds: 300, intervalSeconds: 300 }]);
  });

  it('counts as twice what was too soon and is told without its times', () => {
    const [one] = countedBy([ofUsers, 'near\tidentity.users\t-\t7']).meters;
    expect([one?.early, one?.twice]).toEqual([0, 7]);
  });

  it('has the curve of what waited, with its peak, and gaps where nobody could tell', () => {
    const line = (second: number, waiting: string): string => `${String(Date.parse(at(second)))}\t${waiting}\n`;
    const backlogText = `${line(2, '0')}${line(22, '120')}torn\n${line(42, '-')}${line(43, '3')}17643`;
    expect(made().backlog).toBeNull();
    expect(made({ backlogText: line(2, '-') }).backlog).toBeNull();
    expect(made({ backlogText }).backlog).toEqual({
      points: [
        { at: at(2), waiting: 0 },
        { at: at(22), waiting: 120 },
        { at: at(42), waiting: null },
        { at: at(43), waiting: 3 },
      ],
      most: 120,
      mostAt: at(22),
      last: 3,
    });
  });

  it('is not done while a host has the release before', () => {
    const remaining = [{ service: 'ceilometer', host: 'cmp1', installed: '1:20.0.0', target: '1:21.0.0' }];
    expect(made({ remaining }).headline).toContain('passed its checks. Not done yet: 1 host with the release before.');
    expect(made({ remaining }).remaining).toEqual(remaining);
  });

  it('draws no more points than a screen shows, and loses no peak', () => {
    const start = Date.parse(at(0));
    const text = Array.from(
      { length: 4320 },
      (_, index) => `${String(start + 20_000 * index)}\t${index === 4001 ? '9' : '1'}\n`,
    );
    const curve = made({ backlogText: text.join('') }).backlog;
    expect([curve?.points.length, curve?.points.filter(({ waiting }) => waiting === 9)]).toEqual([
      540,
      [{ at: new Date(start + 20_000 * 4001).toISOString(), waiting: 9 }],
    ]);
  });

  it('joins a failed step with its answer, and leaves its second run without one', () => {
    const runs = made().steps.filter(({ stepId }) => stepId === 'heat/db-sync');
    expect(runs.map(({ generation, kind, answers }) => [generation, kind, answers])).toEqual([
      ['0', 'failed', [{ choice: 'retry', by: 'bo', reason: 'blocking query ended', at: at(29) }]],
      ['g1', 'done', []],
    ]);
  });

  it('says which warning nobody accepted', () => {
    const report = made({ input: { ...toyInput, decisions: [] } });
    expect(report.findings.map(({ id, answer }) => [id, answer])).toEqual([
      ['disk-nearly-full@db1', 'notAccepted'],
      ['other-mains', 'noted'],
    ]);
  });

  it("counts all as the run's until a phase that alters the cloud has begun, and preparations as before", () => {
    const [stop, database] = toyInput.phases;
    const onlyPrepared = { ...toyInput, phases: [{ ...stop!, id: 'prepare' }] };
    const [untouched] = made({ input: onlyPrepared }).availability;
    expect([untouched?.requests, untouched?.baseline.requests]).toEqual([48, 0]);
    expect(made({ input: onlyPrepared }).usersGot).toBe('32 of 96 API requests failed, longest gap 33 s.');
    const plan = {
      ...toyInput.plan,
      phases: toyInput.plan.phases.map((one) => ({ ...one, altersCloud: one.id !== 'stop' })),
    };
    const [prepared] = made({ input: { ...toyInput, plan, phases: [stop!, database!] } }).availability;
    expect([prepared?.requests, prepared?.baseline]).toEqual([35, { requests: 13, failures: 7, longestGapMs: 7000 }]);
  });

  it('tells hosts apart that ended at other versions', () => {
    const { versions, versionSentences, remarks } = made({
      installed: [
        { host: 'ctl1', versions: { 'heat-common': '1:20.0.0-0lab1' } },
        { host: 'ctl2', versions: null },
      ],
    });
    expect(versions.map(({ package: name, hosts, after, state }) => [name, hosts, after, state])).toEqual([
      ['heat-common', ['ctl1'], '1:20.0.0-0lab1', 'notYet'],
      ['heat-common', ['ctl2'], null, 'notRead'],
      ['python3-new', ['ctl1'], null, 'notYet'],
      ['python3-new', ['ctl2'], null, 'notRead'],
    ]);
    expect(versionSentences).toEqual([
      'heat still 20.0.0 on ctl1 (expected 21.0.0)',
      'heat unknown on ctl2 (was 20.0.0, expected 21.0.0)',
    ]);
    expect(remarks.slice(1)).toEqual(['The versions on ctl2 could not be read after the run.']);
  });

  it('calls the version from before the right one once a run went back', () => {
    const { versions, versionSentences } = made({
      input: { ...toyInput, state: 'rolledBack' },
      installed: [
        { host: 'ctl1', versions: { 'heat-common': '1:20.0.0-0lab1' } },
        { host: 'ctl2', versions: { 'heat-common': '1:21.0.0-0lab1' } },
      ],
    });
    expect(versions.map(({ package: name, hosts, state }) => `${name} ${hosts.join()} ${state}`)).toEqual([
      'heat-common ctl1 back',
      'heat-common ctl2 other',
      'python3-new ctl1,ctl2 back',
    ]);
    expect(versionSentences).toEqual([
      'heat rolled back to 20.0.0 on ctl1',
      'heat at 1:21.0.0-0lab1 on ctl2 (expected 20.0.0)',
    ]);
  });

  it('warns before numbers that do not mean what they seem to', () => {
    const { remarks } = made({
      availabilityText:
        [503, 200, 503].map((code, second) => line({ second, api: 'heat-api', code, ms: 1 })).join('') + 'x\n',
      input: { ...toyInput, phases: [] },
    });
    expect(remarks).toEqual([
      'heat-api: already down when monitoring started, so this run did not cause all of its downtime.',
      'heat-api: still down at the last request; its downtime is counted up to that request.',
      '1 line of the monitoring log could not be read, and is not counted.',
    ]);
    expect(made({ availabilityText: '' }).remarks).toEqual(['No API was monitored, so downtime is not known.']);
  });

  it.each([
    ['aborted', 'stopped by a person in phase "Stop: services down". The cloud stays as that phase left it.'],
    ['cancelled', 'cancelled in phase "Stop: services down". Running commands finished; none was killed.'],
    ['rejected', 'the plan was rejected; nothing was changed.'],
    ['rolledBack', 'rolled back; every started phase is undone, and no database was restored.'],
  ] as const)('says what %s means for the cloud', (state, words) => {
    const [first, second] = toyInput.phases;
    const phases = [
      { ...first!, state: 'stopped' as const },
      { ...second!, state: 'waiting' as const },
    ];
    const report = made({ input: { ...toyInput, state, phases, owed: [] } });
    expect(report.headline).toBe(`cedar: keystone and heat from antelope to bobcat: ${words}`);
  });

  it('shows a step in the phase in which it ran, and by the title that it has there', () => {
    const looked = (id: string, title: string): (typeof toyInput.plan.phases)[number] => {
      const phase = toyInput.plan.phases.find((one) => one.id === id)!;
      return { ...phase, steps: [{ id: 'apt/quiet', title, kind: 'probe', hosts: ['ctl1'] }] };
    };
    const plan = {
      ...toyInput.plan,
      phases: [looked('stop', 'before the stop'), looked('database', 'before a schema')],
    };
    const outcomes = ['stop', 'database', 'finally'].map((phaseId, index) =>
      outcome({ stepId: 'apt/quiet', host: 'ctl1', phaseId, from: index, to: index + 1 }),
    );
    const { steps } = made({ input: { ...toyInput, plan, outcomes } });
    expect(steps.map(({ phaseId, title }) => [phaseId, title])).toEqual([
      ['stop', 'before the stop'],
      ['database', 'before a schema'],
      ['finally', 'before the stop'],
    ]);
  });

  it('believes the plan, and no name, about what belongs to a service', () => {
    const services = [
      { name: 'horizon', versionPackage: 'openstack-dashboard', apis: ['dashboard'] },
      { name: 'heat', versionPackage: 'python3-new', apis: [] },
    ];
    const plan = { ...toyInput.plan, services };
    const samples = ['dashboard', 'heat-api'].map((api) => line({ second: 1, api, code: 200, ms: 1 })).join('');
    const { downtime, versionSentences } = made({ input: { ...toyInput, plan }, availabilityText: samples });
    expect(downtime.map(({ service, apis }) => [service, apis])).toEqual([
      ['horizon', ['dashboard']],
      ['heat-api', ['heat-api']],
    ]);
    expect(versionSentences.map((one) => one.split(' ')[0])).toEqual(['heat', 'heat']);
  });

  it('keeps a step that the plan does not know', () => {
    const stranger = outcome({ stepId: 'who/knows', host: 'ctl1', phaseId: 'finally', from: 1, to: 2 });
    const [step] = made({ input: { ...toyInput, outcomes: [stranger] } }).steps;
    expect([step?.title, step?.phaseId]).toEqual(['who/knows', 'finally']);
  });
});
