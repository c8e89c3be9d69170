import type { HostName } from '../../schema/names';
import type { Scope, ScopedService } from './scope';

/** The same services on some of their hosts alone: what a block does with a part of the cloud while the rest goes on. */
export function scopeOn({ scope, hosts }: { scope: Scope; hosts: readonly HostName[] }): Scope {
  const here = (all: readonly HostName[]): HostName[] => all.filter((host) => hosts.includes(host));
  return {
    ...scope,
    services: scope.services.map((scoped) => serviceOn({ scoped, here })),
    controllers: here(scope.controllers),
    packageSets: scope.packageSets
      .map((set) => ({ ...set, hosts: here(set.hosts) }))
      .filter((set) => set.hosts.length > 0),
    others: scope.others.map((other) => ({ ...other, on: other.on.filter(({ host }) => hosts.includes(host)) })),
  };
}

function serviceOn(options: {
  scoped: ScopedService;
  here: (all: readonly HostName[]) => readonly HostName[];
}): ScopedService {
  const { scoped, here } = options;
  return {
    ...scoped,
    hosts: here(scoped.hosts),
    unitHosts: Object.fromEntries(Object.entries(scoped.unitHosts).map(([unit, hosts]) => [unit, here(hosts)])),
    sites: scoped.sites.filter(({ host }) => here([host]).length > 0),
    apis: scoped.apis.map((api) => ({
      ...api,
      endpoints: api.endpoints.filter(({ host }) => here([host]).length > 0),
    })),
  };
}
