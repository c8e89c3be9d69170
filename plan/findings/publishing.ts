import type { CloudFacts, HostFacts } from '../../catalog/facts';
import { isInstalled } from '../../catalog/installed-services';
import { majorOf } from '../../catalog/releases';
import type { Publishing, Service } from '../../catalog/service';
import { listed } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import { finding } from './finding';

interface Asked {
  readonly facts: CloudFacts;
  readonly services: readonly Service[];
  readonly known: readonly Service[];
}

/** Services that measure and services that keep what is measured: what would be lost, counted twice or never proved. */
export function publishingFindings(options: Asked): Finding[] {
  const { facts, services } = options;
  return [
    ...services.flatMap((service) =>
      service.publishing === undefined ? [] : publishes({ facts, service, of: service.publishing }),
    ),
    ...services.flatMap((service) => [...fed({ ...options, service }), ...skipsMajor({ facts, service })]),
  ];
}

function publishes(options: { facts: CloudFacts; service: Service; of: Publishing }): Finding[] {
  const { facts, service, of } = options;
  const carriers = facts.hosts.filter(({ packages }) => isInstalled({ packages, service }));
  return [
    ...carriers.flatMap((host) => [
      ...(handsOnAlone({ host, service }) ? [] : [...unread({ host, service }), ...stores({ host, service, of })]),
      ...pollsters({ host, service }),
    ]),
    ...uncoordinated({ carriers, service, of }),
  ];
}

/** A compute host: its agents send to queues alone, whatever pipelines its configuration has. */
function handsOnAlone({ host, service }: { host: HostFacts; service: Service }): boolean {
  const there = (host.packages?.units ?? []).filter(({ loaded }) => loaded).map(({ name }) => name);
  const own = service.units.filter(({ name }) => there.includes(name));
  return own.length > 0 && own.every(({ on }) => on !== 'controller');
}

function unread({ host, service }: { host: HostFacts; service: Service }): Finding[] {
  const { title, name, user } = service;
  if (publishingOf({ host, service }) !== null) return [];
  return [
    finding({
      what: `publishers-unread-${name}`,
      level: 'warning',
      host: host.host,
      text: `Where ${title} hands on its samples could not be read on this host: whether the run can prove it afterwards is not known.`,
      remedy: `Check that ${user} can read its configuration and pipeline files here. Accept only if its samples go to Gnocchi.`,
      sources: ['R-CEIL-4', 'R-CEIL-32'],
    }),
  ];
}

/** The storage decides how it is upgraded and how it is proved. */
function stores(options: { host: HostFacts; service: Service; of: Publishing }): Finding[] {
  const { host, service, of } = options;
  const { title, name } = service;
  const publishers = handedTo(options) ?? of.stores;
  const others = publishers.filter((one) => !of.stores.includes(one));
  if (publishers.length === 1 && publishers[0] === of.collects?.keeps) return [ownDatabaseAlone({ host, service, of })];
  if (!publishers.some((one) => of.stores.includes(one))) {
    return [
      finding({
        what: `publisher-not-provable-${name}`,
        level: 'blocker',
        host: host.host,
        text:
          `${title} hands its samples to ${listed(publishers) || 'nobody'} here. This version proves ${title} by measures in ` +
          `${listed(of.stores)} alone: an agent that works could not be told from one that throws every sample away.`,
        remedy: `Leave ${name} out of "services" and upgrade it by hand after the others, as the storage's own documentation says.`,
        sources: ['R-CEIL-4', 'R-CEIL-32'],
      }),
    ];
  }
  return others.map((one) =>
    finding({
      what: `publisher-beside-${one}`,
      level: 'warning',
      host: host.host,
      text: `${title} hands samples or events to ${one} as well. Whoever reads them there gets what the new release writes, and the run does not prove it.`,
      remedy: `Tell those who read from ${one} that the release changes, and accept. A queue that nobody reads only grows: remove ${one}:// from the pipeline then.`,
      sources: ['R-CEIL-4', 'R-CEIL-28'],
    }),
  );
}

/**
 * No agent could be proved: what its collectors keep there only its own code reads, which is code for Python 2 in the packages of these releases.
 * Gnocchi beside it is proved, and the plan upgrades both.
 */
function ownDatabaseAlone(options: { host: HostFacts; service: Service; of: Publishing }): Finding {
  const { host, service, of } = options;
  const { title, name, configFile } = service;
  const store = of.stores[0] ?? '';
  const collector = of.collects?.unit ?? '';
  return finding({
    what: `publisher-not-provable-${name}`,
    level: 'blocker',
    host: host.host,
    text:
      `${title} keeps its samples in its own database alone here. This version proves its agents by measures in ${store}, and does not read that database: ` +
      'an agent that works could not be told from one that throws every sample away.',
    remedy:
      `Have ${collector} keep them in ${store} as well: a second line meter_dispatchers = ${store} beside "${of.collects?.keeps ?? ''}" in ${configFile} on every host, then systemctl restart ${collector} ` +
      `on one after the other. The plan then upgrades both storages. Or leave ${name} out of "services" and upgrade it by hand, in the order of its guide: storage, collectors, notification agents, polling agents, API.`,
    sources: ['R-CEIL-4', 'R-CEIL-9', 'R-CEIL-23', 'R-CEIL-32'],
  });
}

/** Where samples end: what collectors are handed goes where their dispatchers say. Its own database is the service's, and part of the run. */
function handedTo(options: { host: HostFacts; service: Service; of: Publishing }): readonly string[] | null {
  const { service, of } = options;
  const read = publishingOf(options);
  const { collects } = of;
  const collected = collects !== undefined && service.units.some(({ name }) => name === collects.unit);
  if (read === null || !collected || read.collected !== true) return read?.publishers ?? null;
  const dispatched = read.dispatchers ?? [];
  const beside = dispatched.length > 1 ? dispatched.filter((one) => one !== collects.keeps) : dispatched;
  return [...new Set([...read.publishers.filter((one) => one !== collects.from), ...beside])];
}

function uncoordinated(options: { carriers: readonly HostFacts[]; service: Service; of: Publishing }): Finding[] {
  const { carriers, service, of } = options;
  const agents = carriers.flatMap((host) =>
    (host.packages?.units ?? [])
      .filter(
        ({ name, loaded, active, enabled }) => loaded && of.shares.includes(name) && (active || enabled === 'enabled'),
      )
      .map(({ name }) => ({ host, unit: name })),
  );
  // Those of compute hosts share nothing, and need no coordination.
  const sharing = carriers.filter((host) => agents.some((one) => one.host === host));
  const apart = sharing.filter((host) => publishingOf({ host, service })?.coordinated === false);
  if (agents.length < 2 || apart.length === 0) return [];
  return [
    finding({
      what: `agents-uncoordinated-${service.name}`,
      level: 'blocker',
      text:
        `${listed(agents.map(({ host, unit }) => `${unit} on ${host.host}`))} poll the same things, and [coordination] backend_url is not set on ` +
        `${listed(apart.map(({ host }) => host))}: every sample is taken as many times as there are agents.`,
      remedy: `Set [coordination] backend_url in ${service.configFile} on every host, the same everywhere, or stop and disable all but one of these units.`,
      sources: ['R-CEIL-14', 'trap 32'],
    }),
  ];
}

/** Always add, never remove, says the guide; releases did otherwise. */
function pollsters({ host, service }: { host: HostFacts; service: Service }): Finding[] {
  const { title, name } = service;
  const changes = host.packages?.pollsters[name] ?? null;
  if (changes === null) {
    return [
      finding({
        what: `pollsters-unread-${name}`,
        level: 'warning',
        host: host.host,
        text: `Whether the new release of ${title} still has every pollster that is in use on this host could not be read: a meter without one ends with the upgrade.`,
        remedy: `Compare polling.yaml with the release notes of the target. Accept if no meter that somebody needs is removed.`,
        sources: ['R-CEIL-25'],
      }),
    ];
  }
  const { removed, added } = changes;
  return [
    ...(removed.length === 0
      ? []
      : [
          finding({
            what: `pollsters-removed-${name}`,
            level: 'warning',
            host: host.host,
            text: `The new release of ${title} has no pollster for ${listed(removed)}, which polling.yaml enables on this host: no sample of ${removed.length === 1 ? 'this meter' : 'these meters'} is taken any more, and nothing says so. What was measured before stays.`,
            remedy:
              'Ask who reads them (alarms, bills), and search the release notes for their replacement. Accept when nobody needs them, or when a pollster of your own ' +
              '(pollsters.d) takes them.',
            sources: ['R-CEIL-25', 'R-CEIL-28'],
          }),
        ]),
    ...(added.length === 0
      ? []
      : [
          finding({
            what: `pollsters-added-${name}`,
            level: 'note',
            host: host.host,
            text: `The new release of ${title} has pollsters that a wildcard in polling.yaml enables on this host: ${listed(added)}. Their samples take room in the store.`,
            remedy: 'Nothing, or name in polling.yaml what is to be polled.',
            sources: ['R-CEIL-19', 'R-CEIL-27'],
          }),
        ]),
  ];
}

/** While it is stopped, these throw away what they would hand to it. */
function fed({ facts, services, known, service }: Asked & { service: Service }): Finding[] {
  const missing = (service.fedBy ?? []).filter((name) => !services.some((one) => one.name === name));
  return known
    .filter(({ name }) => missing.includes(name))
    .filter((feeder) => facts.hosts.some(({ packages }) => isInstalled({ packages, service: feeder })))
    .map((feeder) =>
      finding({
        what: `feeds-${service.name}-${feeder.name}`,
        level: 'blocker',
        text:
          `${feeder.title} hands its samples to ${service.title}, and is no part of this run: while ${service.title} is stopped, every ` +
          'sample is thrown away. Stopped itself, its queue would keep them.',
        remedy: `Add ${feeder.name} to "services": it stops before ${service.title} and starts after it.`,
        sources: ['R-CEIL-4', 'R-CEIL-32'],
      }),
    );
}

/** Where no series tells the distance (B.11). */
function skipsMajor({ facts, service }: { facts: CloudFacts; service: Service }): Finding[] {
  if (service.majors !== null) return [];
  const skipping = facts.hosts.flatMap(({ host, packages }) => {
    const found = packages?.simulation.installs.find(({ name }) => name === service.versionPackage);
    const { installed = null, target } = found ?? {};
    if (installed === null || target === undefined || majorOf(target) <= majorOf(installed) + 1) return [];
    return [{ host, installed, target }];
  });
  const [first] = skipping;
  if (first === undefined) return [];
  return [
    finding({
      what: `skips-major-${service.name}`,
      level: 'blocker',
      text: `${service.title} would go from ${first.installed} to ${first.target} on ${listed(skipping.map(({ host }) => host))}. It can only be upgraded from one major version to the next.`,
      remedy: 'Upgrade to a release in between first, from a package source that has it.',
      sources: ['R-CEIL-4'],
    }),
  ];
}

function publishingOf({
  host,
  service,
}: {
  host: HostFacts;
  service: Service;
}): NonNullable<HostFacts['packages']>['publishing'][string] {
  return host.packages?.publishing[service.name] ?? null;
}
