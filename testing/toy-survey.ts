import type { CloudFacts, HostFacts, PackageFacts } from '../catalog/facts';
import type { BalancedServer, LoadBalancerFacts } from '../catalog/platform/haproxy';
import type { LibraryUser } from '../catalog/platform/library-users';
import type { BrokerFacts } from '../catalog/platform/rabbitmq';
import type { TransportFacts } from '../catalog/platform/transport';
import type { Service } from '../catalog/service';
import { services as catalog } from '../catalog/services';
import { cloudFile, type Cloud, type Role } from '../schema/cloud';

/** Units that few clouds have. */
const rareUnits: readonly string[] = ['gnocchi-statsd', 'ceilometer-polling', 'ceilometer-collector', 'ceilometer-api'];

/** Clouds for plan tests, as small as they may be and whole enough for every finding. */
export interface Toy {
  readonly controllers: readonly string[];
  readonly services: readonly string[];
  readonly change: (host: HostFacts) => HostFacts;
  /** Default: those of the catalog. */
  readonly known?: readonly Service[];
  /** Hosts of other roles than those of the control plane, with units of services on them. */
  readonly others?: Readonly<Record<string, OtherHost>>;
}

interface OtherHost {
  readonly roles: readonly Role[];
  readonly units: readonly string[];
  /** What else runs with its packages, which the survey has read then. Absent: it has not read them. */
  readonly beside?: readonly LibraryUser[] | null;
}

const installedVersions: Record<string, readonly [string, string, string][]> = {
  keystone: [
    ['keystone', '2:23.0.0-0lab1', '2:24.0.0-0lab1'],
    ['python3-keystone', '2:23.0.0-0lab1', '2:24.0.0-0lab1'],
  ],
  heat: [
    ['heat-api', '1:20.0.0-0lab1', '1:21.0.0-0lab1'],
    ['heat-api-cfn', '1:20.0.0-0lab1', '1:21.0.0-0lab1'],
    ['heat-common', '1:20.0.0-0lab1', '1:21.0.0-0lab1'],
    ['heat-engine', '1:20.0.0-0lab1', '1:21.0.0-0lab1'],
    ['python3-heat', '1:20.0.0-0lab1', '1:21.0.0-0lab1'],
  ],
  glance: [
    ['glance-api', '2:26.0.0-0lab1', '2:27.0.0-0lab1'],
    ['glance-common', '2:26.0.0-0lab1', '2:27.0.0-0lab1'],
    ['python3-glance', '2:26.0.0-0lab1', '2:27.0.0-0lab1'],
  ],
  placement: [
    ['placement-api', '9.0.0-0lab1', '10.0.0-0lab1'],
    ['placement-common', '9.0.0-0lab1', '10.0.0-0lab1'],
    ['python3-placement', '9.0.0-0lab1', '10.0.0-0lab1'],
  ],
  gnocchi: [
    ['gnocchi-api', '4.5.0-0lab1', '4.6.0-0lab1'],
    ['gnocchi-common', '4.5.0-0lab1', '4.6.0-0lab1'],
    ['gnocchi-metricd', '4.5.0-0lab1', '4.6.0-0lab1'],
    ['python3-gnocchi', '4.5.0-0lab1', '4.6.0-0lab1'],
  ],
  ceilometer: [
    ['ceilometer-agent-central', '1:20.0.0-0lab1', '1:21.0.0-0lab1'],
    ['ceilometer-agent-notification', '1:20.0.0-0lab1', '1:21.0.0-0lab1'],
    ['ceilometer-common', '1:20.0.0-0lab1', '1:21.0.0-0lab1'],
    ['python3-ceilometer', '1:20.0.0-0lab1', '1:21.0.0-0lab1'],
  ],
};

const apis: Record<string, readonly [string, number][]> = {
  keystone: [['keystone', 5000]],
  heat: [
    ['heat_api', 8004],
    ['heat_cfn', 8000],
  ],
  glance: [['glance_api', 9292]],
  placement: [['placement_api', 8778]],
  gnocchi: [['gnocchi', 8041]],
};

const revisions: Record<string, readonly string[]> = {
  keystone: ['29e87d24a316', 'e25ffa003242'],
  heat: ['86'],
  glance: ['2023_1_contract01'],
  placement: ['422ece571366'],
  gnocchi: ['04eba72e4f90'],
};

const defaultVhost = { name: '/', description: 'Default virtual host', queues: 17, connections: 12 };

const healthyBroker: BrokerFacts = {
  running: true,
  version: '3.10.8',
  troubles: [],
  cluster: { members: ['rabbit@mq1'], running: ['rabbit@mq1'] },
  vhosts: [defaultVhost],
};

const transport: TransportFacts = {
  vhost: '/',
  place: '/etc/heat/heat.conf',
  user: 'openstack',
  brokers: ['192.0.2.22:5672'],
  notificationVhost: null,
  engineHost: '',
  convergence: true,
  gracefulStopSeconds: 60,
  encryptionKeyHash: 'abd18d0969c494a4',
  overridden: [],
};

export function toyCloud(
  controllers: readonly string[],
  others: Toy['others'] = {},
  series: readonly string[] = ['antelope', 'bobcat', 'caracal'],
): Cloud {
  const host = (address: string, roles: readonly Role[]): object => ({ address, roles });
  const file = cloudFile.parse({
    cloud: 'cedar',
    ssh: { user: 'deploy', identityFile: 'id', knownHostsFile: 'known_hosts' },
    hosts: {
      ...Object.fromEntries(
        controllers.map((name, index) => [name, host(`192.0.2.${String(11 + index)}`, ['controller'])]),
      ),
      db1: host('192.0.2.21', ['database']),
      mq1: host('192.0.2.22', ['message-broker']),
      lb1: host('192.0.2.31', ['load-balancer']),
      ...Object.fromEntries(
        Object.entries(others).map(([name, { roles }], index) => [name, host(`192.0.2.${String(41 + index)}`, roles)]),
      ),
    },
    loadBalancer: { kind: 'haproxy', socket: '/run/haproxy/admin.sock' },
    packageSources: Object.fromEntries(series.map((name) => [name, { deb822: name }])),
    openstack: { credentials: '/root/admin-openrc', on: controllers[0] },
    approvals: { approvers: ['ana', 'bo'] },
  });
  const source = (name: string): string =>
    `Types: deb\nURIs: http://packages.example/${name}/\nSuites: ./\nSigned-By: /etc/apt/keyrings/cloud.gpg\n`;
  return {
    ...file,
    lockHost: 'db1',
    sourceTexts: Object.fromEntries(series.map((name) => [name, source(name)])),
    digest: 'd'.repeat(64),
  };
}

const guideSettings = {
  hostname: 'db1',
  log_bin: 'OFF',
  log_bin_trust_function_creators: 'OFF',
  max_connections: '4096',
  max_used_connections: '120',
  innodb_file_per_table: 'ON',
  character_set_server: 'utf8mb4',
  bind_address: '192.0.2.21',
};

export function toyFacts(toy: Toy): CloudFacts {
  const hosts = [
    ...toy.controllers.map((name): HostFacts => ({
      ...bare(name),
      packages: packagesOf({ host: name, services: toy.services, known: toy.known ?? catalog }),
    })),
    {
      ...bare('db1'),
      database: {
        version: '10.11.19-MariaDB',
        program: 'mariadbd  Ver 10.11.19-MariaDB for debian-linux-gnu on x86_64 (Debian 12)',
        login: true,
        refusal: null,
        variables: guideSettings,
        schemas: schemaIds(toy).map((id) => ({
          name: schemaName(id),
          characterSet: 'utf8mb4',
          bytes: 5e6,
          largestTableBytes: 1e6,
          tables: 30,
          nonInnoDb: [],
        })),
        workInFlight: {},
        longTransactions: [],
        debts: {},
        stuckWork: {},
        stealableWork: {},
        endpoints: null,
      },
    },
    { ...bare('mq1'), broker: healthyBroker },
    { ...bare('lb1'), loadBalancer: balancerOf(toy) },
    ...Object.entries(toy.others ?? {}).map(([name, host]): HostFacts => {
      const packages = agentPackages({ name, host, known: toy.known ?? catalog });
      const observed = { installed: packages?.installed ?? [], units: host.units.map(runningUnit) };
      return { ...bare(name), packages, observed };
    }),
  ];
  return { hosts: hosts.map(toy.change), unread: [] };
}

function bare(name: string): HostFacts {
  return {
    host: name,
    identity: { distribution: 'debian 12', kernel: '6.1.0', rebootRequired: false },
    missingTools: [],
    fileSystems: [
      { path: '/var/lib/openstack-upgrade', mount: '/', availableBytes: 50 * 2 ** 30, availableInodes: 1_000_000 },
    ],
    leftovers: { lock: null, takenOver: null, closed: false, policyRcD: false },
    restorePoints: [],
    earlierTimes: null,
    remaining: null,
    clockOffsetSeconds: 0.1,
    otherHands: [],
    packages: null,
    observed: null,
    database: null,
    broker: null,
    loadBalancer: null,
  };
}

/** `nova-api` lies in the schema `nova_api`. */
function schemaName(id: string): string {
  return id.replaceAll('-', '_');
}

function schemaIds({ services, known = catalog }: Pick<Toy, 'services' | 'known'>): string[] {
  return services.flatMap((name) => known.find((one) => one.name === name)?.schemas.map(({ id }) => id) ?? []);
}

function packagesOf(options: { host: string; services: readonly string[]; known: readonly Service[] }): PackageFacts {
  const { host, services, known } = options;
  const own = services.flatMap((name) => (installedVersions[name] ?? []).map((row) => [...row, name] as const));
  const units = known
    .filter(({ name }) => services.includes(name))
    .flatMap((service) =>
      service.units.filter(({ name, on: role }) => role === 'controller' && !rareUnits.includes(name)),
    );
  return {
    apt: { audit: '', holds: [], lockHolder: null, forceConf: [], activeQuestions: [], activeTimers: [] },
    installed: own.map(([name, version, , source]) => ({ name, version, source, state: 'ii' })),
    units: units.map(({ name }) => runningUnit(name)),
    apache: null,
    simulation: {
      installs: own.map(([name, installed, target]) => ({ name, installed, target })),
      removes: [],
      refusal: null,
    },
    schemas: Object.fromEntries(
      schemaIds(options).map((id) => [
        id,
        {
          database: { name: schemaName(id), user: schemaName(id), host: '192.0.2.21' },
          revision: { current: revisions[id] ?? [], head: revisions[id] ?? [], ahead: false },
          unreadable: null,
        },
      ]),
    ),
    repositories: ['http://deb.debian.org/debian bookworm', 'http://packages.example/antelope ./'],
    targetOffers: { packages: [], pinned: false },
    pointReleases: { today: '2026-03-02', newer: [] },
    keptConfiguration: [],
    lists: { listExpires: null, keyExpires: null, keysRead: true },
    listening: units.flatMap(({ api }) => (api === null ? [] : [{ address: '*', port: api.port }])),
    tlsPorts: [],
    files: { altered: [], missing: [], keptScripts: [], diverted: [], shadowing: [] },
    brokenRequirements: [],
    libraryUsers: [],
    transports: Object.fromEntries(services.map((name) => [name, name === 'heat' ? 'fine' : 'unset'])),
    sharedKeys: {},
    unmergedFiles: [],
    options: {},
    pollsters: services.includes('ceilometer') ? { ceilometer: { removed: [], added: [] } } : {},
    pipelines: services.includes('ceilometer') ? { ceilometer: { pipelines: 'a1', files: {}, unknown: [] } } : {},
    publishing: services.includes('ceilometer') ? { ceilometer: { publishers: ['gnocchi'], coordinated: true } } : {},
    rollingTransports: services.includes('heat') ? { heat: { ...transport, engineHost: host } } : {},
    keystoneUrls: [],
    engineRoom: services.includes('heat') ? { heat: { availableBytes: 8e9, engineBytes: 120e6 } } : {},
  };
}

/** Of a host with agents of Ceilometer alone: neither a store nor an API is there. */
function agentPackages(options: { name: string; host: OtherHost; known: readonly Service[] }): PackageFacts | null {
  const { name, known } = options;
  const { units, beside } = options.host;
  if (beside === undefined) return null;
  const packages = packagesOf({ host: name, services: ['ceilometer'], known });
  const here = (one: string): string => one.replace(/-agent-central$/, '-agent-compute');
  return {
    ...packages,
    installed: packages.installed
      .filter((one) => !one.name.includes('notification'))
      .map((one) => ({ ...one, name: here(one.name) })),
    simulation: {
      ...packages.simulation,
      installs: packages.simulation.installs
        .filter((one) => !one.name.includes('notification'))
        .map((one) => ({ ...one, name: here(one.name) })),
    },
    units: units.map(runningUnit),
    // As a compute host without SQLAlchemy says it: it reaches no database.
    schemas: Object.fromEntries(
      schemaIds({ services: ['ceilometer'], known }).map((id) => [
        id,
        { database: null, revision: null, unreadable: "ModuleNotFoundError: No module named 'sqlalchemy'" },
      ]),
    ),
    libraryUsers: beside,
  };
}

function runningUnit(name: string): PackageFacts['units'][number] {
  return {
    name,
    loaded: true,
    masked: false,
    file: `/lib/systemd/system/${name}.service`,
    dropIns: [],
    active: true,
    enabled: 'enabled',
    stopTimeoutSeconds: 15,
    killMode: 'control-group',
  };
}

function balancerOf(toy: Toy): LoadBalancerFacts {
  const rows = toy.services.flatMap((service) => apis[service] ?? []);
  return {
    admin: true,
    servers: rows.flatMap(([backend, port]) =>
      toy.controllers.map((server, index): BalancedServer => ({
        backend,
        server,
        address: `192.0.2.${String(11 + index)}`,
        port,
        administration: 'ready',
        up: true,
      })),
    ),
    keepAlive: [],
    notUnderstood: [],
    listeners: rows.map(([backend, port]) => ({ frontend: backend, address: '192.0.2.31', port, backend, tls: false })),
  };
}
