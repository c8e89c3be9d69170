import { sameAddress } from '../../catalog/platform/address';
import type { BalancedServer, Listener } from '../../catalog/platform/haproxy';
import type { Api, Schema, Service } from '../../catalog/service';
import type { Programs } from '../../programs';
import { type Cloud, haproxiesOf } from '../../schema/cloud';
import type { BoundUnit } from '../../schema/effect';
import { type HostName, listed } from '../../schema/names';
import type { PackageSet } from '../../schema/plan';
import type { Front } from './fronts';
import type { OtherUnit } from './other-units';
import type { ConsumersOfQueue } from './queue-consumers';
import type { Site } from './runner';
import type { Staying } from './staying';

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
  /** Of these, those whose code reads its schemas: its agents on compute hosts reach no database. */
  readonly databaseHosts: readonly HostName[];
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
  /** Consumers of the queues of its agents that are none of these. */
  readonly otherConsumers: readonly ConsumersOfQueue[];
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

/** "heat and keystone", for titles and groups. */
export function namesOf(services: readonly ScopedService[]): string {
  return listed(services.map(({ service }) => service.name));
}

/** Every schema of the run, in the order in which they are migrated. */
export function schemaNamesIn({ services }: Pick<Scope, 'services'>): string[] {
  return services.flatMap(({ schemas }) => schemas.map(({ database }) => database.name));
}

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
