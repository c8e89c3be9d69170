import { drawPlan } from '../../activities/draw-plan';
import { unpackPlan } from '../../activities/packed-plan';
import { expectedRollback, expectedTimes } from '../../plan/estimate/expected-times';
import { orderOf } from '../../plan/estimate/earlier-runs';
import { schemaBytesOf } from '../../plan/estimate/surveyed-sizes';
import { timeFindings } from '../../plan/findings/times';
import { expectedTimesText } from '../../plan/render/expected-times';
import { batchesTimeline } from '../../plan/estimate/timeline';
import type { Cloud } from '../../schema/cloud';
import type { ExpectedTimes } from '../../schema/expected-times';
import { serviceNames, type Batch, type Plan } from '../../schema/plan';
import { noEarlierTimes, type EarlierTimes, type RunTimes } from '../../schema/run-times';
import { phasesBack } from '../../schema/walk-plan';
import { toyBatch, toyProbe } from '../support/plan';
import { fullSubject, toySubject, type ToyOptions } from '../support/planned';
import { closedSeconds, full, inOrder, rolling, small, timesOf } from '../support/toy-times';

const secondsOf = (times: ExpectedTimes): Record<string, number> =>
  Object.fromEntries(times.phases.map(({ id, seconds }) => [id, seconds]));

function runOf(plan: Plan, change: Partial<RunTimes> = {}): RunTimes {
  const order = [...orderOf(plan)];
  return {
    schemaVersion: 1,
    runId: 'r1',
    kind: plan.kind,
    from: plan.from,
    to: plan.to,
    services: [...serviceNames(plan)],
    hosts: plan.hosts.length,
    endedAt: '2026-11-02T03:04:05.000Z',
    order,
    phases: [...plan.phases.map(({ id }) => id), 'finally'].map((id) => ({ id, seconds: 60 })),
    ...change,
  };
}

const earlier = (...runs: readonly RunTimes[]): EarlierTimes => ({ runs, unreadable: [] });

describe('times from sizes', () => {
  it('are of the size of what full upgrades of two controllers took in the lab', () => {
    // Beside other work on the machine (load 12), all at once: heat 152 s, keystone 94 s; in stages: heat 93 s, keystone 34 s.
    const times = timesOf();
    expect(closedSeconds(times)['heat']).toBeGreaterThan(40);
    expect(closedSeconds(times)['heat']).toBeLessThan(152);
    expect(closedSeconds(times)['keystone']).toBeGreaterThan(20);
    expect(closedSeconds(times)['keystone']).toBeLessThan(94);
    expect(times.outageSeconds).toBe(closedSeconds(times)['heat']);
    expect(times.phases.every(({ from }) => from.kind === 'sizes')).toBe(true);
  });

  it('count in stages the seconds in which an engine leaves, and not the packages', () => {
    const [atOnce, staged] = [timesOf(), timesOf({ drawing: inOrder('staged') })].map(closedSeconds);
    expect(staged?.['heat']).toBeLessThan(atOnce?.['heat'] ?? 0);
    expect(staged?.['keystone']).toBeLessThan(atOnce?.['keystone'] ?? 0);
    const { marks } = timesOf({ drawing: inOrder('staged') });
    expect(marks.filter(({ closes }) => closes.includes('heat')).map(({ stepId }) => stepId)).toEqual([
      'heat/lead/close',
      'heat/close',
      'back-work-heat/close',
    ]);
  });

  it('grow with the schemas: dumps while users are served, the final dumps and the migration while they are not', () => {
    const [before, after] = [timesOf(), timesOf({ schemaBytes: { ...small, heat: 10e9 } })].map(secondsOf);
    for (const id of ['prepare', 'stop', 'database'])
      expect((after?.[id] ?? 0) - (before?.[id] ?? 0)).toBeGreaterThan(300);
    for (const id of ['packages', 'config', 'start']) expect(after?.[id]).toBe(before?.[id]);
    expect(timesOf({ schemaBytes: { ...small, heat: 10e9 } }).outageSeconds).toBeGreaterThan(1000);
  });

  it('grow with the hosts only where hosts come one after the other: answers are awaited one by one, packages side by side', () => {
    const [one, three] = [['ctl1'], ['ctl1', 'ctl2', 'ctl3']].map((controllers) =>
      secondsOf(timesOf({ drawing: inOrder('allAtOnce', { controllers }) })),
    );
    expect(three?.['packages']).toBe(one?.['packages']);
    expect(three?.['database']).toBe(one?.['database']);
    expect(three?.['start']).toBeGreaterThanOrEqual(one?.['start'] ?? Infinity);
  });

  it('of lanes are those of the longest one', () => {
    const step = toyProbe('look');
    const lane = (name: string, steps: number): Batch => ({
      ...toyBatch(
        ['ctl1', 'ctl2'],
        Array.from({ length: steps }, () => step),
      ),
      beside: { group: 'g', lane: name },
    });
    const sizes = { schemaBytes: {}, packageSets: [] };
    const of = (...batches: readonly Batch[]): number => batchesTimeline({ batches, sizes }).seconds;
    const one = of(toyBatch(['ctl1'], [step])) - of();
    expect(one).toBeGreaterThan(0);
    expect(of(lane('a', 1), lane('b', 3), lane('a', 1)) - of()).toBeCloseTo(3 * one);
    expect(of(lane('a', 2), lane('b', 1), lane('a', 2), toyBatch(['ctl1'], [step])) - of()).toBeCloseTo(5 * one);
    const { moments } = batchesTimeline({ batches: [lane('a', 2), lane('b', 1)], sizes });
    expect(moments.map(({ seconds }) => seconds)).toEqual(
      [...moments.map(({ seconds }) => seconds)].sort((a, b) => a - b),
    );
  });

  it('say that a rolling upgrade closes nothing: only its restore does', () => {
    const times = timesOf({ drawing: rolling });
    expect(closedSeconds(times)).toEqual({ heat: 0 });
    expect(times.outageSeconds).toBe(0);
    expect(times.marks.map(({ stepId, closes, opens }) => [stepId, closes, opens])).toEqual([
      ['restore-work/close', ['heat'], []],
      ['restore-open/serve', [], ['heat']],
    ]);
    expect(times.seconds).toBeGreaterThan(60);
  });

  it('have a rollback as well, where the plan has one', () => {
    const { rollbackSeconds, phases } = timesOf();
    const back = phasesBack(full.plan.phases).map(({ id }) => id);
    expect(back).toContain('back-databases');
    const sum = phases
      .filter(({ id }) => id === 'finally' || back.includes(id))
      .reduce((total, { seconds }) => total + seconds, 0);
    expect(Math.abs((rollbackSeconds ?? 0) - sum)).toBeLessThan(1);
  });

  it('of a plan without phases are none', () => {
    const plan = { ...full.plan, phases: [] };
    expect(
      expectedTimes({ ...full, plan, schemaBytes: {}, earlier: noEarlierTimes, availability: undefined }),
    ).toBeNull();
  });
});

describe('times from earlier runs', () => {
  it('are those of the run, phase by phase, and the outage stretches with them', () => {
    const times = timesOf({ earlier: earlier(runOf(full.plan)) });
    expect(times.seconds).toBe(60 * (full.plan.phases.length + 1));
    const [first] = times.phases;
    expect(first?.from).toEqual({
      kind: 'run',
      runId: 'r1',
      endedAt: '2026-11-02T03:04:05.000Z',
      from: 'antelope',
      to: 'bobcat',
    });
    // From somewhere in `stop` to the beginning of `open`: five phases of a minute between them.
    expect(times.outageSeconds).toBeGreaterThan(300);
    expect(times.outageSeconds).toBeLessThan(420);
    expect(times.phases.find(({ id }) => id === 'back-databases')?.from).toEqual({ kind: 'sizes' });
  });

  it('prefer the same pair of series, then the newest', () => {
    const runs = [
      runOf(full.plan, { runId: 'other pair', from: 'zed', to: 'antelope', endedAt: '2026-11-20T00:00:00.000Z' }),
      runOf(full.plan, { runId: 'older' }),
      runOf(full.plan, { runId: 'newer', endedAt: '2026-11-03T00:00:00.000Z' }),
    ];
    const taken = (some: readonly RunTimes[]): unknown => timesOf({ earlier: earlier(...some) }).phases[0]?.from;
    expect(taken(runs)).toMatchObject({ runId: 'newer' });
    expect(taken(runs.slice(0, 1))).toMatchObject({ runId: 'other pair', from: 'zed' });
  });

  it('take from an older run what the newest one did not complete', () => {
    const aborted = runOf(full.plan, {
      runId: 'aborted',
      endedAt: '2026-11-05T00:00:00.000Z',
      phases: [{ id: 'prepare', seconds: 33 }],
    });
    const { phases } = timesOf({ earlier: earlier(aborted, runOf(full.plan)) });
    expect(phases.slice(0, 2).map(({ seconds, from }) => [seconds, 'runId' in from && from.runId])).toEqual([
      [33, 'aborted'],
      [60, 'r1'],
    ]);
  });

  it.each<[string, Partial<RunTimes>]>([
    ['another number of hosts', { hosts: 9 }],
    ['other services', { services: ['keystone'] }],
    ['another kind', { kind: 'partial' }],
    ['another order of phases', { order: ['prepare', 'stop'] }],
  ])('of %s are not taken', (_, change) => {
    const times = timesOf({ earlier: earlier(runOf(full.plan, change)) });
    expect(times.phases.some(({ from }) => from.kind === 'run')).toBe(false);
  });

  it('serve a rollback of its own: those of a run that rolled back', () => {
    const guards = { ...full.plan.phases[0]!, wayBack: { kind: 'nothing' } as const };
    const phases = [guards, ...phasesBack(full.plan.phases)];
    const plan: Plan = { ...full.plan, kind: 'rollback', from: 'bobcat', to: 'antelope', phases };
    const rolledBack = runOf(full.plan, { phases: [{ id: 'back-databases', seconds: 77 }] });
    const { marks, schemaBytes } = timesOf();
    const times = expectedRollback({
      plan,
      marks,
      schemaBytes,
      earlier: earlier(rolledBack),
      availability: { budgetSeconds: { heat: { cold: 1 } } },
    });
    expect(times?.phases.find(({ id }) => id === 'back-databases')?.seconds).toBe(77);
    expect(times?.rollbackSeconds).toBeNull();
    expect(times?.outages.map(({ service, seconds }) => [service, seconds > 30])).toEqual([
      ['keystone', true],
      ['heat', true],
    ]);
    // A rollback is not held up because it is slow.
    expect(timeFindings({ plan, times, earlier: noEarlierTimes })).toEqual([]);
  });
});

describe('a budget', () => {
  const budgets = (heat: { cold?: number; rolling?: number }): NonNullable<Cloud['availability']> => ({
    budgetSeconds: { heat },
  });

  it('is that of the kind of upgrade', () => {
    const availability = budgets({ cold: 900, rolling: 0 });
    const of = (times: ExpectedTimes): unknown => times.outages.map((one) => [one.service, one.budgetSeconds]);
    expect(of(timesOf({ availability }))).toEqual([
      ['keystone', null],
      ['heat', 900],
    ]);
    expect(of(timesOf({ availability, drawing: rolling }))).toEqual([['heat', 0]]);
  });

  it('that is too small is a warning with what to do; one that is enough says nothing', () => {
    const found = (cold: number): unknown =>
      timeFindings({
        plan: full.plan,
        times: timesOf({ availability: budgets({ cold }), earlier: earlier(runOf(full.plan)) }),
        earlier: noEarlierTimes,
      });
    expect(found(900)).toEqual([]);
    expect(found(60)).toEqual([
      {
        id: 'outage-over-budget-heat',
        level: 'warning',
        host: null,
        text: 'heat is expected to be closed to its users for 6 min (from the run of 2026-11-02). Its budget is 60 s.',
        remedy:
          'Accept it, or upgrade host by host where the service can (openstackPartialUpgrade), or raise availability.budgetSeconds.heat.cold in the cloud file.',
        sources: ['R-HEAT-6', 'R-HEAT-27'],
      },
    ]);
  });
});

describe('a plan as it is approved', () => {
  const drawn = (options: {
    toy?: ToyOptions;
    earlier?: EarlierTimes;
    availability?: Cloud['availability'];
  }): ReturnType<typeof unpackPlan> => {
    const subject = fullSubject(options.toy ?? {});
    const { earlier: earlierTimes = noEarlierTimes, availability } = options;
    const hosts = subject.facts.hosts.map((host) => (host.host === 'db1' ? { ...host, earlierTimes } : host));
    const cloud = { ...subject.cloud, ...(availability === undefined ? {} : { availability }) };
    return unpackPlan(drawPlan({ kind: 'full', subject: { ...subject, cloud, facts: { ...subject.facts, hosts } } }));
  };
  const broken = { runs: [], unreadable: ['a.json', 'b.json'] };

  it('has the same digest whatever is expected of its times, and other times', () => {
    const availability = { budgetSeconds: { heat: { cold: 300 } } };
    const plans = [noEarlierTimes, earlier(runOf(full.plan)), broken].map((known) =>
      drawn({ earlier: known, availability }),
    );
    expect(new Set(plans.map(({ digest }) => digest)).size).toBe(1);
    expect(new Set(plans.map(({ times }) => JSON.stringify(times))).size).toBe(2);
    expect(drawn({ toy: { controllers: ['ctl1'] } }).digest).not.toBe(plans[0]?.digest);
  });

  it('has the warning among its findings, and a note about files that could not be read', () => {
    const { plan, runbook } = drawn({ earlier: broken, availability: { budgetSeconds: { heat: { cold: 30 } } } });
    expect(plan.findings.map(({ id, level }) => `${level} ${id}`)).toEqual(
      expect.arrayContaining(['warning outage-over-budget-heat', 'note run-times-unreadable@db1']),
    );
    expect(runbook).toContain('OVER BUDGET: heat, ');
    expect(runbook).toContain('The times of earlier runs in a.json and b.json could not be read.');
  });

  it('counts with the schemas of the database that was surveyed', () => {
    expect(schemaBytesOf(toySubject({}).facts)).toEqual({ keystone: 5e6, heat: 5e6 });
    expect(drawn({}).times?.schemaBytes).toEqual({ keystone: 5e6, heat: 5e6 });
  });

  it('says beside each phase where its time comes from, where that differs', () => {
    const partly = runOf(full.plan, { phases: [{ id: 'stop', seconds: 200 }] });
    const text = expectedTimesText({ plan: full.plan, times: timesOf({ earlier: earlier(partly) }) });
    expect(text).toContain(' 2. 3 min       Stop: APIs closed, services locked (from the run of 2026-11-02)\n');
    expect(text).toContain('Database: schemas, one runner (estimated from sizes)\n');
    expect(text).toContain(', from the run of 2026-11-02, else estimated from sizes.');
  });

  it('is told without a table where nothing is expected', () => {
    expect(expectedTimesText({ plan: full.plan, times: null })).toBe('');
  });
});
