import type { HostFacts } from '../../catalog/facts';
import type { Service } from '../../catalog/service';
import type { Finding } from '../../schema/plan';
import { finding } from './finding';

/** What each service says of its database: unreadable, or not where its own code wants it. */
export function serviceFindings(options: { host: HostFacts; services: readonly Service[] }): Finding[] {
  const { host, services } = options;
  return services.flatMap((service) => {
    const facts = host.packages?.services[service.name];
    const carries = host.packages?.installed.some(({ name }) => name === service.versionPackage) ?? false;
    if (facts === undefined || !carries) return [];
    if (facts.unreadable !== null || facts.revision === null) {
      return [
        finding({
          what: `schema-unread-${service.name}`,
          level: 'blocker',
          host: host.host,
          text: `The schema revision of ${service.name} could not be read: ${facts.unreadable ?? 'no answer'}`,
          remedy: `Look at [database] connection in ${service.configFile} and whether ${service.user} can use it from this host.`,
          sources: ['R-OPS-31'],
        }),
      ];
    }
    const { current, head } = facts.revision;
    if (current.join() === head.join()) return [];
    return [
      finding({
        what: `schema-not-at-head-${service.name}`,
        level: 'blocker',
        host: host.host,
        text:
          `The database of ${service.name} is at ${current.join(' ') || 'no revision'}, its installed code wants ${head.join(' ')}. ` +
          'An upgrade on top of an unfinished one leaves holes in the schema.',
        remedy: `Finish the migration of the installed release first (${service.schema.sync.text} as user ${service.user}), or find out who is ahead.`,
        sources: ['R-OPS-31', 'traps 7, 8'],
      }),
    ];
  });
}

/** Names in the request that nobody knows, and services that no host carries. */
export function requestFindings(options: {
  asked: readonly string[];
  known: readonly Service[];
  carried: readonly string[];
}): Finding[] {
  const { asked, known, carried } = options;
  return asked
    .filter((name) => !carried.includes(name))
    .map((name) => {
      const unknown = !known.some((service) => service.name === name);
      return finding({
        what: `service-${unknown ? 'unknown' : 'absent'}-${name}`,
        level: 'blocker',
        text: unknown ? `${name} is not a service this version upgrades.` : `No controller carries ${name}.`,
        remedy: unknown
          ? `Known are ${known.map((service) => service.name).join(', ')}; docs/extend.md says how to add one.`
          : 'Take it out of "services", or put the missing host into the cloud file.',
        sources: ['R-OPS-33'],
      });
    });
}
