/** A service that the controllers of a lab have when it was asked for. Keystone and Heat are always there. */
export interface ExtraService {
  readonly name: 'glance' | 'placement';
  /** As a person writes it. */
  readonly title: string;
  /** Its type in Keystone's catalogue. */
  readonly catalogType: 'image' | 'placement';
  /** Name of its schema, of its database user and of its Keystone user. */
  readonly schema: string;
  /** Run as the service's system user on the first controller. */
  readonly createSchema: string;
  readonly unit: string;
  readonly port: number;
  /** Answers 200 without a token. */
  readonly healthPath: string;
  /** Answers 200 with an admin's token when the service reaches its database. */
  readonly listPath: string;
  /** Configuration that the packages copy from a template only where none exists. */
  readonly configurationFiles: readonly string[];
}

export type ExtraServiceName = ExtraService['name'];

const services: readonly ExtraService[] = [
  {
    name: 'glance',
    title: 'Glance',
    catalogType: 'image',
    schema: 'glance',
    createSchema: 'glance-manage db_sync',
    unit: 'glance-api.service',
    port: 9292,
    healthPath: '/healthcheck',
    listPath: '/v2/images?limit=1',
    configurationFiles: ['/etc/glance/*.conf', '/etc/glance/*.ini', '/etc/glance/*.json', '/etc/glance/metadefs'],
  },
  {
    name: 'placement',
    title: 'Placement',
    catalogType: 'placement',
    schema: 'placement',
    createSchema: 'placement-manage db sync',
    unit: 'placement-api.service',
    port: 8778,
    // Placement has no healthcheck filter; its version document needs no token and no database.
    healthPath: '/',
    listPath: '/resource_providers',
    configurationFiles: ['/etc/placement/placement.conf'],
  },
];

export const extraServiceNames: readonly ExtraServiceName[] = services.map(({ name }) => name);

/** In one order, however they were asked for: the same set has the same layers and the same frozen state. */
export function extraServices(names: readonly ExtraServiceName[]): readonly ExtraService[] {
  return services.filter(({ name }) => names.includes(name));
}

/** Ends the names of everything that differs with the set of services: `-glance-placement`, or nothing. */
export function extrasSuffix(names: readonly ExtraServiceName[]): string {
  return extraServices(names)
    .map(({ name }) => `-${name}`)
    .join('');
}
