/** A service that the controllers of a lab have when it was asked for. Keystone and Heat are always there. */
export interface ExtraService {
  readonly name: 'glance' | 'placement' | 'gnocchi' | 'ceilometer';
  /** As a person writes it. */
  readonly title: string;
  /** Name of its schema and of its database user. Null: it keeps nothing in a database. */
  readonly schema: string | null;
  /** Run as the service's system user on the first controller, once both are configured. */
  readonly prepare: string;
  readonly units: readonly string[];
  /** Null: nobody calls it. */
  readonly api: ExtraApi | null;
  /** Configuration that the packages copy from a template only where none exists. */
  readonly configurationFiles: readonly string[];
  /** A folder that both controllers see, as a cloud mounts NFS or Ceph there. */
  readonly sharedFolder: string | null;
  /** Services without which it cannot work: they are in every lab that has it. */
  readonly needs: readonly ExtraService['name'][];
}

export interface ExtraApi {
  /** Its type in Keystone's catalogue. */
  readonly catalogType: 'image' | 'placement' | 'metric';
  readonly port: number;
  /** Answers 200 without a token. */
  readonly healthPath: string;
  /** Answers 200 with an admin's token when the service reaches its database. */
  readonly listPath: string;
}

export type ExtraServiceName = ExtraService['name'];

const services: readonly ExtraService[] = [
  {
    name: 'glance',
    title: 'Glance',
    schema: 'glance',
    prepare: 'glance-manage db_sync',
    units: ['glance-api.service'],
    api: { catalogType: 'image', port: 9292, healthPath: '/healthcheck', listPath: '/v2/images?limit=1' },
    configurationFiles: ['/etc/glance/*.conf', '/etc/glance/*.ini', '/etc/glance/*.json', '/etc/glance/metadefs'],
    sharedFolder: '/var/lib/glance/images',
    needs: [],
  },
  {
    name: 'placement',
    title: 'Placement',
    schema: 'placement',
    prepare: 'placement-manage db sync',
    units: ['placement-api.service'],
    // Placement has no healthcheck filter; its version document needs no token and no database.
    api: { catalogType: 'placement', port: 8778, healthPath: '/', listPath: '/resource_providers' },
    configurationFiles: ['/etc/placement/placement.conf'],
    sharedFolder: null,
    needs: [],
  },
  {
    name: 'gnocchi',
    title: 'Gnocchi',
    schema: 'gnocchi',
    prepare: 'gnocchi-upgrade',
    units: ['gnocchi-api.service', 'gnocchi-metricd.service'],
    api: { catalogType: 'metric', port: 8041, healthPath: '/healthcheck', listPath: '/v1/status?details=False' },
    configurationFiles: ['/etc/gnocchi/gnocchi.conf', '/etc/gnocchi/policy.json', '/etc/gnocchi/api-paste.ini'],
    sharedFolder: '/var/lib/gnocchi',
    needs: [],
  },
  {
    name: 'ceilometer',
    title: 'Ceilometer',
    schema: null,
    prepare: 'ceilometer-upgrade --retry 3',
    units: ['ceilometer-agent-notification.service', 'ceilometer-agent-central.service'],
    api: null,
    configurationFiles: ['/etc/ceilometer/ceilometer.conf'],
    sharedFolder: null,
    needs: ['gnocchi'],
  },
];

export const extraServiceNames: readonly ExtraServiceName[] = services.map(({ name }) => name);

/** Sets of services with a name of their own. */
export const profiles = { telemetry: ['gnocchi', 'ceilometer'] } as const satisfies Readonly<
  Record<string, readonly ExtraServiceName[]>
>;

export type ProfileName = keyof typeof profiles;

export const profileNames = Object.keys(profiles) as readonly ProfileName[];

/** In one order, however they were asked for, with what they need: the same set has the same layers and frozen state. */
export function extraServices(names: readonly ExtraServiceName[]): readonly ExtraService[] {
  const needed = services.filter(({ name }) => names.includes(name)).flatMap(({ needs }) => needs);
  return services.filter(({ name }) => names.includes(name) || needed.includes(name));
}

/** Ends the names of everything that differs with the set of services: `-glance-placement`, or nothing. */
export function extrasSuffix(names: readonly ExtraServiceName[]): string {
  return extraServices(names)
    .map(({ name }) => `-${name}`)
    .join('');
}
