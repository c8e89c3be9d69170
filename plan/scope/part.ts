import type { HostName } from '../../schema/names';
import type { Scope, ScopedService } from './scope';

/** The same services on some of their hosts alone: what a block does with a part of the cloud while the rest goes on. */
export function scopeOn({ scope, hosts }: { scope: Scope; hosts: readonly HostName[] }): Scope {
  const here = (all: readonly HostName[]): HostName[] => all.filter((host) => hosts.includes(host));
  return {
    ...scope,
    services: scope.services.map((scoped) => serviceOn({ scoped, hosts })),
    upgradedHosts: here(scope.upgradedHosts),
    packageSets: scope.packageSets
      .map((set) => ({ ...set, hosts: here(set.hosts) }))
      .filter((set) => set.hosts.length > 0),
    others: scope.others.map((other) => ({ ...other, on: other.on.filter(({ host }) => hosts.includes(host)) })),
  };
}

/** One service on some of its hosts alone. */
export function serviceOn({ scoped, hosts }: { scoped: ScopedService; hosts: readonly HostName[] }): ScopedService {
  const here = (all: readonly HostName[]): HostName[] => all.filter((host) => hosts.includes(host));
  return {
    ...scoped,
    hosts: here(scoped.hosts),
    databaseHosts: here(scoped.databaseHosts),
    unchanged: here(scoped.unchanged),
    unitHosts: Object.fromEntries(Object.entries(scoped.unitHosts).map(([unit, hosts]) => [unit, here(hosts)])),
    sites: scoped.sites.filter(({ host }) => here([host]).length > 0),
    apis: scoped.apis.map((api) => ({
      ...api,
      endpoints: api.endpoints.filter(({ host }) => here([host]).length > 0),
    })),
  };
}
