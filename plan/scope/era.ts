import type { CloudFacts, HostFacts } from '../../catalog/facts';
import { majorOf } from '../../catalog/releases';
import { covers, type Schema, type Service } from '../../catalog/service';

/** Major versions of a service, as its packages say. */
export interface Era {
  /** The oldest that a host has: what runs there decides which units and which storage there are. */
  readonly installed: number;
  /** The newest that a host gets: its commands do the upgrade. */
  readonly target: number;
}

/** Null: no host has it. */
export function eraOf({ service, facts }: { service: Service; facts: CloudFacts }): Era | null {
  const versions = facts.hosts.flatMap(({ packages }) => {
    const has = packages?.installed.find(({ name }) => name === service.versionPackage);
    const gets = packages?.simulation.installs.find(({ name }) => name === service.versionPackage);
    return has === undefined ? [] : [{ has: majorOf(has.version), gets: majorOf(gets?.target ?? has.version) }];
  });
  if (versions.length === 0) return null;
  return {
    installed: Math.min(...versions.map(({ has }) => has)),
    target: Math.max(...versions.map(({ gets }) => gets)),
  };
}

/** The service as the releases of this run have it: what ended before them, or came after, is no part of the plan. */
export function inEra({ service, facts }: { service: Service; facts: CloudFacts }): Service {
  const era = eraOf({ service, facts });
  if (era === null || !hasEras(service)) return service;
  const { installed, target } = era;
  return {
    ...service,
    units: service.units.filter(({ majors }) => covers({ majors, major: installed })),
    schemas: service.schemas
      .filter((schema) => covers({ majors: schema.majors, major: target }) && isUsed({ service, schema, facts }))
      .map((schema) => ({
        ...schema,
        migrations: schema.migrations.filter(({ majors }) => covers({ majors, major: target })),
      })),
    servingMigrations: (service.servingMigrations ?? []).filter(({ majors }) => covers({ majors, major: target })),
  };
}

function hasEras({ units, schemas, servingMigrations = [] }: Service): boolean {
  return [...units, ...schemas, ...servingMigrations].some(({ majors }) => majors !== undefined);
}

/** A database that nobody configured is not there to be migrated; what is configured and cannot be read is a finding. */
function isUsed(options: { service: Service; schema: Schema; facts: CloudFacts }): boolean {
  const { service, schema, facts } = options;
  return schema.optional !== true || facts.hosts.some((host) => keptBy({ host, service }).length > 0);
}

/** Kinds of databases that the service's configuration names on a host. */
export function keptBy({ host, service }: { host: HostFacts; service: Pick<Service, 'name'> }): readonly string[] {
  return host.packages?.publishing[service.name]?.keeps ?? [];
}
