import type { HostFacts } from '../../catalog/facts';
import type { Batch, Plan } from '../../schema/plan';
import { everyPhase, phasesBack } from '../../schema/walk-plan';
import { collectorsEra, ofEra } from '../support/eras';
import { toyPartialPlan, toyPlan, type ToyOptions } from '../support/planned';
import { atTarget, compute, novaCompute } from './toy-plans';

const agent = 'ceilometer-agent-compute';
const services = ['gnocchi', 'ceilometer'];
const alone = { cmp1: compute(), cmp2: compute() };
const beside = { cmp1: compute(novaCompute), cmp2: compute(novaCompute) };

const full = (toy: ToyOptions): Plan => toyPlan({ services, ...toy, request: { services, ...toy.request } });
const partial = (toy: ToyOptions): Plan =>
  toyPartialPlan({ services, ...toy, request: { services: ['ceilometer'], ...toy.request } });
const computes = (choice: string): object => ({ options: { agents: { computes: choice } } });
const about = ({ findings }: Plan): string[] =>
  findings.flatMap(({ id, level }) =>
    /computes|stay-old|not-upgraded|unsafe|replaced-under/.test(id) ? [`${level} ${id}`] : [],
  );

const keepsOnCompute = (host: HostFacts): HostFacts => {
  const read = host.packages?.publishing['ceilometer'] ?? null;
  if (host.packages === null || read === null || !host.host.startsWith('cmp')) return host;
  return { ...host, packages: { ...host.packages, publishing: { ceilometer: { ...read, keeps: ['sqlite'] } } } };
};

/** As `step@host`, in the order in which they stand in the plan. */
const placed = (batches: readonly Batch[]): string[] =>
  batches.flatMap(({ hosts, steps }) => steps.flatMap(({ id }) => hosts.map((host) => `${id}@${host}`)));
const forward = ({ phases }: Plan): string[] => placed(phases.flatMap(({ batches }) => batches));
const on = (host: string, steps: readonly string[]): string[] => steps.filter((one) => one.endsWith(`@${host}`));

describe('a host that is only a compute, with agents of Ceilometer', () => {
  const upgraded = ['note computes-upgraded-ceilometer'];
  const stays = ['warning agents-stay-old-ceilometer'];
  const left = [...stays, 'note hosts-not-upgraded'];
  const noUsers: ToyOptions['others'] = { cmp1: compute(), cmp2: { ...compute(), beside: null } };
  const novaStopped = (host: HostFacts): HostFacts =>
    host.packages === null || !host.host.startsWith('cmp')
      ? host
      : {
          ...host,
          packages: {
            ...host.packages,
            installed: [
              ...host.packages.installed,
              { name: 'nova-compute', version: '2:27', source: 'nova', state: 'ii' },
            ],
          },
        };

  it.each<[string, Plan, string[]]>([
    ['full, nothing else of OpenStack', full({ others: alone }), upgraded],
    ['full, nova-compute beside', full({ others: beside }), stays],
    ['full, nova-compute is there and stopped', full({ others: alone, change: novaStopped }), stays],
    ['full, of one nobody can tell what runs there', full({ others: noUsers }), [...stays, ...upgraded]],
    [
      'full, nova-compute beside, upgrade',
      full({ others: beside, request: computes('upgrade') }),
      ['warning replaced-under-nova-compute', ...upgraded],
    ],
    ['full, stop', full({ others: alone, request: computes('stop') }), stays],
    ['full, leave', full({ others: alone, request: computes('leave') }), left],
    ['host by host, nothing else of OpenStack', partial({ others: alone }), upgraded],
    ['host by host, nova-compute beside', partial({ others: beside }), left],
    [
      'host by host, leave',
      partial({ others: alone, request: { services: ['ceilometer'], ...computes('leave') } }),
      left,
    ],
    ['a choice, and no such host', full({ request: computes('stop') }), ['note computes-none-ceilometer']],
    [
      'a choice, and no service with agents',
      toyPlan({ services: ['keystone'], request: computes('stop') }),
      ['blocker computes-of-nobody'],
    ],
    [
      'the same, and the unit is off',
      full({ others: { cmp1: { ...compute(), units: [] } } }),
      ['note hosts-not-upgraded'],
    ],
  ])('%s', (_, plan, findings) => {
    expect(about(plan)).toEqual(findings);
  });

  it('is refused where an agent of controllers runs on it', () => {
    const { findings } = full({ others: { cmp1: { ...compute(), units: [agent, 'ceilometer-agent-central'] } } });
    expect(findings.filter(({ level }) => level === 'blocker').map(({ id }) => id)).toEqual([
      'unit-left-behind-ceilometer-agent-central@cmp1',
    ]);
  });

  it('says why, with what else is there, and how to choose otherwise', () => {
    const found = full({ others: beside }).findings.find(({ id }) => id.startsWith('agents-stay-old'));
    expect(found?.text).toContain(
      'ceilometer-agent-compute on cmp1 and cmp2 (beside nova-compute): not upgraded, because other services of OpenStack are on these hosts',
    );
    expect(found?.remedy).toContain('"options": {"agents": {"computes": "upgrade"}}');
  });

  it('is what the whole run is about where it is upgraded: packages, configuration, proof and way back', () => {
    const plan = full({ others: alone });
    expect(plan.packageSets.map(({ hosts }) => hosts)).toEqual([
      ['ctl1', 'ctl2'],
      ['cmp1', 'cmp2'],
    ]);
    const steps = on('cmp2', forward(plan)).map((one) => one.replace('@cmp2', ''));
    expect(steps).toEqual(
      expect.arrayContaining([
        'restore-point/configuration',
        `ceilometer/stop-${agent}`,
        'packages/install',
        `ceilometer/start-${agent}`,
        `ceilometer/proof-${agent}`,
        'verify/versions',
      ]),
    );
    const back = on('cmp2', placed(phasesBack(plan.phases).flatMap(({ batches }) => batches)));
    expect(back).toEqual(expect.arrayContaining([`back/packages@cmp2`, `back-ceilometer/start-${agent}@cmp2`]));
  });

  it('has a turn of its own host by host: one alone, then all others, after the controllers', () => {
    const others = { ...alone, cmp3: compute(), cmp4: compute(novaCompute) };
    const plan = partial({ others });
    expect(plan.phases.map(({ id }) => id)).toEqual([
      'prepare',
      'agents-ctl1',
      'agents-ctl2',
      'agents-cmp1',
      'agents-computes',
      'verify',
    ]);
    expect(JSON.stringify([everyPhase(plan), plan.finally])).not.toContain('cmp4');
    expect(plan.staysOld).toEqual([
      { host: 'cmp4', service: 'ceilometer', package: 'ceilometer-common', target: '1:21.0.0-0lab1' },
    ]);
  });
});

describe('compute hosts that an earlier run left with the release before', () => {
  const blockers = ({ findings }: Plan): string[] =>
    findings.filter(({ level }) => level === 'blocker').map(({ id }) => id);
  const follow = { others: alone, change: atTarget };

  it('are upgraded alone: no controller is changed', () => {
    const plan = partial(follow);
    expect([plan.from, plan.to, about(plan)]).toEqual(['antelope', 'bobcat', ['note computes-follow-ceilometer']]);
    expect(plan.phases.map(({ id }) => id)).toEqual(['prepare', 'agents-cmp1', 'agents-cmp2', 'verify']);
    expect(plan.packageSets.map(({ hosts }) => hosts)).toEqual([['cmp1', 'cmp2']]);
    const changed = [...plan.phases, ...phasesBack(plan.phases)]
      .filter(({ id }) => id !== 'prepare')
      .flatMap(({ batches }) => batches.flatMap(({ hosts }) => hosts));
    expect([...new Set(changed)].filter((host) => host.startsWith('ctl') || host === 'db1')).toEqual([]);
  });

  it('are upgraded beside nova-compute where the request says so', () => {
    const plan = partial({ ...follow, others: beside, request: { services: ['ceilometer'], ...computes('upgrade') } });
    expect([blockers(plan), about(plan)]).toEqual([
      [],
      ['warning replaced-under-nova-compute', 'note computes-follow-ceilometer'],
    ]);
    expect(blockers(partial({ ...follow, others: beside }))).toEqual(['nothing-to-do']);
  });

  it('follow beside others that are left once more', () => {
    const plan = partial({ ...follow, others: { cmp1: compute(), cmp2: compute(novaCompute) } });
    expect([blockers(plan), about(plan)]).toEqual([
      [],
      ['warning agents-stay-old-ceilometer', 'note computes-follow-ceilometer', 'note hosts-not-upgraded'],
    ]);
    expect(plan.packageSets.map(({ hosts }) => hosts)).toEqual([['cmp1']]);
    expect(plan.staysOld?.map(({ host }) => host)).toEqual(['cmp2']);
  });

  it('do not follow to a release that the controllers have left behind', () => {
    const newer = (host: HostFacts): HostFacts =>
      host.packages === null || !host.host.startsWith('ctl')
        ? host
        : {
            ...host,
            packages: {
              ...host.packages,
              installed: host.packages.installed.map((one) => ({ ...one, version: '1:22.0.0-1' })),
              simulation: { ...host.packages.simulation, installs: [] },
            },
          };
    expect(blockers(partial({ others: alone, change: newer }))).toEqual(['series-mixed']);
  });

  it('wait for the controllers: where one has the release before, it is no such run', () => {
    const half = (host: HostFacts): HostFacts => (host.host === 'ctl2' ? host : atTarget(host));
    expect(blockers(partial({ others: alone, change: half }))).toEqual(['series-mixed']);
  });

  it('are nothing for a full upgrade, whose refusal names the run that does it', () => {
    const [mixed] = full(follow).findings;
    expect([mixed?.id, mixed?.remedy]).toEqual(['series-mixed', expect.stringContaining('openstackPartialUpgrade')]);
  });

  it('are left where their agents are two series behind', () => {
    const old = (host: HostFacts): HostFacts =>
      host.packages === null || !host.host.startsWith('cmp')
        ? atTarget(host)
        : {
            ...host,
            packages: {
              ...host.packages,
              installed: host.packages.installed.map((one) => ({ ...one, version: '1:19.0.0-1' })),
            },
          };
    expect(blockers(partial({ others: alone, change: old }))).toEqual(['rolling-skip-level']);
  });
});

describe('agents that stop with all others and start again as they are', () => {
  const plan = full({ others: beside });
  const steps = forward(plan);
  const at = (step: string): number => {
    const found = steps.indexOf(step);
    if (found < 0) throw new Error(`no step ${step}`);
    return found;
  };

  it('are stopped before the first new polling agent starts, and start after the last one is proved', () => {
    const central = ['start', 'first', 'proof'].flatMap((what) =>
      steps.flatMap((one, index) => (one.startsWith(`ceilometer/${what}-ceilometer-agent-central`) ? [index] : [])),
    );
    for (const host of ['cmp1', 'cmp2']) {
      expect(at(`ceilometer/stop-${agent}@${host}`)).toBeLessThan(Math.min(...central));
      expect(at(`ceilometer/start-${agent}@${host}`)).toBeGreaterThan(Math.max(...central));
      expect(at(`ceilometer/proof-${agent}@${host}`)).toBeGreaterThan(at(`ceilometer/start-${agent}@${host}`));
    }
  });

  it('are all that is touched there: no package, no configuration; locks go at the end', () => {
    const changes = plan.phases
      .flatMap(({ batches }) => batches)
      .flatMap(({ hosts, steps: all }) =>
        hosts.includes('cmp1') ? all.flatMap((step) => (step.kind === 'change' ? [step.id] : [])) : [],
      );
    expect(changes).toEqual([
      'host/quiet-apt',
      'prepare/program-telemetry-proof',
      'restore-point/packages',
      'restore-point/configuration',
      'prepare/units-ready',
      'restore-point/part-prepare',
      `ceilometer/stop-${agent}`,
      `ceilometer/start-${agent}`,
    ]);
    expect(on('cmp1', placed(plan.finally.resolved))).toEqual(['units/open-doors@cmp1', 'host/unquiet-apt@cmp1']);
    expect(plan.hosts.map(({ name }) => name)).toContain('cmp1');
  });

  it('start on every way back on which they were stopped', () => {
    const ends = plan.phases.slice(1).map((_, index) => phasesBack(plan.phases.slice(0, index + 2)));
    for (const back of ends)
      expect(on('cmp1', placed(back.flatMap(({ batches }) => batches)))).toContain(
        `back-ceilometer/start-${agent}@cmp1`,
      );
  });

  it('are kept in mind as what has the release before', () => {
    expect(plan.staysOld?.map(({ host }) => host)).toEqual(['cmp1', 'cmp2']);
  });

  it('need not prove that what they send arrives, where releases lie between', () => {
    const skip = full({ others: beside, series: ['antelope', 'bobcat', 'caracal'], request: { to: 'caracal' } });
    const [started, proved] = ['start', 'proof'].map((what) =>
      forward(skip).filter((one) => one.startsWith(`ceilometer/${what}-${agent}@`)),
    );
    expect([started?.length, proved]).toEqual([2, []]);
    expect(skip.findings.find(({ id }) => id === 'agents-stay-old-ceilometer')?.text).toContain(
      'whether it arrives is not proved',
    );
  });

  it('do not meet the database that is migrated, up to Pike', () => {
    const old = full({
      series: ['ocata', 'pike'],
      change: ofEra(collectorsEra),
      others: beside,
      request: { to: 'pike' },
    });
    expect(about(old)).toEqual(['warning agents-stay-old-ceilometer']);
    expect(forward(old)).toContain(`ceilometer/start-${agent}@cmp1`);
  });

  it.each([
    ['full', full, ['ctl1', 'ctl2']],
    ['host by host', partial, []],
  ] as const)('are upgraded where no code reads that database, up to Pike: %s', (_, plan, verified) => {
    const upgradedToo = plan({
      series: ['ocata', 'pike'],
      // What a configuration without [database] comes to.
      change: (host) => keepsOnCompute(ofEra(collectorsEra)(host)),
      others: alone,
      request: { to: 'pike' },
    });
    expect(upgradedToo.findings.filter(({ level }) => level === 'blocker')).toEqual([]);
    const steps = forward(upgradedToo);
    expect(on('cmp1', steps)).toContain('packages/install@cmp1');
    const databaseSteps = steps.filter((step) => /schema-at-head-ceilometer|ceilometer\/db-/.test(step));
    expect(databaseSteps.filter((step) => step.includes('at-head'))).toEqual(
      verified.map((host) => `verify/schema-at-head-ceilometer@${host}`),
    );
    expect(databaseSteps.filter((step) => /@cmp/.test(step))).toEqual([]);
  });
});
