import type { HostFacts, PackageFacts } from '../../catalog/facts';
import type { PipelineChanges } from '../../catalog/platform/pipelines';
import type { PublishingRead } from '../../catalog/platform/publishing';
import type { BalancedServer } from '../../catalog/platform/haproxy';

type Change = (host: HostFacts) => HostFacts;

/** A release of Ceilometer, as the toy cloud is changed to have it. */
export interface ToyEra {
  readonly installed: string;
  readonly target: string;
  /** Default: none, as since Queens. */
  readonly roles?: readonly ('ceilometer-collector' | 'ceilometer-api')[];
  readonly publishing?: Partial<PublishingRead> | null;
  readonly pipelines?: PipelineChanges | null;
}

/** `9.0.7` of the toy's packages: `1:9.0.7-0toy1`. */
const packaged = (version: string): string => `1:${version}-0toy1`;

/** The toy cloud with another release of Ceilometer, its roles and what its configuration says. */
export function ofEra(era: ToyEra): Change {
  const { roles = [] } = era;
  const rows = roles.map((name) => ({ name, version: packaged(era.installed), source: 'ceilometer', state: 'ii' }));
  return (host) => ({
    ...host,
    packages:
      host.packages === null
        ? null
        : withEra({ packages: host.packages, era, rows: isCompute(host.packages) ? [] : rows }),
    database:
      host.database === null
        ? null
        : {
            ...host.database,
            schemas: host.database.schemas.filter(({ name }) => name !== 'ceilometer' || keeps(era)),
          },
    loadBalancer:
      host.loadBalancer === null || !roles.includes('ceilometer-api') ? host.loadBalancer : withApi(host.loadBalancer),
  });
}

/** Collectors and API are on controllers. */
function isCompute({ units }: PackageFacts): boolean {
  return units.some(({ name }) => name === 'ceilometer-agent-compute');
}

function keeps({ publishing }: ToyEra): boolean {
  return (publishing?.keeps ?? []).length > 0;
}

function withEra(options: { packages: PackageFacts; era: ToyEra; rows: PackageFacts['installed'] }): PackageFacts {
  const { packages, era, rows } = options;
  const isOurs = (name: string): boolean => name.includes('ceilometer');
  const [unit] = packages.units;
  const { publishing = {}, pipelines = packages.pipelines['ceilometer'] ?? null } = era;
  return {
    ...packages,
    installed: [
      ...packages.installed.map((one) => (isOurs(one.name) ? { ...one, version: packaged(era.installed) } : one)),
      ...rows,
    ],
    units: [
      ...packages.units,
      ...rows.flatMap(({ name }) =>
        unit === undefined ? [] : [{ ...unit, name, file: `/lib/systemd/system/${name}.service` }],
      ),
    ],
    simulation: {
      ...packages.simulation,
      installs: [
        ...packages.simulation.installs.map((one) =>
          isOurs(one.name) ? { ...one, installed: packaged(era.installed), target: packaged(era.target) } : one,
        ),
        ...rows.map(({ name }) => ({ name, installed: packaged(era.installed), target: packaged(era.target) })),
      ],
    },
    listening: [
      ...packages.listening,
      ...(rows.some(({ name }) => name === 'ceilometer-api') ? [{ address: '*', port: 8777 }] : []),
    ],
    publishing: {
      ceilometer: publishing === null ? null : { publishers: ['gnocchi'], coordinated: true, ...publishing },
    },
    pipelines: { ceilometer: pipelines },
  };
}

function withApi(loadBalancer: NonNullable<HostFacts['loadBalancer']>): NonNullable<HostFacts['loadBalancer']> {
  const hosts = [...new Set(loadBalancer.servers.map(({ server, address }) => `${server} ${address}`))];
  return {
    ...loadBalancer,
    servers: [
      ...loadBalancer.servers,
      ...hosts.map((one): BalancedServer => {
        const [server = '', address = ''] = one.split(' ');
        return { backend: 'ceilometer_api', server, address, port: 8777, administration: 'ready', up: true };
      }),
    ],
    listeners: [
      ...loadBalancer.listeners,
      { frontend: 'ceilometer_api', address: '192.0.2.31', port: 8777, backend: 'ceilometer_api', tls: false },
    ],
  };
}

/** Ocata to Pike: collectors that keep samples in Gnocchi and in a database of their own, and the API. */
export const collectorsEra: ToyEra = {
  installed: '8.1.5',
  target: '9.0.7',
  roles: ['ceilometer-collector', 'ceilometer-api'],
  publishing: {
    publishers: ['notifier'],
    collected: true,
    dispatchers: ['database', 'gnocchi'],
    keeps: ['mysql'],
    pipelines: 'a1',
    ownPolling: false,
    partitioned: 0,
  },
};

/** Queens to Rocky: neither collector nor API; notification agents share the work of a pipeline. */
export const partitionedEra: ToyEra = {
  installed: '10.0.1',
  target: '11.0.1',
  publishing: { pipelines: 'a1', ownPolling: false, partitioned: 10 },
};

/** What the new release has in its pipeline, as far as a story tells. */
export const newPipeline: PipelineChanges = {
  pipelines: 'b2',
  files: { '/etc/ceilometer/pipeline.yaml': 'sources: []\nsinks: []\n' },
  unknown: [],
};
