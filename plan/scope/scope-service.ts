import type { CloudFacts, HostFacts } from '../../catalog/facts';
import { isInstalled } from '../../catalog/installed-services';
import type { Schema, Service, ServiceUnit } from '../../catalog/service';
import type { Cloud } from '../../schema/cloud';
import type { HostName } from '../../schema/names';
import type { ComputeHost } from './computes';
import { otherConsumers } from './queue-consumers';
import { runnerOf, type Runner } from './runner';
import type { ScopedSchema, ScopedService } from './scope';
import { scopeApi } from './scope-api';
import { transportsOf } from './transports';

/** Connects a service with what its hosts and the load balancer say about it. Null: no host carries it, or nobody could read a schema of it. */
export function scopeService(options: {
  service: Service;
  cloud: Cloud;
  facts: CloudFacts;
  /** Hosts whose agents stop and start again as they are. */
  stopped: readonly ComputeHost[];
}): ScopedService | null {
  const { service, cloud, facts, stopped } = options;
  const carriers = controllersFirst({
    cloud,
    hosts: facts.hosts.filter(({ packages }) => isInstalled({ packages, service })),
  });
  const schemas = service.schemas.flatMap((schema) => scopeSchema({ schema, carriers }) ?? []);
  if (carriers.length === 0 || schemas.length < service.schemas.length) return null;
  const hosts = carriers.map(({ host }) => host);
  const runners = service.units.flatMap((unit) =>
    carriers.map((host) => ({ unit: unit.name, host: host.host, runner: runnerOn({ host, service, unit }) })),
  );
  const having = (unit: string): HostName[] => [
    ...runners.flatMap((one) => (one.unit === unit && isRun(one.runner) ? [one.host] : [])),
    ...stopped.flatMap(({ host, units }) => (units.includes(unit) ? [host] : [])),
  ];
  const transports = transportsOf({ facts, service: service.name });
  return {
    service,
    schemas,
    hosts,
    databaseHosts: carriers
      .filter(({ packages }) => service.schemas.every(({ id }) => packages?.schemas[id]?.database != null))
      .map(({ host }) => host),
    unchanged: stopped
      .filter(({ units }) => service.units.some(({ name }) => units.includes(name)))
      .map(({ host }) => host),
    sites: runners.flatMap(({ unit, host, runner }) =>
      runner.by === 'site' ? [{ unit, host, site: runner.site }] : [],
    ),
    unitHosts: Object.fromEntries(service.units.map(({ name }) => [name, having(name)])),
    engineVhost: Object.values(transports)[0]?.vhost ?? null,
    otherConsumers: otherConsumers({ facts, service }),
    engineNames: Object.fromEntries(Object.entries(transports).map(([host, { engineHost }]) => [host, engineHost])),
    apis: service.units.flatMap(({ name, api }) =>
      api === null ? [] : [scopeApi({ api, unit: name, hosts: having(name), cloud, facts })],
    ),
  };
}

/** What one host does for all, as a migration, a controller does: only there every setting of the service is sure to be. */
function controllersFirst({ cloud, hosts }: { cloud: Cloud; hosts: readonly HostFacts[] }): HostFacts[] {
  const is = ({ host }: HostFacts): boolean => cloud.hosts[host]?.roles.includes('controller') === true;
  return [...hosts.filter(is), ...hosts.filter((one) => !is(one))];
}

/** Null: no controller could read it, and a finding says so. */
function scopeSchema(options: { schema: Schema; carriers: readonly HostFacts[] }): ScopedSchema | null {
  const { schema, carriers } = options;
  const said = carriers.map((host) => host.packages?.schemas[schema.id]).find((one) => one?.database != null);
  if (said?.database == null || said.revision === null) return null;
  // The name goes into SQL and paths; anything else than these characters is not a schema of a packaged service.
  if (!/^[A-Za-z0-9_]+$/.test(said.database.name)) return null;
  const { name, user } = said.database;
  return { schema, database: { name, user }, revision: said.revision.current };
}

function runnerOn(options: { host: HostFacts; service: Service; unit: ServiceUnit }): Runner {
  const { host, service, unit } = options;
  return host.packages === null ? { by: 'nobody' } : runnerOf({ packages: host.packages, service, unit });
}

const isRun = ({ by }: Runner): boolean => by === 'unit' || by === 'site';
