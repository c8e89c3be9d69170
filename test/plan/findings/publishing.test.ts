import type { HostFacts, PackageFacts } from '../../../catalog/facts';
import type { PollsterChanges } from '../../../catalog/platform/pollsters';
import type { PublishingRead } from '../../../catalog/platform/publishing';
import { planFull } from '../../../plan/orders/full';
import type { PlanSubject } from '../../../plan/scope/subject';
import { fullSubject, toyPlan, type ToyOptions } from '../../support/planned';
import { compute } from '../toy-plans';
import { said } from './said';

type Change = (host: HostFacts) => HostFacts;

const everywhere =
  (change: (packages: PackageFacts) => PackageFacts): Change =>
  (host) => ({ ...host, packages: host.packages === null ? null : change(host.packages) });

const read = (publishing: PublishingRead | null): Change =>
  everywhere((packages) => ({ ...packages, publishing: { ceilometer: publishing } }));

const polled = (pollsters: PollsterChanges | null): Change =>
  everywhere((packages) => ({ ...packages, pollsters: { ceilometer: pollsters } }));

const target = (version: string): Change =>
  everywhere((packages) => ({
    ...packages,
    simulation: {
      ...packages.simulation,
      installs: packages.simulation.installs.map((one) =>
        one.name === 'gnocchi-common' ? { ...one, target: version } : one,
      ),
    },
  }));

/** One host alone has its central agent running. */
const oneCentral: Change = (host) => {
  const { packages } = host;
  if (packages === null || host.host === 'ctl1') return host;
  const units = packages.units.map((unit) =>
    unit.name === 'ceilometer-agent-central' ? { ...unit, active: false, enabled: 'disabled' } : unit,
  );
  return { ...host, packages: { ...packages, units } };
};

const telemetry = ['keystone', 'gnocchi', 'ceilometer'];
const kept = 'warning data-outside-database-gnocchi';

describe('findings about services that measure', () => {
  it.each<[string, Parameters<typeof toyPlan>[0], string[]]>([
    ['samples that go to Gnocchi, agents that share their work', { services: telemetry }, [kept]],
    [
      'events that go to a queue as well',
      { services: telemetry, change: read({ publishers: ['gnocchi', 'notifier'], coordinated: true }) },
      ['warning publisher-beside-notifier', kept],
    ],
    [
      'samples that go to Prometheus alone',
      { services: telemetry, change: read({ publishers: ['prometheus'], coordinated: true }) },
      ['blocker publisher-not-provable-ceilometer', kept],
    ],
    [
      'a configuration that nobody could read',
      { services: telemetry, change: read(null) },
      ['warning publishers-unread-ceilometer', kept],
    ],
    [
      'two central agents without coordination',
      { services: telemetry, change: read({ publishers: ['gnocchi'], coordinated: false }) },
      ['blocker agents-uncoordinated-ceilometer', kept],
    ],
    [
      'one central agent without coordination',
      {
        services: telemetry,
        change: (host) => oneCentral(read({ publishers: ['gnocchi'], coordinated: false })(host)),
      },
      ['warning not-running-ceilometer-agent-central@ctl2', kept],
    ],
    [
      'Gnocchi without the agents that hand samples to it',
      { services: telemetry, request: { services: ['gnocchi'] } },
      ['blocker feeds-gnocchi-ceilometer', kept],
    ],
    [
      'Gnocchi where nobody measures',
      { services: ['keystone', 'gnocchi'], request: { services: ['gnocchi'] } },
      [kept],
    ],
    [
      'Gnocchi two major versions on',
      { services: telemetry, change: target('6.0.0-1') },
      ['blocker skips-major-gnocchi', kept],
    ],
    [
      'an agent on a compute host, which has neither coordination nor publishers of its own',
      {
        services: telemetry,
        others: { cmp1: compute() },
        change: (host) => (host.host === 'cmp1' ? read({ publishers: [], coordinated: false })(host) : host),
      },
      ['note computes-upgraded-ceilometer', kept],
    ],
    [
      'a compute host that cannot be reached: whether agents poll there is not known',
      {
        services: telemetry,
        unread: [{ host: 'cmp1', problem: 'unreachable', sentence: 'cmp1 did not answer within 10 s.' }],
      },
      ['blocker host-unread-unreachable@cmp1', kept],
    ],
    [
      'an order in which one host would change while another one measures',
      { services: telemetry, request: { options: { full: { order: 'staged' } } } },
      ['blocker order-not-possible', kept],
    ],
    [
      'a pollster in use that the new release has lost',
      { services: telemetry, change: polled({ removed: ['cpu_util'], added: [] }) },
      ['warning pollsters-removed-ceilometer', kept],
    ],
    [
      'new pollsters that a wildcard enables',
      { services: telemetry, change: polled({ removed: [], added: ['power.state'] }) },
      [kept, 'note pollsters-added-ceilometer'],
    ],
    [
      'a list of pollsters that nobody could read',
      { services: telemetry, change: polled(null) },
      ['warning pollsters-unread-ceilometer', kept],
    ],
    ['Gnocchi one major version on', { services: telemetry, change: target('5.0.0-1') }, [kept]],
  ])('%s', (_, options, findings) => {
    expect(
      said(toyPlan(options))
        .filter((one) => one !== 'note opens-early-gnocchi')
        .toSorted(),
    ).toEqual(findings.toSorted());
  });

  it('takes the series of Gnocchi from the services beside it', () => {
    expect(toyPlan({ services: ['keystone', 'gnocchi'], request: { services: ['gnocchi'] } }).from).toBe('antelope');
  });

  it('names the publisher and what a person does about it', () => {
    const { findings } = toyPlan({
      services: telemetry,
      change: read({ publishers: ['prometheus'], coordinated: true }),
    });
    const [first] = findings.filter(({ id }) => id.startsWith('publisher-not-provable'));
    expect(first?.text).toMatch(/^ctl1, ctl2: Ceilometer hands its samples to prometheus here\./);
    expect(first?.remedy).toMatch(/^Leave ceilometer out of "services"/);
  });

  it('are part of a run only where its request names them, and then with a warning', () => {
    const unnamed = toyPlan({ services: telemetry, request: { services: ['keystone'] } });
    expect(unnamed.services.map(({ name }) => name)).toEqual(['keystone']);
    const all = toyPlan({ services: telemetry });
    expect(
      all.findings.filter(({ id }) => id.startsWith('not-proved-')).map(({ level, id }) => `${level} ${id}`),
    ).toEqual(['warning not-proved-ceilometer', 'warning not-proved-gnocchi']);
    expect(planFull(bare({ services: telemetry })).services.map(({ name }) => name)).toEqual(['keystone']);
  });
});

/** Of a request that names no service. */
function bare(toy: ToyOptions): PlanSubject {
  const subject = fullSubject(toy);
  const { cloud, to, options } = subject.request;
  return { ...subject, request: { cloud, to, options } };
}
