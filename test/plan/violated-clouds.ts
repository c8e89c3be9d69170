import type { TransportFacts } from '../../catalog/platform/transport';
import type { HostFacts } from '../../catalog/facts';
import {
  enginesApart,
  movedByPeople,
  on,
  ownVhost,
  packagesOn,
  sitesOfApache,
  unreadBalancer,
} from '../support/cloud-changes';
import { type toyPartialPlan } from '../support/planned';

export const transportOn = (name: string, change: Partial<TransportFacts>): ((host: HostFacts) => HostFacts) =>
  packagesOn(name, (packages) => {
    const read = packages.rollingTransports['heat'];
    if (read === undefined || 'unreadable' in read) throw new Error(`${name} talks to nobody`);
    return { ...packages, rollingTransports: { heat: { ...read, ...change } } };
  });

export const withoutUnit = (name: string, unit: string): ((host: HostFacts) => HostFacts) =>
  packagesOn(name, (packages) => ({
    ...packages,
    units: packages.units.map((one) => (one.name === unit ? { ...one, loaded: false, active: false } : one)),
  }));

const vhost = (name: string, description: string): ((host: HostFacts) => HostFacts) =>
  on('mq1', (host) => ({
    ...host,
    broker:
      host.broker === null
        ? null
        : { ...host.broker, vhosts: [...host.broker.vhosts, { name, description, queues: 3, connections: 1 }] },
  }));

type Servers = NonNullable<HostFacts['loadBalancer']>['servers'];

const servers = (change: (all: Servers) => Servers): ((host: HostFacts) => HostFacts) =>
  on('lb1', (host) => ({
    ...host,
    loadBalancer:
      host.loadBalancer === null ? null : { ...host.loadBalancer, servers: change(host.loadBalancer.servers) },
  }));

const work = (change: object): ((host: HostFacts) => HostFacts) =>
  on('db1', (host) => ({ ...host, database: host.database === null ? null : { ...host.database, ...change } }));

const row = { id: '5c1d', name: 'web', action: 'UPDATE', since: '03:00' };

/** In progress, and nobody works on it any more. */
export const stuckStack: Parameters<typeof toyPartialPlan>[0] = { change: work({ stuckWork: { heat: [row] } }) };

const venv = { order: 'venv', wheelhouse: '/srv/heat-wheels' };

/** What apt would install of Heat is this version. */
function withTarget({ host, version }: { host: HostFacts; version: string }): HostFacts {
  if (host.packages === null) return host;
  const { simulation } = host.packages;
  const installs = simulation.installs.map((one) => ({ ...one, target: version }));
  return { ...host, packages: { ...host.packages, simulation: { ...simulation, installs } } };
}

/** Clouds and requests with one thing wrong for a rolling upgrade, and the findings that say so. */
export const violated: readonly (readonly [string, Parameters<typeof toyPartialPlan>[0], readonly string[]])[] = [
  ['one controller', { controllers: ['ctl1'] }, ['blocker apis-too-few', 'blocker engines-too-few']],
  [
    'a service that cannot run in two releases',
    { services: ['keystone'], request: { services: ['keystone'] } },
    ['blocker does-not-roll'],
  ],
  [
    'two services at once',
    { services: ['keystone', 'heat'], request: { services: ['keystone', 'heat'] } },
    ['blocker does-not-roll'],
  ],
  [
    'an API of Heat that is a site of Apache',
    { change: on('ctl2', sitesOfApache([{ name: 'heat-api', port: 8004, user: 'heat' }])) },
    ['blocker api-is-a-site-heat-api@ctl2'],
  ],
  ['a series left out', { request: { to: 'caracal' } }, ['blocker rolling-skip-level', 'warning skip-level']],
  [
    'a transport_url that nobody can parse',
    {
      change: packagesOn('ctl2', (packages) => ({
        ...packages,
        rollingTransports: { heat: { unreadable: 'transport_url cannot be parsed' } },
      })),
    },
    ['blocker transport-unread@ctl2'],
  ],
  [
    'hosts on two vhosts',
    { change: transportOn('ctl2', { vhost: 'heat' }) },
    ['blocker broker-elsewhere-heat', 'blocker vhosts-differ'],
  ],
  ['hosts at two brokers', { change: transportOn('ctl2', { brokers: ['mq9:5672'] }) }, ['blocker brokers-differ']],
  [
    'two encryption keys',
    { change: transportOn('ctl2', { encryptionKeyHash: 'ffff' }) },
    ['blocker encryption-keys-differ'],
  ],
  [
    'a broker without Python, where vhosts are made',
    { change: on('mq1', (host) => ({ ...host, missingTools: ['python3'] })) },
    ['blocker tools-missing@mq1'],
  ],
  [
    'engines that all have one name',
    { change: (host) => transportOn(host.host, { engineHost: 'heat' })(host) },
    ['blocker engine-names-equal-heat'],
  ],
  [
    'a transport_url from the environment',
    { change: transportOn('ctl1', { overridden: ['heat-engine'] }) },
    ['blocker transport-overridden@ctl1'],
  ],
  ['no convergence', { change: transportOn('ctl1', { convergence: false }) }, ['blocker no-convergence@ctl1']],
  [
    'an engine that waits without end',
    { change: transportOn('ctl1', { gracefulStopSeconds: 0 }) },
    ['blocker graceful-stop-too-long@ctl1'],
  ],
  [
    'a keeper that carries no Heat',
    { request: { options: { rolling: { keeper: ['ctl2', 'db1'] } } } },
    ['blocker keeper-unknown-db1'],
  ],
  [
    'every host as keeper',
    { request: { options: { rolling: { keeper: ['ctl1', 'ctl2'] } } } },
    ['blocker keeper-takes-all'],
  ],
  [
    'a keeper without an engine',
    {
      controllers: ['ctl1', 'ctl2', 'eng1', 'eng2'],
      change: enginesApart,
      request: { options: { rolling: { keeper: ['ctl2'] } } },
    },
    ['blocker keeper-without-engine'],
  ],
  [
    'a keeper without an API',
    {
      controllers: ['ctl1', 'ctl2', 'eng1', 'eng2'],
      change: enginesApart,
      request: { options: { rolling: { keeper: ['eng2'] } } },
    },
    ['blocker keeper-without-api'],
  ],
  [
    'a vhost that somebody else made',
    { change: vhost('heat-bobcat', 'of the mail team') },
    ['blocker vhost-taken-heat-bobcat'],
  ],
  [
    'a side vhost that an earlier run left',
    { change: vhost('heat-bobcat-side', 'OpenStack upgrade 7') },
    ['blocker vhost-taken-heat-bobcat-side'],
  ],
  ["the guide's order", { request: { options: { rolling: { order: 'guide' } } } }, ['warning engine-stops-in-use']],
  [
    'new code beside the packages, for a release whose APIs have no program',
    {
      request: { options: { rolling: venv } },
      change: (host) => withTarget({ host, version: '1:25.0.0-2' }),
    },
    ['blocker venv-apis-have-no-program'],
  ],
  [
    'new code beside packages whose version pip does not know',
    { request: { options: { rolling: venv } }, change: (host) => withTarget({ host, version: 'next' }) },
    ['blocker venv-version-unknown'],
  ],
  [
    'new code beside the packages, behind a load balancer that people move',
    { request: { options: { rolling: venv } }, loadBalancer: movedByPeople, change: unreadBalancer },
    ['blocker venv-moves-ports'],
  ],
  [
    'new code beside the packages, and HAProxy speaks TLS to the servers',
    { request: { options: { rolling: venv } }, change: servers((all) => all.map((one) => ({ ...one, tls: true }))) },
    ['blocker venv-speaks-no-tls'],
  ],
  [
    'no memory for a second engine',
    {
      change: packagesOn('ctl2', (packages) => ({
        ...packages,
        engineRoom: { heat: { availableBytes: 100e6, engineBytes: 120e6 } },
      })),
    },
    ['blocker no-room-for-side-engine@ctl2'],
  ],
  [
    'memory that could not be read',
    {
      change: packagesOn('ctl2', (packages) => ({
        ...packages,
        engineRoom: { heat: { availableBytes: null, engineBytes: 120e6 } },
      })),
    },
    ['blocker no-room-for-side-engine@ctl2'],
  ],
  ['a stuck stack', stuckStack, ['warning stuck-5c1d@db1']],
  [
    'a stack from before convergence in progress',
    { change: work({ stealableWork: { heat: [row] } }) },
    ['blocker stacks-from-before-convergence@db1'],
  ],
  [
    'a host that serves alone without heat-api-cfn',
    { change: withoutUnit('ctl2', 'heat-api-cfn') },
    ['blocker api-missing-heat-api-cfn@ctl2'],
  ],
  [
    'a server behind the load balancer that is no host of the cloud file',
    {
      change: servers((all) => [
        ...all,
        { backend: 'heat_api', server: 'old9', address: '192.0.2.99', port: 8004, administration: 'ready', up: true },
      ]),
    },
    ['blocker server-of-nobody-heat_api-old9'],
  ],
  [
    'an API that is not in rotation',
    {
      change: servers((all) =>
        all.map((one) =>
          one.backend === 'heat_api' && one.server === 'ctl1' ? { ...one, administration: 'maint' } : one,
        ),
      ),
    },
    ['blocker not-in-rotation-heat-api@ctl1', 'warning server-not-serving-heat_api-ctl1@lb1'],
  ],
  [
    'a back end that remembers its clients',
    {
      change: on('lb1', (host) => ({
        ...host,
        loadBalancer: host.loadBalancer === null ? null : { ...host.loadBalancer, sticky: ['heat_api', 'horizon'] },
      })),
    },
    ['warning sticky-heat_api@lb1'],
  ],
  [
    'the default vhost, which is to be removed',
    { request: { options: { rolling: { removeOldVhost: true } } } },
    ['blocker old-vhost-shared'],
  ],
  [
    'a vhost to be removed where notifications go',
    { request: { options: { rolling: { removeOldVhost: true } } }, change: ownVhost({}) },
    ['blocker old-vhost-notified'],
  ],
  [
    'a vhost to be removed that nobody will miss',
    {
      request: { options: { rolling: { removeOldVhost: true } } },
      change: ownVhost({ notificationVhost: 'metering' }),
    },
    [],
  ],
  [
    'an order of agents, of which it has none',
    {
      request: {
        options: { agents: { order: ['database', 'api'], reason: 'the same runbook for every service of ours' } },
      },
    },
    ['blocker agents-order-of-engines'],
  ],
  [
    'a load balancer that people drive',
    { loadBalancer: movedByPeople, change: unreadBalancer },
    ['warning done-by-hand'],
  ],
  [
    'such a one, and nobody knows where users reach an API',
    {
      loadBalancer: { kind: 'other', frontends: { 'heat-api': 'https://cloud.example:8004' } },
      change: unreadBalancer,
    },
    ['warning done-by-hand', 'warning not-watched-heat-api-cfn'],
  ],
];
