import type { HostName } from '../../schema/names';

/** Hosts that are upgraded together, and leave one vhost for another together. */
export interface HostGroup {
  readonly hosts: readonly HostName[];
  readonly engines: readonly HostName[];
  readonly apis: readonly HostName[];
}

type Members = Pick<HostGroup, 'engines' | 'apis'>;

export function groupOf({ engines, apis }: Members): HostGroup {
  return { engines, apis, hosts: [...new Set([...engines, ...apis])].sort() };
}

export function joined(...groups: readonly Members[]): HostGroup {
  return groupOf({ engines: groups.flatMap(({ engines }) => engines), apis: groups.flatMap(({ apis }) => apis) });
}

/** Of each kind the first one: where engines live apart from APIs, a group of one has one of each. */
export function firstOf({ engines, apis }: Members): HostGroup {
  return groupOf({ engines: engines.slice(0, 1), apis: apis.slice(0, 1) });
}

export function lastOf({ engines, apis }: Members): HostGroup {
  return groupOf({ engines: engines.slice(-1), apis: apis.slice(-1) });
}

export function withoutGroup(options: { all: Members; group: Members }): HostGroup {
  const { all, group } = options;
  return groupOf({
    engines: all.engines.filter((host) => !group.engines.includes(host)),
    apis: all.apis.filter((host) => !group.apis.includes(host)),
  });
}

export function onHosts(options: { all: Members; hosts: readonly HostName[] }): HostGroup {
  const { all, hosts } = options;
  return groupOf({
    engines: all.engines.filter((host) => hosts.includes(host)),
    apis: all.apis.filter((host) => hosts.includes(host)),
  });
}
