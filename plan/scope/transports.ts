import type { CloudFacts } from '../../catalog/facts';
import type { TransportFacts, TransportRead } from '../../catalog/platform/transport';
import type { HostName } from '../../schema/names';

/** By host, where it could be read. */
export function transportsOf(options: { facts: CloudFacts; service: string }): Record<HostName, TransportFacts> {
  const { facts, service } = options;
  return Object.fromEntries(
    facts.hosts.flatMap((host): [HostName, TransportFacts][] => {
      const read = host.packages?.rollingTransports[service];
      return read === undefined || !isRead(read) ? [] : [[host.host, read]];
    }),
  );
}

export function isRead(read: TransportRead): read is TransportFacts {
  return !('unreadable' in read);
}
