import { services } from '../../catalog/services';
import { checkPlan } from '../../plan/check';
import { stepsOf, walkPhase, walkStep } from '../../plan/check/walk';
import type { CloudState } from '../../plan/cloud-state';
import type { Batch } from '../../schema/plan';
import { everyPhase, phasesBack, stagesOf } from '../../schema/walk-plan';
import { enginesApart, on } from '../support/cloud-changes';
import { brokenRollbacks } from '../support/every-rollback';
import { toyDrawing } from '../support/planned';
import { stageable } from './toy-plans';
import { transportOn } from './violated-clouds';

const kind = 'full';

const clouds = {
  'two controllers, every service': { controllers: ['ctl1', 'ctl2'], services: stageable },
  'three controllers, Keystone and Heat': { controllers: ['ctl1', 'ctl2', 'ctl3'] },
  'engines apart, Heat alone': {
    controllers: ['ctl1', 'ctl2', 'eng1', 'eng2'],
    services: ['heat'],
    change: enginesApart,
  },
} as const;

const cases = (['staged', 'allAtOnce'] as const).flatMap((order) =>
  Object.entries({
    ...clouds,
    ...(order === 'allAtOnce'
      ? { 'two controllers, with telemetry': { services: services.map(({ name }) => name) } }
      : {}),
  }).map(
    ([cloud, toy]) =>
      [order, cloud, () => toyDrawing({ kind, ...toy, request: { options: { full: { order } } } })] as const,
  ),
);

/** Lanes in the other order: a run may come to any of them first. */
const reversed = (batches: readonly Batch[]): Batch[] =>
  stagesOf(batches).flatMap((lanes) => [...lanes].reverse().flat());

describe.each(cases)('a full upgrade, %s, %s', (order, _, draw) => {
  it('is drawn up as asked for, and breaks no rule', () => {
    const drawing = draw();
    expect(checkPlan(drawing)).toEqual([]);
    expect(drawing.plan.phases.some(({ id }) => id === 'lead-leaves')).toBe(order === 'staged');
  });

  it('is rolled back from every step of every phase to exactly what was, whichever lane came first', () => {
    const drawing = draw();
    expect(brokenRollbacks(drawing)).toEqual([]);
    expect(brokenRollbacks({ ...drawing, order: reversed })).toEqual([]);
  });

  it('changes a host by no step twice, forward or back', () => {
    const { phases } = draw().plan;
    for (const [index] of phases.entries()) {
      const begun = phases.slice(0, index + 1);
      const changes = [...begun, ...phasesBack(begun)].flatMap((phase) =>
        stepsOf(phase.batches).flatMap(({ host, step }) => (step.kind === 'change' ? [`${step.id}@${host}`] : [])),
      );
      expect(changes.filter((id, at) => changes.indexOf(id) !== at)).toEqual([]);
    }
  });
});

describe('a staged upgrade', () => {
  it('closes every API at once only between the close and the opening of the lead: packages are outside', () => {
    const { plan, before } = toyDrawing({
      kind,
      services: stageable,
      request: { options: { full: { order: 'staged' } } },
    });
    const closed = plan.phases.reduce<{ state: CloudState; ids: string[] }>(
      ({ state, ids }, phase) => {
        const next = walkPhase({ kind, state, phase }).state;
        const serves = Object.values(next.rotation).some((one) => one.state === 'ready');
        return { state: next, ids: serves ? ids : [...ids, phase.id] };
      },
      { state: before, ids: [] },
    ).ids;
    // Keystone opens in "start", on the lead: the others reach it there.
    expect(closed).toEqual(['stop', 'database']);
  });

  it('never has the new code run on one host while the installed code runs on another one', () => {
    const { plan, before } = toyDrawing({
      kind,
      services: stageable,
      request: { options: { full: { order: 'staged' } } },
    });
    const steps = plan.phases.flatMap(({ batches }) => stepsOf(batches));
    const mixed = steps.reduce<{ state: CloudState; found: string[] }>(
      ({ state, found }, { host, step }) => {
        const next = walkStep({ kind, state, host, step }).state;
        const releases = new Set(Object.values(next.running).map(({ release }) => release));
        return { state: next, found: releases.size > 1 ? [...found, `${step.id}@${host}`] : found };
      },
      { state: before, found: [] },
    ).found;
    expect(mixed).toEqual([]);
  });

  it('restores no database before the first migration', () => {
    const { plan } = toyDrawing({ kind, services: stageable, request: { options: { full: { order: 'staged' } } } });
    expect(plan.phases.map(({ id, wayBack }) => `${id} ${wayBack.kind}`)).toEqual([
      'prepare undo',
      'lead-leaves undo',
      'lead-code undo',
      'stop undo',
      'database restore',
      'start restore',
      'verify restore',
      'open restore',
      'prove restore',
      'rest-code restore',
      'rest-joins restore',
      'verify-rest restore',
    ]);
  });

  it('takes the lead out only once the rest are seen up, and never waits for a server that has no weight', () => {
    const withoutWeight = on('lb1', (host) => ({
      ...host,
      loadBalancer:
        host.loadBalancer === null
          ? null
          : {
              ...host.loadBalancer,
              servers: host.loadBalancer.servers.map((one) => (one.server === 'ctl3' ? { ...one, weight: 0 } : one)),
            },
    }));
    const { plan } = toyDrawing({
      kind,
      controllers: ['ctl1', 'ctl2', 'ctl3'],
      services: ['heat'],
      change: withoutWeight,
      request: { options: { full: { order: 'staged' } } },
    });
    const every = everyPhase(plan).flatMap(({ batches }) => batches.flatMap(({ steps }) => steps));
    const waits = every.filter(({ title }) => title === 'the load balancer sees every opened server up');
    expect(waits.map(({ id }) => id)).toEqual([
      'heat/rest-serves',
      'heat/rest-up',
      'open/up',
      'join/up-ctl2',
      'back-all-heat/up',
      'back-heat/up',
      'back-lead-heat/up',
    ]);
    expect(waits.filter((step) => 'script' in step && step.script.includes('ctl3'))).toEqual([]);
    const [leaves = []] = plan.phases
      .filter(({ id }) => id === 'lead-leaves')
      .map(({ batches }) => batches.flatMap(({ steps }) => steps.map(({ id }) => id)));
    expect(leaves.slice(0, 2)).toEqual(['heat/rest-serves', 'heat/lead-leaves']);
  });

  it.each([
    [
      'as soon as the broker shows that its engine takes no more',
      'ctl1',
      ['order heat-engine to stop, and lock it', 'engines of ctl1 take no more work from vhost /'],
    ],
    ['once its engine has stopped, where every engine has the same name', 'heat', ['stop heat-engine and lock it']],
  ])('opens the rest %s', (_, engineHost, leaving) => {
    const { plan } = toyDrawing({
      kind,
      services: ['heat'],
      change: engineHost === 'heat' ? (host) => transportOn(host.host, { engineHost })(host) : (host) => host,
      request: { options: { full: { order: 'staged' } } },
    });
    const titles = plan.phases
      .filter(({ id }) => id === 'lead-leaves')
      .flatMap(({ batches }) => batches.flatMap(({ steps }) => steps.map(({ title }) => title)));
    const before = titles.slice(
      titles.indexOf('still no stack is in progress') + 1,
      titles.indexOf('open the APIs of heat on ctl2'),
    );
    expect(before).toEqual(leaving);
    expect(titles).toContain('stop heat-engine and lock it');
  });
});
