import type { HostFacts } from '../../catalog/facts';
import type { HostName } from '../../schema/names';
import type { PackageChange, PackageSet } from '../../schema/plan';

/** Hosts that get the same changes share a set. Ids are `set-1`, `set-2` in the order of the hosts' names. */
export function packageSetsOf(options: { hosts: readonly HostFacts[] }): PackageSet[] {
  const groups = options.hosts.reduce<{ key: string; hosts: HostName[]; packages: PackageChange[] }[]>((done, host) => {
    const packages = changesOf(host);
    if (packages.length === 0) return done;
    const key = JSON.stringify(packages);
    const known = done.find((group) => group.key === key);
    if (known === undefined) return [...done, { key, hosts: [host.host], packages }];
    return done.map((group) => (group === known ? { ...group, hosts: [...group.hosts, host.host] } : group));
  }, []);
  return groups.map(({ hosts, packages }, index) => ({ id: `set-${String(index + 1)}`, hosts, packages }));
}

function changesOf(host: HostFacts): PackageChange[] {
  return [...(host.packages?.simulation.installs ?? [])]
    .map(({ name, installed, target }) => ({ name, installed, target }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
