import type { HostFacts } from '../../../catalog/facts';
import type { QueueConsumer } from '../../../catalog/platform/queue-consumers';
import { toyPlan } from '../../support/planned';
import { said } from './said';

const services = ['keystone', 'gnocchi', 'ceilometer'];
const own: QueueConsumer = {
  vhost: '/',
  queue: 'notifications.info',
  bindings: [],
  program: 'ceilometer-agent-notification',
  user: 'openstack',
  address: '192.0.2.11',
  consumers: 1,
};
const polled: QueueConsumer = { ...own, queue: 'notifications.sample' };
const from = (program: string, change: Partial<QueueConsumer> = {}): QueueConsumer => ({
  ...own,
  program,
  user: 'billing',
  address: '192.0.2.99',
  ...change,
});
const copyOf = (key: string, exchange = 'ceilometer'): Partial<QueueConsumer> => ({
  queue: 'copy',
  bindings: [{ exchange, key }],
});

/** The addresses of the toy cloud are those of its cloud file. */
const consumed =
  (queueConsumers: readonly QueueConsumer[] | null) =>
  (host: HostFacts): HostFacts => ({
    ...host,
    addresses: { ctl1: ['192.0.2.11'], ctl2: ['192.0.2.12', 'fd00::12'] }[host.host] ?? [],
    ...(host.host === 'mq1' ? { queueConsumers } : {}),
    packages:
      host.packages === null
        ? null
        : {
            ...host.packages,
            publishing: { ceilometer: { publishers: ['gnocchi'], coordinated: true, exchange: 'ceilometer' } },
          },
  });
const plan = (consumers: readonly QueueConsumer[] | null): ReturnType<typeof toyPlan> =>
  toyPlan({ services, change: consumed(consumers === null ? null : [own, polled, ...consumers]) });
const found = (consumers: readonly QueueConsumer[] | null): string[] =>
  said(plan(consumers)).filter((one) => /consumer|elsewhere/.test(one));
const textOf = (consumers: readonly QueueConsumer[]): string =>
  plan(consumers).findings.find(({ id }) => id.startsWith('consumer-beside'))?.text ?? '';

describe('who takes messages from the queues of agents', () => {
  it.each<[string, readonly QueueConsumer[] | null, string[]]>([
    ['agents of the hosts of the run alone', [{ ...polled, address: 'FD00::12' }], []],
    ['an agent on the host of the broker itself', [{ ...polled, address: '127.0.0.1' }], []],
    [
      'an agent on a host that nobody named',
      [{ ...polled, address: '192.0.2.99' }],
      ['warning agents-elsewhere-ceilometer'],
    ],
    [
      'a program that takes samples from agents',
      [from('rating', { queue: 'notifications.sample' })],
      ['warning consumer-beside-rating'],
    ],
    [
      'a program that reads what the publisher notifier:// sends',
      [from('rating', { queue: 'metering.sample' })],
      ['warning consumer-beside-rating'],
    ],
    [
      'aodh, which reads events from a topic of its own',
      [from('aodh-listener', { queue: 'alarm.all.sample' })],
      ['warning consumer-beside-aodh-listener'],
    ],
    [
      'a copy of all samples in a queue with another name',
      [from('rating', copyOf('notifications.sample'))],
      ['warning consumer-beside-rating'],
    ],
    ['a copy of everything', [from('audit', copyOf('#'))], ['warning consumer-beside-audit']],
    ['a copy of what has one word before', [from('audit', copyOf('*.sample'))], ['warning consumer-beside-audit']],
    ['a copy of messages whose key has three words or more', [from('audit', copyOf('*.*.*.#'))], []],
    ['a copy of what other services tell', [from('audit', copyOf('*.info'))], []],
    ['a copy of everything that another service tells', [from('audit', copyOf('#', 'nova'))], []],
    [
      'a program that shares a queue of notifications with agents',
      [from('watcher')],
      ['warning consumer-beside-watcher'],
    ],
    ['a queue with the same name on which no agent is', [from('watcher', { vhost: 'nova' })], []],
    ['a client that gave no name', [from('', { queue: 'metering.sample' })], ['warning consumer-beside-billing']],
    ['nobody could read it', null, ['warning queue-consumers-unread-ceilometer']],
  ])('%s', (_, consumers, findings) => {
    expect(found(consumers)).toEqual(findings);
  });

  it('names a program once, whatever it reads', () => {
    const rating = [from('rating'), from('rating', { queue: 'metering.sample' })];
    expect(found(rating)).toEqual(['warning consumer-beside-rating']);
    expect(textOf(rating)).toBe(
      'rating (user billing, at 192.0.2.99) is no agent of Ceilometer. ' +
        'It reads what agents of Ceilometer write, from metering.sample on vhost /: after the upgrade that is what the new release writes. ' +
        'It takes messages from notifications.info on vhost /, as agents of Ceilometer do: each message goes to one consumer alone, and agents never see those that this one takes.',
    );
  });

  it('is asked once: those who were accepted may stay while agents are stopped', () => {
    const { phases } = plan([from('watcher'), from('watcher', { vhost: 'nova', consumers: 2 })]);
    const scripts = phases
      .flatMap(({ batches }) => batches.flatMap(({ steps }) => steps))
      .flatMap((step) => (step.id.endsWith('no-agent-ceilometer') && step.kind === 'probe' ? [step.script] : []));
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) {
      expect(script).toContain('1\tnotifications.info\t/');
      expect(script).toContain('2\tnotifications.info\tnova');
    }
  });
});
