import type { HostFacts } from '../../../catalog/facts';
import type { BalancedServer } from '../../../catalog/platform/haproxy';
import { services } from '../../../catalog/services';
import { planFull } from '../../../plan/orders/full';
import type { Plan } from '../../../schema/plan';
import { movedByPeople, on, unreadBalancer } from '../../support/cloud-changes';
import { fullSubject, toyPlan, type ToyOptions } from '../../support/planned';

const order = ({ findings }: Plan): string[] =>
  findings.filter(({ id }) => id.startsWith('order-')).map(({ level, id, text }) => `${level} ${id}: ${text}`);
const wants = (full: 'staged' | 'allAtOnce'): Pick<ToyOptions, 'request'> => ({
  request: { options: { full: { order: full } } },
});
const chosen = (toy: ToyOptions): Plan => planFull(fullSubject({ ...toy, chooses: true }));
/** Of the second controller, as the load balancer has it. */
const server = (change: Partial<BalancedServer>): ToyOptions => ({
  change: on('lb1', (host) => ({
    ...host,
    loadBalancer:
      host.loadBalancer === null
        ? null
        : {
            ...host.loadBalancer,
            servers: host.loadBalancer.servers.map((one) => (one.server === 'ctl2' ? { ...one, ...change } : one)),
          },
  })),
});
/** apt would replace one package of each controller. */
const withFewPackages = (host: HostFacts): HostFacts =>
  host.packages === null
    ? host
    : {
        ...host,
        packages: {
          ...host.packages,
          simulation: {
            ...host.packages.simulation,
            installs: host.packages.simulation.installs.filter(({ name }) => name === 'heat-common'),
          },
        },
      };
/** The engine's vhost is not known: the end of its work is seen twice ten seconds apart, and the rest wait until it has ended. */
const unreadTransports = (host: HostFacts): HostFacts => ({
  ...host,
  packages: host.packages === null ? null : { ...host.packages, rollingTransports: {} },
});
const phases = ({ phases: all }: Plan): string[] => all.map(({ id }) => id);

describe('the order of a full upgrade', () => {
  it('is the one with the shorter outage, with the reason', () => {
    expect(order(chosen({}))).toEqual([
      'note order-staged: ctl1 gets the new packages while ctl2 serves alone, and then serves alone while ctl2 gets them (staged). ' +
        'The longest outage of a service is expected to be 25 s, and 45 s in the other order.',
    ]);
    expect(phases(chosen({}))).toContain('lead-leaves');
    expect(phases(chosen({ services: ['keystone', 'glance'] }))).toContain('lead-leaves');
  });

  it('is the other one where an engine that leaves costs more than the packages', () => {
    const few = chosen({ services: ['heat'], change: (host) => unreadTransports(withFewPackages(host)) });
    expect(order(few)).toEqual([
      expect.stringMatching(/^note order-all-at-once: .* expected to be \d+ s, and \d+ s in the other order\.$/),
    ]);
  });

  it('is what the request wants', () => {
    expect(phases(toyPlan(wants('staged')))).toEqual([
      'prepare',
      'lead-leaves',
      'lead-code',
      'stop',
      'database',
      'start',
      'verify',
      'open',
      'prove',
      'rest-code',
      'rest-joins',
      'verify-rest',
    ]);
    const all = { services: services.map(({ name }) => name) };
    expect(phases(toyPlan({ ...all, ...wants('allAtOnce') }))).not.toContain('lead-leaves');
  });

  it.each<readonly [string, ToyOptions, string]>([
    ['one controller', { controllers: ['ctl1'] }, 'heat-api, heat-api-cfn and heat-engine run on one host alone'],
    [
      'people at the load balancer',
      { loadBalancer: movedByPeople, change: unreadBalancer },
      'people move the servers of the load balancer',
    ],
    [
      'a server that is out of rotation',
      server({ administration: 'maint' }),
      'no server of heat-api on ctl2 gets requests',
    ],
    ['a server without weight', server({ weight: 0 }), 'no server of heat-api on ctl2 gets requests'],
    ['a server that is down', server({ up: false }), 'heat_api/ctl2 is down'],
  ])('is refused where one half could not serve alone: %s', (_, toy, why) => {
    const refused = chosen({ services: ['heat'], ...toy, ...wants('staged') });
    expect(order(refused)).toEqual([
      expect.stringMatching(new RegExp(`^blocker order-not-possible: .*not possible here: .*${why}`)),
    ]);
    expect(refused.phases).toEqual([]);
    expect(order(chosen({ services: ['heat'], ...toy }))).toEqual([
      expect.stringMatching(new RegExp(`^note order-all-at-once: .*A staged order is not possible: .*${why}`)),
    ]);
  });

  it('has the phases before which the request wants to be asked, or is refused with those that there are', () => {
    const gates = (order: 'staged' | 'allAtOnce', gate: string): Plan =>
      toyPlan({ request: { options: { gates: [gate], full: { order } } } });
    expect(gates('allAtOnce', 'packages').phases.find(({ id }) => id === 'packages')?.gate).not.toBeNull();
    const refused = gates('staged', 'packages');
    expect(refused.phases).toEqual([]);
    expect(refused.findings.filter(({ level }) => level === 'blocker')).toEqual([
      expect.objectContaining({
        id: 'gate-unknown-packages',
        remedy: expect.stringContaining('prepare, lead-leaves, lead-code, stop,') as string,
      }),
    ]);
  });
});
