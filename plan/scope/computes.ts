import type { CloudFacts, HostFacts, PackageFacts } from '../../catalog/facts';
import { majorOf } from '../../catalog/releases';
import { isOpenStackService } from '../../catalog/restart-order';
import type { Service, ServiceUnit } from '../../catalog/service';
import type { CloudFile } from '../../schema/cloud';
import type { HostName } from '../../schema/names';
import type { Plan } from '../../schema/plan';
import type { Request } from '../../schema/request';
import { otherUnitsOf } from './other-units';

/**
 * A host that is no controller, and has agents of the run: the polling agents of compute hosts. Everything that a plan does there follows
 * from this alone.
 */
export interface ComputeHost {
  readonly host: HostName;
  /** Agents of the run that run there. */
  readonly units: readonly string[];
  /**
   * `upgraded`: as a controller. `stopped`: its packages stay; its agents stop with all others and start again as they are, once the first new one is
   * proved (R-CEIL-12). `left`: nothing is done there.
   */
  readonly does: 'upgraded' | 'stopped' | 'left';
  /** Why it is not upgraded by itself: what else of OpenStack is there. Null: nobody could tell. */
  readonly beside: readonly string[] | null;
}

interface Asked {
  readonly cloud: Pick<CloudFile, 'hosts'>;
  readonly services: readonly Service[];
}

/**
 * New libraries under a running nova-compute are not what was asked for with an upgrade of Ceilometer: where anything else of OpenStack is
 * on the host, its packages are replaced only if the request says so. Whoever stops its agent meanwhile loses some minutes of samples, and nothing else.
 */
export function computesOf(
  options: Asked & { readonly kind: Plan['kind']; readonly facts: CloudFacts; readonly request: Request },
): ComputeHost[] {
  const { facts, kind, request, services } = options;
  const wish = request.options.agents?.computes;
  return facts.hosts.flatMap((host): ComputeHost[] => {
    const units = agentsOn({ ...options, host });
    if (units.length === 0) return [];
    const beside = besideOn({ host, services, request });
    const upgraded = wish === 'upgrade' || (wish === undefined && beside?.length === 0);
    const stopped = kind === 'full' && wish !== 'leave';
    return [{ host: host.host, units, beside, does: upgraded ? 'upgraded' : stopped ? 'stopped' : 'left' }];
  });
}

/**
 * Of each host what the plan goes by: packages where they are upgraded, else what was seen. Where compute hosts are upgraded after the controllers, it
 * is theirs alone: of controllers that have the target nothing is changed, and what is installed there is not where the run begins.
 */
export function settledFacts(options: {
  facts: CloudFacts;
  computes: readonly ComputeHost[];
  kind: Plan['kind'];
  services: readonly Service[];
}): CloudFacts {
  const { facts, computes } = options;
  const upgraded = upgradedOf(computes);
  const late = followControllers(options);
  const settled = (host: HostFacts): HostFacts => {
    if (upgraded.includes(host.host) && host.packages !== null)
      return { ...host, observed: null, packages: withoutDatabases(host.packages) };
    return late || host.observed !== null ? { ...host, packages: null } : host;
  };
  return { ...facts, hosts: facts.hosts.map(settled) };
}

const upgradedOf = (computes: readonly ComputeHost[]): HostName[] =>
  computes.filter(({ does }) => does === 'upgraded').map(({ host }) => host);

/** Of settled facts: compute hosts are all that the run upgrades. */
export function areAlone(options: { facts: CloudFacts; computes: readonly ComputeHost[] }): boolean {
  const upgraded = upgradedOf(options.computes);
  return (
    upgraded.length > 0 &&
    options.facts.hosts.every(({ host, packages }) => packages === null || upgraded.includes(host))
  );
}

/**
 * An earlier run left compute hosts with the release before: every other host of the service has the one that they get, or a newer one, and they do not. Only agents that
 * are upgraded host by host can follow so (R-CEIL-24).
 */
function followControllers(options: {
  facts: CloudFacts;
  computes: readonly ComputeHost[];
  kind: Plan['kind'];
  services: readonly Service[];
}): boolean {
  const { facts, computes, kind, services } = options;
  const upgraded = upgradedOf(computes);
  const [service, ...more] = services;
  if (kind !== 'partial' || service === undefined || more.length > 0 || upgraded.length === 0) return false;
  const versions = facts.hosts.flatMap(({ host, packages }) => {
    const named = ({ name }: { name: string }): boolean => name === service.versionPackage;
    const has = packages?.installed.find(named)?.version;
    const gets = packages?.simulation.installs.find(named)?.target;
    return has === undefined ? [] : [{ host, has: majorOf(has), gets: majorOf(gets ?? has) }];
  });
  const own = versions.filter(({ host }) => upgraded.includes(host));
  const others = versions.filter(({ host }) => !upgraded.includes(host));
  const target = Math.max(...own.map(({ gets }) => gets));
  return others.length > 0 && others.every(({ has }) => has >= target) && own.some(({ has }) => has < target);
}

/**
 * A compute host reaches no database, nor has it to: what reads and migrates them is on controllers. What its configuration says of them is a
 * default that nothing there uses.
 */
function withoutDatabases(packages: PackageFacts): PackageFacts {
  const publishing = Object.entries(packages.publishing).map(
    ([name, read]) => [name, read === null ? null : { ...read, keeps: [] }] as const,
  );
  return { ...packages, schemas: {}, publishing: Object.fromEntries(publishing) };
}

/** What is migrated was migrated from a controller. */
export function withoutSchemas(service: Service): Service {
  return { ...service, schemas: [] };
}

/** Whether a survey has to read the packages of this host as well. */
export function carriesUnits(options: Asked & { readonly facts: HostFacts }): boolean {
  return agentsOn({ ...options, host: options.facts }).length > 0;
}

/** Of a service of agents alone: what else belongs on compute hosts, a run leaves there. One that stands still is nobody's to stop or start. */
function agentsOn({ cloud, services, host }: Asked & { readonly host: HostFacts }): string[] {
  const roles = cloud.hosts[host.host]?.roles ?? [];
  const active = (host.observed?.units ?? []).filter((unit) => unit.loaded && unit.active).map(({ name }) => name);
  return services
    .flatMap(agentsBeyondControllers)
    .flatMap(({ name, on }) => (roles.includes(on) && active.includes(name) ? [name] : []));
}

/** Agents of a service that belong on hosts that are no controllers. */
export function agentsBeyondControllers({ units }: Pick<Service, 'units'>): ServiceUnit[] {
  return units.filter(({ on, part }) => part !== undefined && on !== 'controller');
}

/** Services that run with what would be replaced; else packages of services that stand still now. */
function besideOn(options: {
  host: HostFacts;
  services: readonly Service[];
  request: Request;
}): readonly string[] | null {
  const { host, services, request } = options;
  const { packages } = host;
  if (packages === null || packages.libraryUsers === null) return null;
  const running = otherUnitsOf({ hosts: [host], services, request }).map(({ unit }) => unit);
  if (running.length > 0) return running.sort();
  const own = services.flatMap(({ sourcePackages }) => sourcePackages);
  const installed = packages.installed.map(({ source }) => source);
  return [...new Set(installed)].filter((source) => isOpenStackService(source) && !own.includes(source)).sort();
}
