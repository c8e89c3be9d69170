import type { CloudFacts } from '../../catalog/facts';
import type { HostName } from '../../schema/names';
import type { AgentsOrder } from './agents-order';
import type { ScopedService } from './scope';

/** Pollsters that the target release brings and a host's polling file enables, and the hosts whose agents share the work. */
export interface NewPollsters {
  readonly names: readonly string[];
  /** In the order in which they are upgraded. */
  readonly hosts: readonly HostName[];
  /** Units on these hosts that poll. */
  readonly units: readonly string[];
  /** Where people chose a polling file or a group themselves, or nobody could read whether they did. */
  readonly ownPolling: readonly HostName[];
}

/** Null: none, or agents of one host alone poll, so that none of the release before is ever beside them. */
export function newPollstersOf(options: {
  facts: CloudFacts;
  scoped: ScopedService;
  order: AgentsOrder;
}): NewPollsters | null {
  const { facts, scoped, order } = options;
  const { service, unitHosts } = scoped;
  const read = facts.hosts.map(({ host, packages }) => ({ host, packages }));
  // What is new to the agents of compute hosts, these poll by themselves, and share with nobody.
  const sharing = read.filter(({ host }) => order.hosts.includes(host));
  const names = [...new Set(sharing.flatMap(({ packages }) => packages?.pollsters[service.name]?.added ?? []))].sort();
  const units = (service.publishing?.shares ?? []).filter((unit) => (unitHosts[unit] ?? []).length > 0);
  const hosts = order.hosts.filter((host) => units.some((unit) => unitHosts[unit]?.includes(host)));
  if (names.length === 0 || hosts.length < 2) return null;
  const ownPolling = hosts.filter(
    (host) => read.find((one) => one.host === host)?.packages?.publishing[service.name]?.ownPolling !== false,
  );
  return { names, hosts, units, ownPolling };
}
