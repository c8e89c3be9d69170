import fc from 'fast-check';
import type { HostFacts } from '../../catalog/facts';
import { everyPhase, phasesBack, type Phase, type Plan } from '../../schema/plan';
import { endPhase, modelOf, playPhase, playStep, stepsOf, visible, type RollingModel } from './rolling-model';
import { enginesApart, toyPartialPlan } from './toy-cloud';

interface Case {
  readonly controllers: readonly string[];
  readonly apart: boolean;
  readonly order: keyof typeof orders;
}

const orders = {
  'side engine': () => undefined,
  'named sides': (side: readonly string[]) => ({ side }),
  guide: () => ({ order: 'guide' }),
  switchFirst: () => ({ order: 'guide', apis: 'switchFirst' }),
  venv: () => ({ order: 'guide', newCode: 'venv', wheelhouse: '/srv/heat-wheels' }),
} as const;
const orderNames = Object.keys(orders) as Case['order'][];

function controllersOf(options: { count: number; apart: boolean }): string[] {
  const { count, apart } = options;
  return Array.from({ length: count }, (_, index) =>
    !apart || index < count / 2 ? `ctl${String(index + 1)}` : `eng${String(index + 1)}`,
  );
}

/** Every cloud of two to six controllers, in every order there is. */
const cases = fc
  .record({ count: fc.integer({ min: 2, max: 6 }), apart: fc.boolean(), order: fc.constantFrom(...orderNames) })
  .map(({ count, apart, order }): Case => {
    return { controllers: controllersOf({ count: apart ? Math.max(count, 4) : count, apart }), apart, order };
  });

function planOf({ controllers, apart, order }: Case): Plan {
  const side = apart ? ['ctl2', `eng${String(controllers.length)}`] : controllers.slice(1);
  const rolling = orders[order](side);
  return toyPartialPlan({
    controllers,
    change: apart ? enginesApart : (host: HostFacts): HostFacts => host,
    ...(rolling === undefined ? {} : { request: { options: { rolling } } }),
  });
}

function cloudOf({ controllers, apart }: Case): RollingModel {
  const is = (api: boolean) => (host: string) => !apart || host.startsWith('ctl') === api;
  return modelOf({ apis: controllers.filter(is(true)), engines: controllers.filter(is(false)) });
}

const always = (check: (one: Case) => void): void => {
  fc.assert(fc.property(cases, check), { numRuns: 60 });
};

function back(options: { model: RollingModel; begun: readonly Phase[] }): string[] {
  const { model, begun } = options;
  model.frozen = false;
  return phasesBack(begun).flatMap((phase) => playPhase({ model, phase }));
}

/**
 * A model of the cloud is taken through every command of a plan: which process runs where, with which code, on which vhost,
 * who gets requests, and on which vhost users' work may be. Nobody is left to serve, two releases on one vhost, or an engine
 * that stops with work in it are problems of the model itself.
 */
describe('every order of a rolling upgrade', () => {
  it('plans every cloud that it is given here', () => {
    always((one) => {
      expect(planOf(one).findings.filter(({ level }) => level === 'blocker')).toEqual([]);
    });
  });

  it('always leaves somebody who serves, never two releases on a vhost, stops no engine with work; ends all new', () => {
    always((one) => {
      const model = cloudOf(one);
      const units = Object.keys(model.running).sort();
      expect(planOf(one).phases.flatMap((phase) => playPhase({ model, phase }))).toEqual([]);
      const { running, code, rotation, ports } = model;
      expect(Object.keys(running).sort()).toEqual(units);
      expect(new Set(Object.values(running).map((process) => `${process.code} on ${process.vhost}`))).toEqual(
        new Set(['target on heat-bobcat']),
      );
      expect(new Set(Object.values(code))).toEqual(new Set(['target']));
      expect(new Set(Object.values(rotation))).toEqual(new Set(['ready']));
      expect(ports).toEqual(cloudOf(one).ports);
      expect(model.vhosts).toEqual(['/', 'heat-bobcat']);
    });
  });

  it('goes back from wherever it stopped to exactly what was', () => {
    const stops = fc.record({ phase: fc.nat(), step: fc.nat() });
    fc.assert(
      fc.property(cases, stops, (one, stop) => {
        const { phases } = planOf(one);
        const index = stop.phase % phases.length;
        const begun = phases.slice(0, index + 1);
        const model = cloudOf(one);
        const before = visible(model);
        for (const phase of begun.slice(0, -1)) playPhase({ model, phase });
        const steps = stepsOf(phases[index] ?? { batches: [] });
        for (const step of steps.slice(0, stop.step % (steps.length + 1))) playStep({ model, ...step });
        expect(back({ model, begun })).toEqual([]);
        expect(visible(model)).toBe(before);
      }),
      { numRuns: 150 },
    );
  });

  it('changes a host by no step twice, forward or on the way back: what was done once is found done, and not done again', () => {
    always((one) => {
      const { phases } = planOf(one);
      for (const [index] of phases.entries()) {
        const begun = phases.slice(0, index + 1);
        const changes = [...begun, ...phasesBack(begun)].flatMap((phase) =>
          stepsOf(phase).flatMap(({ host, step }) => (step.kind === 'change' ? [`${step.id}@${host}`] : [])),
        );
        expect(changes.filter((id, at) => changes.indexOf(id) !== at)).toEqual([]);
      }
    });
  });

  it('offers a repair only beside a probe on one host: two gates could start it twice at once', () => {
    always((one) => {
      const batches = everyPhase(planOf(one)).flatMap((phase) => phase.batches);
      const repairable = batches.filter(({ steps }) => steps.some((step) => step.kind === 'probe' && step.repair));
      expect(repairable.length).toBeGreaterThan(0);
      expect(repairable.filter(({ hosts }) => hosts.length !== 1)).toEqual([]);
    });
  });

  it('gives phases the same id on the way back only when they are the same', () => {
    always((one) => {
      const named = planOf(one).phases.flatMap(({ rollBack = [] }) => rollBack);
      for (const phase of named) expect(phase).toEqual(named.find(({ id }) => id === phase.id));
    });
  });

  it('says of every phase after the preparations how it is undone', () => {
    always((one) => {
      for (const { id, wayBack, rollBack } of planOf(one).phases.slice(1)) {
        expect([id, wayBack ?? '']).toEqual([id, expect.stringMatching(/\.$/)]);
        expect([id, rollBack]).not.toEqual([id, undefined]);
      }
    });
  });
});

/** Exhaustive where the property above throws dice: from every single step there is a way back. */
describe.each(
  orderNames.flatMap((order) => [
    [
      order,
      'two controllers',
      { order, apart: false, controllers: controllersOf({ count: 2, apart: false }) },
    ] as const,
    [
      order,
      'four controllers',
      { order, apart: false, controllers: controllersOf({ count: 4, apart: false }) },
    ] as const,
    [order, 'engines apart', { order, apart: true, controllers: controllersOf({ count: 5, apart: true }) }] as const,
  ]),
)('order %s, %s', (_, __, one) => {
  it('goes back from every step of every phase to exactly what was', () => {
    const model = cloudOf(one);
    const before = visible(model);
    const { phases } = planOf(one);
    const broken = phases.flatMap((phase, index) => {
      const begun = phases.slice(0, index + 1);
      const found = stepsOf(phase).flatMap(({ host, step }) => {
        playStep({ model, host, step });
        const turned = structuredClone(model);
        const problems = back({ model: turned, begun });
        const where = `back from ${phase.id}, after ${step.id}@${host}`;
        return [...problems, ...(visible(turned) === before ? [] : [`ends as ${visible(turned)}`])].map(
          (problem) => `${where}: ${problem}`,
        );
      });
      endPhase({ model, serving: phase.serving });
      return found;
    });
    expect(broken).toEqual([]);
  });
});
