import fc from 'fast-check';
import type { HostFacts } from '../../catalog/facts';
import { undoPhasesOf, everyPhase, mayRestore, phasesBack, phasesOfRestore } from '../../schema/walk-plan';
import { type Plan } from '../../schema/plan';
import { isUndone, wayBackSentence } from '../../schema/way-back';
import { checkPlan, checkRestore, checkRollback } from '../../plan/check';
import { stepsOf, walkPhase, walkStep } from '../../plan/check/walk';
import type { CloudState } from '../../plan/cloud-state';
import { enginesApart } from '../support/cloud-changes';
import { brokenRollbacks } from '../support/every-rollback';
import { toyDrawing } from '../support/planned';

interface Case {
  readonly controllers: readonly string[];
  readonly apart: boolean;
  readonly order: keyof typeof orders;
}

const orders = {
  'side engine': () => undefined,
  'named keepers': (keeper: readonly string[]) => ({ keeper }),
  guide: () => ({ order: 'guide' }),
  switchFirst: () => ({ order: 'guide', apis: 'switchFirst' }),
  venv: () => ({ order: 'venv', wheelhouse: '/srv/heat-wheels' }),
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

/** A plan, and the cloud that it begins with. */
function drawn({ controllers, apart, order }: Case): { plan: Plan; before: CloudState } {
  const side = apart ? ['ctl2', `eng${String(controllers.length)}`] : controllers.slice(1);
  const rolling = orders[order](side);
  return toyDrawing({
    controllers,
    services: ['heat'],
    change: apart ? enginesApart : (host: HostFacts): HostFacts => host,
    request: { services: ['heat'], ...(rolling === undefined ? {} : { options: { rolling } }) },
  });
}

const planOf = (one: Case): Plan => drawn(one).plan;
const kind = 'partial';

const always = (check: (one: Case) => void): void => {
  fc.assert(fc.property(cases, check), { numRuns: 60 });
};

function endOf(options: { plan: Pick<Plan, 'phases'>; before: CloudState }): CloudState {
  return options.plan.phases.reduce((state, phase) => walkPhase({ kind, state, phase }).state, options.before);
}

/**
 * The cloud is taken through the effects of every step of a plan: which process runs where, with which code, on which vhost,
 * who gets requests, and on which vhost users' work may be. What must never be is the product's own check (plan/check.ts).
 */
describe('every order of a rolling upgrade', () => {
  it('plans every cloud that it is given here', () => {
    always((one) => {
      expect(planOf(one).findings.filter(({ level }) => level === 'blocker')).toEqual([]);
    });
  });

  it('always leaves somebody who serves, never two releases on a vhost, stops no engine with work; ends all new', () => {
    always((one) => {
      const { plan, before } = drawn(one);
      expect(checkPlan({ plan, before })).toEqual([]);
      const { running, code, rotation, things } = endOf({ plan, before });
      expect(Object.keys(running).sort()).toEqual(Object.keys(before.running).sort());
      expect(new Set(Object.values(running).map(({ release, channel }) => `${release} on ${String(channel)}`))).toEqual(
        new Set(['target on vhost heat-bobcat']),
      );
      expect(new Set(Object.values(code))).toEqual(new Set(['target']));
      expect(rotation).toEqual(before.rotation);
      expect(new Set(Object.values(rotation).map(({ state }) => state))).toEqual(new Set(['ready']));
      expect(things.filter((thing) => thing.startsWith('vhost '))).toEqual(['vhost /', 'vhost heat-bobcat']);
    });
  });

  it('goes back from wherever it stopped to exactly what was', () => {
    const stops = fc.record({ phase: fc.nat(), step: fc.nat() });
    fc.assert(
      fc.property(cases, stops, (one, stop) => {
        const { plan, before } = drawn(one);
        const index = stop.phase % plan.phases.length;
        const begun = plan.phases.slice(0, index + 1);
        const steps = stepsOf(plan.phases[index]?.batches ?? []);
        const start = endOf({ plan: { phases: begun.slice(0, -1) }, before });
        const state = steps
          .slice(0, stop.step % (steps.length + 1))
          .reduce((now, step) => walkStep({ kind, state: now, ...step }).state, start);
        expect(checkRollback({ kind, before, state, begun })).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('goes back with a restore from wherever it stopped, from its migration on, to exactly what was, schemas included', () => {
    const stops = fc.record({ phase: fc.nat(), step: fc.nat() });
    fc.assert(
      fc.property(cases, stops, (one, stop) => {
        const { plan, before } = drawn(one);
        const first = plan.phases.findIndex(({ id }) => id === plan.restore?.from);
        expect(first).toBeGreaterThan(0);
        const index = first + (stop.phase % (plan.phases.length - first));
        const begun = plan.phases.slice(0, index + 1);
        const steps = stepsOf(plan.phases[index]?.batches ?? []);
        const start = endOf({ plan: { phases: begun.slice(0, -1) }, before });
        const state = steps
          .slice(0, stop.step % (steps.length + 1))
          .reduce((now, step) => walkStep({ kind, state: now, ...step }).state, start);
        expect(checkRestore({ plan, before, state, begun })).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('offers no restore before the migration: there is nothing to restore', () => {
    always((one) => {
      const { plan } = drawn(one);
      const first = plan.phases.findIndex(({ id }) => id === plan.restore?.from);
      const { restore } = plan;
      expect([
        mayRestore({ begun: plan.phases.slice(0, first), restore }),
        mayRestore({ begun: plan.phases, restore }),
      ]).toEqual([false, true]);
    });
  });

  it('closes everything for a restore and keeps it closed until a person opens, as a stop in between must', () => {
    always((one) => {
      const { restore } = planOf(one);
      const states = (restore?.phases ?? []).map(({ id, serving }) => {
        const effects = (serving?.steps ?? []).flatMap((step) => ('effects' in step ? (step.effects ?? []) : []));
        return [id, [...new Set(effects.flatMap((effect) => (effect.kind === 'rotation' ? [effect.state] : [])))]];
      });
      // A phase that moves no server leaves them as the one before.
      expect(states[0]).toEqual(['restore-work', ['maint']]);
      expect(states.slice(0, -1).filter(([, state]) => !['maint', ''].includes(String(state)))).toEqual([]);
      expect(states.at(-1)).toEqual(['restore-open', ['ready']]);
      expect((restore?.phases ?? []).flatMap(({ id, gate }) => (gate == null ? [] : [id]))).toEqual(['restore-open']);
    });
  });

  it('changes a host by no step twice, forward or on the way back: what was done once is found done, and not done again', () => {
    always((one) => {
      const { phases, restore } = planOf(one);
      for (const [index] of phases.entries()) {
        const begun = phases.slice(0, index + 1);
        // A restore may be chosen in the middle of the other rollback: one run then walks all three.
        const changes = [...begun, ...phasesBack(begun), ...phasesOfRestore(restore)].flatMap((phase) =>
          stepsOf(phase.batches).flatMap(({ host, step }) => (step.kind === 'change' ? [`${step.id}@${host}`] : [])),
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
      const named = planOf(one).phases.flatMap(({ wayBack }) => undoPhasesOf(wayBack));
      for (const phase of named) expect(phase).toEqual(named.find(({ id }) => id === phase.id));
    });
  });

  it('says of every phase after the preparations how it is undone', () => {
    always((one) => {
      for (const { id, wayBack } of planOf(one).phases.slice(1)) {
        expect([id, wayBackSentence(wayBack)]).toEqual([id, expect.stringMatching(/\.$/)]);
        expect([id, isUndone(wayBack)]).toEqual([id, true]);
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
    expect(brokenRollbacks(drawn(one))).toEqual([]);
  });
});
