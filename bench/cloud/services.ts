import { addressOf, apiUrl } from '../../lab';
import type { ExtraServiceName } from '../../lab/packages/extra-services';

/** A service as the person who wrote the script knows it, and how a user asks it. */
interface ScriptedService {
  readonly packages: readonly string[];
  readonly units: readonly string[];
  readonly backends: readonly string[];
  readonly schema: string;
  readonly migration: string;
  /** Below /. */
  readonly configuration: string;
  readonly apis: readonly Api[];
}

interface Api {
  readonly name: string;
  readonly port: number;
  /** 200 without a token, when the program runs. */
  readonly healthPath: string;
  /** What a user asks for: it is answered when the service reaches its database, Heat's also by an engine. */
  readonly userPath: (session: { readonly projectId: string }) => string;
}

/** In the order in which they start; they are stopped all at once. */
const scripted = {
  keystone: {
    packages: ['keystone', 'python3-keystone'],
    units: ['keystone'],
    backends: ['keystone'],
    schema: 'keystone',
    migration: "su -s /bin/sh -c 'keystone-manage db_sync' keystone",
    configuration: 'etc/keystone',
    apis: [{ name: 'keystone', port: 5000, healthPath: '/healthcheck', userPath: () => '/v3/auth/tokens' }],
  },
  heat: {
    packages: ['heat-api', 'heat-api-cfn', 'heat-common', 'heat-engine', 'python3-heat'],
    units: ['heat-api', 'heat-api-cfn', 'heat-engine'],
    backends: ['heat_api', 'heat_cfn'],
    schema: 'heat',
    migration: "su -s /bin/sh -c 'heat-manage db_sync' heat",
    configuration: 'etc/heat',
    apis: [
      {
        name: 'heat-api',
        port: 8004,
        healthPath: '/healthcheck',
        userPath: ({ projectId }) => `/v1/${projectId}/stacks?limit=1`,
      },
      // A user's request to it has to be signed by an EC2 key.
      { name: 'heat-api-cfn', port: 8000, healthPath: '/healthcheck', userPath: () => '/healthcheck' },
    ],
  },
  glance: {
    packages: ['glance-api', 'glance-common', 'python3-glance', 'python3-eventlet'],
    units: ['glance-api'],
    backends: ['glance'],
    schema: 'glance',
    migration: "su -s /bin/sh -c 'glance-manage db_sync' glance",
    configuration: 'etc/glance',
    apis: [{ name: 'glance-api', port: 9292, healthPath: '/healthcheck', userPath: () => '/v2/images?limit=1' }],
  },
  placement: {
    packages: ['placement-api', 'placement-common', 'python3-placement', 'python3-os-traits'],
    units: ['placement-api'],
    backends: ['placement'],
    schema: 'placement',
    migration: "su -s /bin/sh -c 'placement-manage db sync' placement",
    configuration: 'etc/placement',
    apis: [{ name: 'placement-api', port: 8778, healthPath: '/', userPath: () => '/resource_providers' }],
  },
} as const satisfies Readonly<Record<string, ScriptedService>>;

type ServiceName = keyof typeof scripted;

export const serviceSets = ['heat', 'all'] as const;
export type ServiceSetName = (typeof serviceSets)[number];

/** Which services are upgraded, and on which lab. */
export interface ServiceSet {
  readonly title: string;
  readonly services: readonly ServiceName[];
  readonly extras: readonly ExtraServiceName[];
}

export const setOf: Readonly<Record<ServiceSetName, ServiceSet>> = {
  heat: { title: 'Heat alone', services: ['heat'], extras: [] },
  all: {
    title: 'Keystone, Glance, Placement and Heat',
    services: ['keystone', 'glance', 'placement', 'heat'],
    extras: ['glance', 'placement'],
  },
};

/** The APIs that are stopped: those that people miss. */
export function apisOf({ services }: Pick<ServiceSet, 'services'>): readonly Api[] {
  return services.flatMap((name): readonly Api[] => scripted[name].apis);
}

/** What the scripts read from their environment, beside how to reach the hosts. */
export function scriptVariables({ services }: Pick<ServiceSet, 'services'>): Readonly<Record<string, string>> {
  const chosen = services.map((name): ScriptedService => scripted[name]);
  const words = (of: (service: ScriptedService) => readonly string[]): string => chosen.flatMap(of).join(' ');
  return {
    PACKAGES: words(({ packages }) => packages),
    UNITS: words(({ units }) => units),
    BACKENDS: words(({ backends }) => backends),
    SCHEMAS: words(({ schema }) => [schema]),
    CONFIGURATION: words(({ configuration }) => [configuration]),
    MIGRATIONS: chosen.map(({ migration }) => migration).join('\n'),
    URLS: apisOf({ services })
      .map(({ port, healthPath }) => `${apiUrl({ address: addressOf('lb1'), port })}${healthPath}`)
      .join(' '),
  };
}
