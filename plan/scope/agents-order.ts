import type { Service, ServiceUnit } from '../../catalog/service';
import { type AgentPart, agentParts } from '../../schema/agents-order';
import { hostsWith } from '../../schema/cloud';
import type { HostName } from '../../schema/names';
import type { Request } from '../../schema/request';
import { hostNames, type Scope, type ScopedService } from './scope';

/** In which order a service of agents is upgraded host by host (R-CEIL-23). */
export interface AgentsOrder {
  /** Parts that run here: on a host they stop together, because they share its packages, and start in this order. */
  readonly parts: readonly AgentPart[];
  /** Controllers. Hosts with the first part come first. One with several parts comes with the first of them. */
  readonly hosts: readonly HostName[];
  /** Hosts that are none, after them: what is upgraded on the first host for all, only a controller is sure to be configured for. */
  readonly computes: readonly HostName[];
}

/** As the request has it, else as the guide advises. */
export function agentsOrderOf({ scope, request }: { scope: Scope; request: Request }): AgentsOrder {
  const here = scope.services.flatMap(partsOf);
  const asked = request.options.agents?.order ?? agentParts;
  const parts = [...asked, ...agentParts.filter((part) => !asked.includes(part))].filter((part) => here.includes(part));
  const rank = (host: HostName): number =>
    Math.min(...scope.services.flatMap((scoped) => partsOn({ scoped, host }).map((part) => parts.indexOf(part))));
  const controllers = hostsWith({ cloud: scope.cloud, role: 'controller' });
  const all = hostNames(scope);
  return {
    parts,
    hosts: all
      .filter((host) => controllers.includes(host))
      .sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1)),
    computes: all.filter((host) => !controllers.includes(host)),
  };
}

/** The database is whatever the service keeps, in Gnocchi too. */
export function partsOf(scoped: ScopedService): AgentPart[] {
  return ['database', ...agentParts.filter((part) => hostsOf({ scoped, part }).length > 0)];
}

export function hostsOf({ scoped, part }: { scoped: ScopedService; part: AgentPart }): HostName[] {
  const own = scoped.service.units.filter((unit) => unit.part === part);
  return [...new Set(own.flatMap(({ name }) => scoped.unitHosts[name] ?? []))].sort();
}

function partsOn({ scoped, host }: { scoped: ScopedService; host: HostName }): AgentPart[] {
  return agentParts.filter((part) => hostsOf({ scoped, part }).includes(host));
}

/** Who takes what an agent sends: it is proved by what arrives behind them. */
export function takerOf(part: AgentPart | undefined): AgentPart | null {
  if (part === 'polling') return 'notification';
  return part === 'notification' ? 'collector' : null;
}

/** With its units in the order in which they stop, so that they start as the parts say. */
export function inPartsOrder({ scope, parts }: { scope: Scope; parts: AgentsOrder['parts'] }): Scope {
  return {
    ...scope,
    services: scope.services.map((scoped) => ({ ...scoped, service: reordered({ service: scoped.service, parts }) })),
  };
}

function reordered({ service, parts }: { service: Service; parts: AgentsOrder['parts'] }): Service {
  const rank = ({ part }: ServiceUnit): number => (part === undefined ? -1 : parts.indexOf(part));
  return { ...service, units: service.units.toSorted((one, other) => rank(other) - rank(one)) };
}
