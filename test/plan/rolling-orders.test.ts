import fc from 'fast-check';
import type { HostFacts } from '../../catalog/facts';
import type { Phase, Plan } from '../../schema/plan';
import { play, thereAndBack, type Moment, type Simulated } from './rolling-simulation';
import { enginesApart, toyPartialPlan } from './toy-cloud';

interface Case {
  readonly controllers: readonly string[];
  readonly apart: boolean;
  readonly rolling: object | undefined;
}

const names = (count: number, apart: boolean): string[] =>
  Array.from({ length: count }, (_, index) =>
    !apart || index < count / 2 ? `ctl${String(index + 1)}` : `eng${String(index + 1)}`,
  );

/** Every cloud of two to six controllers, in every order there is. */
const cases = fc
  .record({
    count: fc.integer({ min: 2, max: 6 }),
    apart: fc.boolean(),
    order: fc.constantFrom('none', 'sides', 'guide', 'switchFirst', 'venv'),
  })
  .map(({ count, apart, order }): Case => {
    const controllers = names(apart ? Math.max(count, 4) : count, apart);
    const side = apart ? ['ctl2', `eng${String(controllers.length)}`] : controllers.slice(1);
    const rolling = {
      none: undefined,
      sides: { side },
      guide: { order },
      switchFirst: { order: 'guide', apis: order },
      venv: { order: 'guide', newCode: order, wheelhouse: '/srv/heat-wheels' },
    }[order];
    return { controllers, apart, rolling };
  });

function planOf({ controllers, apart, rolling }: Case): Plan {
  const change = apart ? enginesApart : (host: HostFacts): HostFacts => host;
  return toyPartialPlan({
    controllers,
    change,
    ...(rolling === undefined ? {} : { request: { options: { rolling } } }),
  });
}

function momentsOf(one: Case, phases: readonly Phase[] = planOf(one).phases): Moment[] {
  const has = (unit: string, host: string): boolean =>
    !one.apart || host.startsWith('ctl') === (unit !== 'heat-engine');
  return play({ phases, unitHosts: (unit) => one.controllers.filter((host) => has(unit, host)) });
}

const always = (check: (one: Case) => void): void => {
  fc.assert(fc.property(cases, check), { numRuns: 60 });
};

const enginesOf = ({ running }: Simulated): Simulated['running'][string][] =>
  Object.entries(running).flatMap(([unit, one]) => (unit.startsWith('heat-engine') ? [one] : []));

/** Servers that get requests: in rotation, behind which an API runs whose vhost has an engine. */
function working(cloud: Simulated): string[] {
  const vhosts = enginesOf(cloud).map(({ vhost }) => vhost);
  return Object.entries(cloud.rotation).flatMap(([server, state]) => {
    const host = server.split('/')[1] ?? '';
    const unit = server.startsWith('heat_cfn') ? 'heat-api-cfn' : 'heat-api';
    const beside = ['8104', '8100'].includes(cloud.ports[server] ?? '');
    const api = cloud.running[`${unit}${beside ? '-bobcat' : ''}@${host}`];
    return state === 'ready' && api !== undefined && vhosts.includes(api.vhost) ? [server] : [];
  });
}

function expectGuarded(moments: readonly Moment[]): void {
  for (const { at, before, stops } of moments)
    if (stops.some((unit) => unit.startsWith('heat-engine')))
      expect([at, before]).toEqual([at, expect.stringMatching(/\/(still-ended|nothing-in-work)$/)]);
}

function expectApart(moments: readonly Moment[]): void {
  for (const { at, cloud } of moments) {
    const met = enginesOf(cloud).filter(({ vhost, code }) =>
      enginesOf(cloud).some((other) => other.vhost === vhost && other.code !== code),
    );
    expect([at, met]).toEqual([at, []]);
  }
}

describe('every order of a rolling upgrade', () => {
  it('plans every cloud that it is given here', () => {
    always((one) => {
      expect(planOf(one).findings.filter(({ level }) => level === 'blocker')).toEqual([]);
    });
  });

  it('stops no engine without having looked right before that it is empty', () => {
    always((one) => {
      expectGuarded(momentsOf(one));
    });
  });

  it('lets engines of two releases never meet on one vhost', () => {
    always((one) => {
      expectApart(momentsOf(one));
    });
  });

  it('never leaves users without an API that has an engine, nor sends them to one that has none', () => {
    always((one) => {
      for (const { at, cloud } of momentsOf(one).filter((moment) => Object.keys(moment.cloud.rotation).length > 0)) {
        const work = working(cloud);
        for (const backend of new Set(Object.keys(cloud.rotation).map((server) => server.split('/')[0] ?? ''))) {
          const open = Object.entries(cloud.rotation).flatMap(([server, state]) =>
            server.startsWith(`${backend}/`) && state === 'ready' ? [server] : [],
          );
          expect([at, open.length > 0]).toEqual([at, true]);
          expect([at, open]).toEqual([at, open.filter((server) => work.includes(server))]);
        }
      }
    });
  });

  it('ends with the new code everywhere, all of it on one vhost, all of it in rotation', () => {
    always((one) => {
      const last = momentsOf(one).at(-1)?.cloud;
      const running = Object.values(last?.running ?? {});
      expect(new Set(running.map(({ code, vhost }) => `${code} on ${vhost}`))).toEqual(new Set(['new on heat-bobcat']));
      expect(new Set(Object.values(last?.rotation ?? {}))).toEqual(new Set(['ready']));
      expect(Object.keys(last?.running ?? {})).toHaveLength(unitCount(one));
    });
  });

  it('goes back from wherever it stopped: as it was, and every engine was empty here, too', () => {
    const stops = fc.record({ phases: fc.integer({ min: 2, max: 14 }), batches: fc.integer({ min: 0, max: 12 }) });
    fc.assert(
      fc.property(cases, stops, (one, stop) => {
        const plan = planOf(one);
        fc.pre(stop.phases < plan.phases.length);
        fc.pre(plan.phases.slice(0, stop.phases + 1).every(({ rollBack }) => rollBack !== undefined));
        const moments = momentsOf(one, thereAndBack({ plan, stop }));
        expectGuarded(moments);
        expectApart(moments);
        const last = moments.at(-1)?.cloud;
        expect(new Set(Object.values(last?.running ?? {}).map(({ code, vhost }) => `${code} on ${vhost}`))).toEqual(
          new Set(['installed on /']),
        );
        expect(Object.keys(last?.running ?? {})).toHaveLength(unitCount(one));
        expect(new Set(Object.values(last?.rotation ?? {}))).toEqual(new Set(['ready']));
        for (const { at, cloud } of moments)
          for (const backend of ['heat_api', 'heat_cfn'])
            if (Object.keys(cloud.rotation).length > 0)
              expect([at, working(cloud).some((server) => server.startsWith(backend))]).toEqual([at, true]);
      }),
      { numRuns: 150 },
    );
  });

  it('says of every phase after the preparations how it is undone', () => {
    always((one) => {
      for (const { id, wayBack } of planOf(one).phases.slice(1))
        expect([id, wayBack ?? '']).toEqual([id, expect.stringMatching(/\.$/)]);
    });
  });
});

function unitCount({ controllers, apart }: Case): number {
  return controllers.reduce((sum, host) => sum + (apart ? (host.startsWith('ctl') ? 2 : 1) : 3), 0);
}
