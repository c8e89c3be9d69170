import type { HostFacts } from '../../catalog/facts';
import type { Service } from '../../catalog/service';
import { services } from '../../catalog/services';
import { glance } from '../../catalog/services/glance';
import { keystone } from '../../catalog/services/keystone';
import { placement } from '../../catalog/services/placement';
import { said } from './findings/said';
import { toyPlan } from '../support/planned';

/** A catalog in which a service is otherwise than it is. */
const withService = (changed: Service): Service[] =>
  services.map((service) => (service.name === changed.name ? changed : service));

const stepIds = (options: Parameters<typeof toyPlan>[0]): string[] => {
  const plan = toyPlan(options);
  expect(said(plan).filter((one) => one.startsWith('blocker'))).toEqual([]);
  return plan.phases.flatMap(({ batches }) => batches.flatMap(({ steps }) => steps.map(({ id }) => id)));
};

describe('a service without a schema', () => {
  const known = withService({ ...glance, schemas: [] });

  it('is stopped, upgraded, started and proved, and no database is touched for it', () => {
    const ids = stepIds({ services: ['keystone', 'glance'], known });
    expect(ids).toEqual(expect.arrayContaining(['glance/close', 'glance/stop-glance-api', 'glance/proof-create-ctl1']));
    expect(ids.filter((id) => /glance/.test(id) && /dump|load-test|silent|db-|holds|revision/.test(id))).toEqual([]);
  });

  it('can be upgraded alone', () => {
    expect(stepIds({ services: ['glance'], known })).toContain('glance/start-glance-api');
  });
});

describe('a service with two schemas', () => {
  const [schema] = placement.schemas;
  if (schema === undefined) throw new Error('Placement has a schema');
  const known = withService({
    ...placement,
    schemas: [
      { ...schema, id: 'placement-api' },
      { ...schema, id: 'placement-cell' },
    ],
  });
  const ids = stepIds({ services: ['keystone', 'placement'], known });

  it('has both dumped, loaded and silent before one of them is migrated', () => {
    const before = ids.slice(0, ids.indexOf('placement-api/db-sync'));
    const both = (id: (name: string) => string): string[] => ['placement_api', 'placement_cell'].map(id);
    expect(before).toEqual(
      expect.arrayContaining([
        ...both((name) => `restore-point/dump-${name}-prepare`),
        ...both((name) => `restore-point/load-test-${name}`),
        ...both((name) => `restore-point/dump-${name}-final`),
        ...both((name) => `database/nobody-holds-${name}`),
        'placement-api/silent',
        'placement-cell/silent',
      ]),
    );
  });

  it('has them migrated one after the other', () => {
    expect(ids.filter((id) => /^placement.*\/db-/.test(id))).toEqual([
      'placement-api/db-sync',
      'placement-api/db-online',
      'placement-cell/db-sync',
      'placement-cell/db-online',
    ]);
  });
});

describe('a unit that belongs on compute hosts', () => {
  const [unit] = keystone.units;
  if (unit === undefined) throw new Error('Keystone has a unit');
  const agent = { ...unit, name: 'keystone-agent', on: 'compute', api: null } as const;
  const known = withService({ ...keystone, units: [unit, agent] });

  it('is no stray there, and nothing is done with it', () => {
    const plan = toyPlan({ known, others: { cmp1: { roles: ['compute'], units: ['keystone-agent'] } } });
    expect(said(plan)).toEqual(['note hosts-not-upgraded']);
    expect(JSON.stringify([plan.phases, plan.finally])).not.toContain('cmp1');
  });
});

describe('services on controllers of their own', () => {
  /** Keystone on ctl1 alone, Heat on ctl2 alone; ctl3 has neither. */
  const spread = (host: HostFacts): HostFacts => {
    const { packages } = host;
    if (packages === null) return host;
    const has = { ctl1: 'keystone', ctl2: 'heat' }[host.host] ?? 'nothing';
    const own = ({ name }: { readonly name: string }): boolean => name.includes(has);
    return {
      ...host,
      packages: {
        ...packages,
        installed: packages.installed.filter(own),
        units: packages.units.filter(own),
        schemas: Object.fromEntries(Object.entries(packages.schemas).filter(([id]) => id === has)),
        simulation: { ...packages.simulation, installs: packages.simulation.installs.filter(own) },
      },
    };
  };
  const plan = toyPlan({ controllers: ['ctl1', 'ctl2', 'ctl3'], change: spread });
  const placed = plan.phases.flatMap(({ batches }) =>
    batches.flatMap(({ hosts, steps }) => steps.flatMap(({ id }) => hosts.map((host) => `${id}@${host}`))),
  );
  const about = (pattern: RegExp): string[] => placed.filter((id) => pattern.test(id));

  it('are each read, stopped and verified where they are', () => {
    expect(said(plan).filter((one) => one.startsWith('blocker'))).toEqual([]);
    expect(about(/\/silent|paste-factories|new-code-runs|\/stop-/)).toEqual([
      'heat/stop-heat-api@ctl2',
      'heat/stop-heat-api-cfn@ctl2',
      'heat/stop-heat-engine@ctl2',
      'keystone/stop-keystone@ctl1',
      'database/silent-keystone@db1',
      'database/silent-heat@db1',
      'keystone/silent@ctl1',
      'heat/silent@ctl2',
      'heat/paste-factories@ctl2',
      'verify/new-code-runs@ctl1',
      'verify/new-code-runs@ctl2',
    ]);
  });
});
