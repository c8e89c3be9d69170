import type { CloudFacts, HostFacts } from '../../catalog/facts';
import { isLoopback, sameAddress, urlHost } from '../../catalog/platform/address';
import type { Endpoint } from '../../catalog/platform/endpoints';
import type { BalancedServer, Listener } from '../../catalog/platform/haproxy';
import type { Api, Schema, Service, ServiceUnit } from '../../catalog/service';
import type { Programs } from '../../programs';
import { type Cloud, haproxiesOf } from '../../schema/cloud';
import type { BoundUnit } from '../../schema/effect';
import { type HostName, listed } from '../../schema/names';
import type { PackageSet } from '../../schema/plan';
import { type Front, frontsOf } from './fronts';
import type { ComputeHost } from './computes';
import type { OtherUnit } from './other-units';
import type { Staying } from './staying';
import { runnerOf, type Runner, type Site } from './runner';
import { listeningAddress, speaksTls } from './api-place';
import { otherConsumers, type QueueTakers } from './queue-takers';
import { transportsOf } from './transports';

/** Everything the phases of a full upgrade are built from, worked out once from request, cloud file and facts. */
export interface Scope {
  readonly cloud: Cloud;
  readonly from: string;
  readonly to: string;
  /** In start order (R-OPS-44). */
  readonly services: readonly ScopedService[];
  /** Every host that a run may change. */
  readonly allHosts: readonly HostName[];
  /** Controllers, and hosts that are none and whose agents are upgraded with theirs. */
  readonly upgradedHosts: readonly HostName[];
  readonly databases: readonly HostName[];
  /** Where the front is driven and watched: HAProxy's hosts, or the one from which people's work is looked at. */
  readonly loadBalancers: readonly HostName[];
  readonly brokers: readonly HostName[];
  /** Holds the administrator's openrc: proofs run from there against every host. */
  readonly proofHost: HostName;
  readonly packageSets: readonly PackageSet[];
  /** Services outside the run that use what it replaces, in the order in which they are restarted. */
  readonly others: readonly OtherUnit[];
  /** By service: work that was stuck before the run, each accepted by its id. */
  readonly acceptedStuck: Readonly<Record<string, readonly string[]>>;
  /** Files of /etc that stay as they are although packages bring others: accepted in the plan. */
  readonly keptConfiguration: readonly string[];
  /** Where a restore point is compressed with gzip. */
  readonly withoutZstd: readonly HostName[];
  /** What must not follow when the target source is open, host by host. */
  readonly staying: readonly Staying[];
  readonly programs: Programs;
  readonly openAutomatically: boolean;
  readonly extraGates: readonly string[];
}

export interface ScopedService {
  readonly service: Service;
  readonly schemas: readonly ScopedSchema[];
  readonly apis: readonly ScopedApi[];
  /** Hosts that carry the service and are upgraded, controllers first. */
  readonly hosts: readonly HostName[];
  /** Hosts whose packages stay: its agents there stop with all others, and start again as they are. */
  readonly unchanged: readonly HostName[];
  /** Hosts that run it, by the unit's name, `unchanged` among them: engines may live apart from APIs. */
  readonly unitHosts: Readonly<Record<string, readonly HostName[]>>;
  /** Of these, those on which a site of Apache runs it and no unit. */
  readonly sites: readonly BoundSite[];
  /** On which its engines take work. Null: it has none, or no host could say. */
  readonly engineVhost: string | null;
  /** As its engines' queues name the hosts that could say so. */
  readonly engineNames: Readonly<Record<HostName, string>>;
  /** At the queues of its agents, and none of them. */
  readonly otherTakers: readonly QueueTakers[];
}

export interface BoundSite {
  readonly unit: string;
  readonly host: HostName;
  readonly site: Site;
}

/** Hosts of a unit on which it is stopped and started by the same commands. */
export interface UnitPlace {
  readonly hosts: readonly HostName[];
  /** Null: systemd runs it. */
  readonly site: Site | null;
}

export function placesOf(options: { scoped: ScopedService; unit: string }): UnitPlace[] {
  const { unitHosts, sites } = options.scoped;
  const own = sites.filter(({ unit }) => unit === options.unit);
  const asUnit = (unitHosts[options.unit] ?? []).filter((host) => !own.some((one) => one.host === host));
  const kinds = [...new Set(own.map(({ site }) => JSON.stringify(site)))];
  const asSite = kinds.flatMap((kind): UnitPlace[] => {
    const alike = own.filter(({ site }) => JSON.stringify(site) === kind);
    return alike.slice(0, 1).map(({ site }) => ({ site, hosts: alike.map(({ host }) => host) }));
  });
  return [...(asUnit.length === 0 ? [] : [{ hosts: asUnit, site: null }]), ...asSite];
}

/** A schema of a service as its controllers found it. */
export interface ScopedSchema {
  readonly schema: Schema;
  readonly database: { readonly name: string; readonly user: string };
  readonly revision: readonly string[];
}

export interface ScopedApi {
  readonly api: Api;
  readonly unit: string;
  /** Where each controller serves it, without the load balancer. */
  readonly endpoints: readonly { readonly host: HostName; readonly url: string }[];
  readonly balanced: readonly BalancedServer[];
  readonly listeners: readonly Listener[];
  readonly fronts: readonly Front[];
}

/** Connects a service with what the load balancer says about it: a backend is a service's when its servers use its ports. */
export function scopeService(options: {
  service: Service;
  cloud: Cloud;
  facts: CloudFacts;
  /** Hosts whose agents stop and start again as they are. */
  stopped: readonly ComputeHost[];
}): ScopedService | null {
  const { service, cloud, facts, stopped } = options;
  const carriers = controllersFirst({ cloud, hosts: facts.hosts.filter((host) => carries({ host, service })) });
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
    unchanged: stopped
      .filter(({ units }) => service.units.some(({ name }) => units.includes(name)))
      .map(({ host }) => host),
    sites: runners.flatMap(({ unit, host, runner }) =>
      runner.by === 'site' ? [{ unit, host, site: runner.site }] : [],
    ),
    unitHosts: Object.fromEntries(service.units.map(({ name }) => [name, having(name)])),
    engineVhost: Object.values(transports)[0]?.vhost ?? null,
    otherTakers: otherConsumers({ facts, service }),
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

/** "heat and keystone", for titles and groups. */
export function namesOf(services: readonly ScopedService[]): string {
  return listed(services.map(({ service }) => service.name));
}

/** Every schema of the run, in the order in which they are migrated. */
export function schemaNamesIn({ services }: Pick<Scope, 'services'>): string[] {
  return services.flatMap(({ schemas }) => schemas.map(({ database }) => database.name));
}

function runnerOn(options: { host: HostFacts; service: Service; unit: ServiceUnit }): Runner {
  const { host, service, unit } = options;
  return host.packages === null ? { by: 'nobody' } : runnerOf({ packages: host.packages, service, unit });
}

const isRun = ({ by }: Runner): boolean => by === 'unit' || by === 'site';

/** Units of the services that systemd runs on a host, in stop order. */
export function unitsOn(options: { scope: Scope; host: HostName }): string[] {
  const { scope, host } = options;
  return scope.services.flatMap(({ service, unitHosts, sites }) =>
    service.units
      .map(({ name }) => name)
      .filter((name) => unitHosts[name]?.includes(host))
      .filter((name) => !sites.some((one) => one.unit === name && one.host === host)),
  );
}

/** The others: sites of the host's Apache. */
export function sitesOn(options: { scope: Scope; host: HostName }): BoundSite[] {
  return options.scope.services.flatMap(({ sites }) => sites.filter(({ host }) => host === options.host));
}

function carries(options: { host: HostFacts; service: Service }): boolean {
  const installed = options.host.packages?.installed ?? [];
  return installed.some(({ name }) => name === options.service.versionPackage);
}

function scopeApi(options: {
  api: Api;
  unit: string;
  hosts: readonly HostName[];
  cloud: Cloud;
  facts: CloudFacts;
}): ScopedApi {
  const { api, unit, hosts, cloud, facts } = options;
  if (cloud.loadBalancer.kind === 'other') {
    const endpoints = hosts.map((host) => endpointOn({ host, api, balanced: [], cloud, facts }));
    return { api, unit, endpoints, ...behindOther({ api, hosts, cloud }) };
  }
  const balancers = facts.hosts.flatMap(({ loadBalancer }) => (loadBalancer === null ? [] : [loadBalancer]));
  const balanced = uniqueServers(
    balancers.flatMap(({ servers }) => servers).filter(({ port }) => port === api.port),
  ).filter((server) => isServed({ server, hosts, cloud }));
  const backends = balanced.map(({ backend }) => backend);
  const endpoints = hosts.map((host) => endpointOn({ host, api, balanced, cloud, facts }));
  const tlsBehind = endpoints.some(({ url }) => url.startsWith('https:'));
  const all = (balancers[0]?.listeners ?? [])
    .filter(({ backend }) => backends.includes(backend))
    .map((one) => (one.passes === true && tlsBehind ? { ...one, tls: true } : one));
  const fronts = frontsOf({ listeners: all, endpoints: callsOf({ cloud, facts }) });
  const forServices = (listener: Listener): boolean =>
    fronts.some(({ frontend, faces }) => frontend === listener.frontend && faces === 'services');
  return {
    api,
    unit,
    balanced,
    // Where users come in stands first: that is what is watched and proved.
    listeners: [...all.filter((one) => !forServices(one)), ...all.filter(forServices)],
    fronts,
    endpoints,
  };
}

/**
 * Where HAProxy reaches the API of a host, and whether by TLS: it may listen on another network than SSH. HAProxy beside
 * the API may go through the loopback, which is another host to everybody else.
 */
function endpointOn(options: {
  host: HostName;
  api: Api;
  balanced: readonly BalancedServer[];
  cloud: Cloud;
  facts: CloudFacts;
}): ScopedApi['endpoints'][number] {
  const { host, api, balanced, cloud, facts } = options;
  const server = balanced.find((one) => hostOf({ server: one, scope: { cloud } }) === host && !isLoopback(one.address));
  const place = { host: facts.hosts.find((one) => one.host === host), port: server?.port ?? api.port };
  const address = server?.address ?? listeningAddress({ ...place, sshAddress: addressOf({ cloud, host }) });
  const scheme = server?.tls === true || speaksTls(place) ? 'https' : 'http';
  return { host, url: `${scheme}://${urlHost(address)}:${String(place.port)}` };
}

/**
 * Where APIs are called: by the catalogue, and by what the services and the administrator of this run are configured to call. Nothing where
 * either is not known: then no front end counts as one for users alone.
 */
function callsOf(options: { cloud: Cloud; facts: CloudFacts }): readonly Endpoint[] {
  const { cloud, facts } = options;
  const hosts = facts.hosts.filter(({ packages }) => packages !== null);
  const configured = hosts.map(({ packages }) => packages?.keystoneUrls ?? null);
  const read = configured.flatMap((urls) => urls ?? []);
  if (configured.includes(null) || !hosts.some(({ host }) => host === cloud.openstack.on)) return [];
  return [...facts.hosts.flatMap(({ database }) => database?.endpoints ?? []), ...read];
}

/**
 * A server of a host that does not have the API is down before the run and after it: it is left as it is, because a plan that
 * puts it into rotation waits forever until it is up. A server on no host of the cloud file is somebody's who is up.
 */
function isServed(options: { server: BalancedServer; hosts: readonly HostName[]; cloud: Cloud }): boolean {
  const { server, hosts, cloud } = options;
  const host = hostOf({ server, scope: { cloud } });
  return host === null || hosts.includes(host);
}

/** Nothing of it can be read: every host that has the API counts as one that serves. */
function behindOther(options: {
  api: Api;
  hosts: readonly HostName[];
  cloud: Cloud;
}): Pick<ScopedApi, 'balanced' | 'listeners' | 'fronts'> {
  const { api, hosts, cloud } = options;
  const { name: backend, port } = api;
  const front = cloud.loadBalancer.kind === 'other' ? cloud.loadBalancer.frontends[backend] : undefined;
  const parts = /^(https?):\/\/(.+):(\d+)$/.exec(front ?? '');
  return {
    balanced: hosts.map((server) => ({
      backend,
      server,
      address: addressOf({ cloud, host: server }),
      port,
      administration: 'ready',
      up: true,
    })),
    listeners:
      parts === null
        ? []
        : [{ frontend: backend, address: parts[2] ?? '', port: Number(parts[3]), backend, tls: parts[1] === 'https' }],
    fronts: [],
  };
}

function addressOf(options: { cloud: Cloud; host: HostName }): string {
  return options.cloud.hosts[options.host]?.address ?? options.host;
}

function uniqueServers(servers: readonly BalancedServer[]): BalancedServer[] {
  const named = servers.map((server): [string, BalancedServer] => [`${server.backend}/${server.server}`, server]);
  return Object.values(Object.fromEntries(named));
}

export function loadBalancersOf(cloud: Cloud): HostName[] {
  return cloud.loadBalancer.kind === 'other' ? [cloud.openstack.on] : [...haproxiesOf(cloud).hosts];
}

/** The host behind a server of the load balancer, by its address or, on another network, by its name. */
export function hostOf(options: {
  server: { readonly address: string; readonly server: string };
  scope: Pick<Scope, 'cloud'>;
}): HostName | null {
  const { server, scope } = options;
  const hosts = Object.entries(scope.cloud.hosts);
  const found =
    hosts.find(([, { address }]) => sameAddress(address, server.address)) ??
    hosts.find(([name]) => server.server === name || server.server.startsWith(`${name}.`));
  return found?.[0] ?? null;
}

/** The process that answers for a server of the load balancer. */
export function unitBehind(options: {
  server: Parameters<typeof hostOf>[0]['server'];
  unit: string;
  scope: Pick<Scope, 'cloud'>;
}): BoundUnit | null {
  const host = hostOf(options);
  return host === null ? null : { unit: options.unit, host };
}

/** Every host that carries a service of the run and is upgraded. */
export function hostNames({ services }: Pick<Scope, 'services'>): readonly HostName[] {
  return [...new Set(services.flatMap(({ hosts }) => hosts))].sort();
}

/** The socket of the HAProxy that is driven. */
export function haproxyOf({ cloud }: Pick<Scope, 'cloud'>): string {
  return haproxiesOf(cloud).socket;
}

/** The same for every host of a batch, whose steps are the same. */
export function compressionOn(options: {
  scope: Pick<Scope, 'withoutZstd'>;
  hosts: readonly HostName[];
}): 'zstd' | 'gzip' {
  return options.hosts.some((host) => options.scope.withoutZstd.includes(host)) ? 'gzip' : 'zstd';
}

/** Of the host that makes the dumps. */
export function databaseCompression(scope: Pick<Scope, 'withoutZstd' | 'databases'>): 'zstd' | 'gzip' {
  return compressionOn({ scope, hosts: scope.databases.slice(0, 1) });
}
