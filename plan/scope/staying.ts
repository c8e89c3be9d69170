import type { HostFacts } from '../../catalog/facts';
import type { HostName } from '../../schema/names';

/** Packages of a host that the run does not upgrade and that its source would, in the next upgrade of the whole host. */
export interface Staying {
  readonly host: HostName;
  readonly packages: readonly { readonly name: string; readonly installed: string }[];
  /** Pins of an earlier run are on the host: they are replaced, or go. */
  readonly pinned: boolean;
}

export function stayingOn({ host, packages }: HostFacts): Staying {
  const upgraded = (packages?.simulation.installs ?? []).map(({ name }) => name);
  const offers = packages?.targetOffers?.packages ?? [];
  return {
    host,
    packages: offers.filter(({ name }) => !upgraded.includes(name)).map(({ name, installed }) => ({ name, installed })),
    pinned: packages?.targetOffers?.pinned ?? false,
  };
}

/** What hosts of one set keep: one text for all of them. Null: nothing to write, and nothing to take away. */
export function keptOn(options: {
  staying: readonly Staying[];
  hosts: readonly HostName[];
}): readonly { readonly name: string; readonly version: string }[] | null {
  const own = options.staying.filter(({ host }) => options.hosts.includes(host));
  const pairs = own.flatMap(({ packages }) => packages.map((one) => `${one.name} ${upstream(one.installed)}`));
  if (pairs.length === 0 && !own.some(({ pinned }) => pinned)) return null;
  return [...new Set(pairs)].sort().map((pair) => {
    const [name = '', version = ''] = pair.split(' ');
    return { name, version };
  });
}

/** All that a distribution makes of one upstream version, so that its security updates still come: `1:20.0.0-*`. */
function upstream(version: string): string {
  return version.includes('-') ? version.replace(/-[^-]*$/, '-*') : version;
}
