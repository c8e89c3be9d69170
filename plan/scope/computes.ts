import type { CloudFacts, HostFacts, PackageFacts } from '../../catalog/facts';
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
 * Of each host what the plan goes by: packages where they are upgraded, else what was seen. `alone`: compute hosts are upgraded after the controllers. Then
 * nothing is changed on these, and what they have installed is not where the run begins.
 */
export function settledFacts(options: {
  facts: CloudFacts;
  computes: readonly ComputeHost[];
  alone: boolean;
}): CloudFacts {
  const { facts, computes, alone } = options;
  const upgraded = upgradedOf(computes);
  const settled = (host: HostFacts): HostFacts => {
    if (upgraded.includes(host.host) && host.packages !== null)
      return { ...host, observed: null, packages: withoutDatabases(host.packages) };
    return alone || host.observed !== null ? { ...host, packages: null } : host;
  };
  return { ...facts, hosts: facts.hosts.map(settled) };
}

export function upgradedOf(computes: readonly ComputeHost[]): HostName[] {
  return computes.filter(({ does }) => does === 'upgraded').map(({ host }) => host);
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
