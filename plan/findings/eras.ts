import type { CloudFacts, HostFacts } from '../../catalog/facts';
import { isInstalled } from '../../catalog/installed-services';
import { releases } from '../../catalog/releases';
import { covers, type Service } from '../../catalog/service';
import type { Cloud } from '../../schema/cloud';
import { listed } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import { type Era, eraOf, keptBy } from '../scope/era';
import { finding } from './finding';

interface Asked {
  readonly cloud: Cloud;
  readonly facts: CloudFacts;
  /** As this run has them. */
  readonly services: readonly Service[];
  /** As the catalog has them, with every release. */
  readonly known: readonly Service[];
}

interface Subject {
  readonly cloud: Cloud;
  readonly facts: CloudFacts;
  readonly service: Service;
  readonly era: Era;
}

/** What releases of a service have that others do not (docs/decisions/0014-eras.md). */
export function eraFindings({ cloud, facts, services, known }: Asked): Finding[] {
  return known
    .filter(({ name }) => services.some((one) => one.name === name))
    .flatMap((service) => {
      const era = eraOf({ service, facts });
      if (era === null) return [];
      const subject = { cloud, facts, service, era };
      const ends = rolesEnd(subject);
      return [
        ...(ends.length === 0 ? rolesGone(subject) : ends),
        ...storage(subject),
        ...unreadCode(subject),
        ...onStandIns(subject),
        ...unitsChange(subject),
      ];
    });
}

/** The last release that had a role: `Pike (9)`. */
function lastOf({ service, to }: { service: Service; to: number }): string {
  const series = releases.find((one) => service.majors?.[one.series] === to)?.series ?? 'release';
  return `${series.charAt(0).toUpperCase()}${series.slice(1)} (${String(to)})`;
}

interface Ending {
  readonly name: string;
  readonly to: number;
}

/** Units and storage that end before this version. */
function endedBefore({ service, major }: { service: Service; major: number }): Ending[] {
  const named = [
    ...service.units.map(({ name, majors }) => ({ name, to: majors?.to })),
    ...service.schemas.map(({ id, majors }) => ({ name: `the database of ${id}`, to: majors?.to })),
  ];
  return named.flatMap(({ name, to }) => (to !== undefined && to < major ? [{ name, to }] : []));
}

function rolesGone({ cloud, service, era }: Subject): Finding[] {
  const ended = endedBefore({ service, major: era.target });
  const [first] = ended;
  if (first === undefined) return [];
  const named = ended.flatMap(({ name }) => placesNaming({ cloud, api: name }));
  return [
    finding({
      what: `roles-gone-${service.name}`,
      level: 'note',
      text: `No step for ${listed(ended.map(({ name }) => name))}: ${service.title} has none of them since its release after ${lastOf({ service, to: first.to })}.${named.length === 0 ? '' : ` The cloud file still has ${listed(named)}: the plan uses none of it.`}`,
      remedy: named.length === 0 ? 'Nothing.' : `Nothing, or remove ${listed(named)} from the cloud file.`,
      sources: ['R-CEIL-8', 'R-CEIL-15', 'R-CEIL-22'],
    }),
  ];
}

function placesNaming({ cloud, api }: { cloud: Cloud; api: string }): string[] {
  const { apis = {}, loadBalancer } = cloud;
  const fronts = loadBalancer.kind === 'other' ? loadBalancer.frontends : {};
  return [...(api in apis ? [`apis.${api}`] : []), ...(api in fronts ? [`loadBalancer.frontends.${api}`] : [])];
}

/** This very upgrade takes them away: what is handed to them would be read by nobody, and nothing would say so. */
function rolesEnd({ facts, service, era }: Subject): Finding[] {
  const ended = endedBefore({ service, major: era.target }).filter(({ to }) => to >= era.installed);
  const running = facts.hosts.flatMap(({ host, packages }) =>
    (packages?.units ?? [])
      .filter(({ name, loaded, active, enabled }) => loaded && (active || enabled === 'enabled') && isOne(ended, name))
      .map(({ name }) => `${name} on ${host}`),
  );
  const handing = facts.hosts.filter((host) => handsToCollectors({ host, service })).map(({ host }) => host);
  const [first] = ended;
  if (first === undefined || running.length + handing.length === 0) return [];
  const last = lastOf({ service, to: first.to });
  const { collects } = service.publishing ?? {};
  return [
    finding({
      what: `roles-end-${service.name}`,
      level: 'blocker',
      text:
        `${last} is the last release of ${service.title} with ${listed(ended.map(({ name }) => name))}. ` +
        (running.length === 0 ? '' : `Here ${listed(running)} still ${running.length === 1 ? 'runs' : 'run'}. `) +
        (handing.length === 0
          ? ''
          : `The pipelines on ${listed(handing)} publish to ${collects?.from ?? ''}://: after this upgrade nobody would read what they publish. `) +
        'What its own database holds is read by no later release.',
      remedy:
        'Move to the new roles while the installed release has both: publish to gnocchi:// in pipeline.yaml and event_pipeline.yaml on every host and restart the ' +
        `notification agents; when the queues metering.sample and event.sample are empty, stop and disable ${listed(ended.filter(({ name }) => service.units.some((unit) => unit.name === name)).map(({ name }) => name))}; tell those who read ` +
        'from the API to read from Gnocchi. Then request this upgrade again.',
      sources: ['R-CEIL-8', 'R-CEIL-15', 'R-CEIL-25', 'R-CEIL-28'],
    }),
  ];
}

const isOne = (ended: readonly Ending[], unit: string): boolean => ended.some(({ name }) => name === unit);

function handsToCollectors({ host, service }: { host: HostFacts; service: Service }): boolean {
  return host.packages?.publishing[service.name]?.collected === true;
}

/** No restore point holds it, so nothing could be rolled back after a migration (R-CEIL-7). */
function storage({ facts, service, era }: Subject): Finding[] {
  const own = service.schemas.find(({ optional }) => optional === true);
  if (own === undefined || !covers({ majors: own.majors, major: era.target })) return [];
  const others = facts.hosts.flatMap((host) =>
    keptBy({ host, service })
      .filter((kind) => kind !== 'mysql')
      .map((kind) => `${kind} on ${host.host}`),
  );
  if (others.length === 0) return [];
  return [
    finding({
      what: `storage-not-restorable-${service.name}`,
      level: 'blocker',
      text:
        `${service.title} keeps samples in a database of which this version makes no restore point: ${listed(others)}. It knows MariaDB and MySQL at [database] connection ` +
        'alone, and its upgrade would alter data that no rollback could restore.',
      remedy: `Leave ${service.name} out of "services", back that storage up as its own documentation says, and upgrade by hand: storage first, then collectors, notification agents, polling agents, API.`,
      sources: ['R-CEIL-4', 'R-CEIL-7'],
    }),
  ];
}

/** Up to Queens its packages have it for Python 2 in Debian and Ubuntu; the proofs of an agent need its own code. */
function unreadCode({ facts, service, era }: Subject): Finding[] {
  const { collects, partitioned } = service.publishing ?? {};
  if (collects === undefined || !covers({ majors: partitioned, major: era.installed })) return [];
  const unread = facts.hosts.filter(
    ({ packages }) => isInstalled({ packages, service }) && packages?.publishing[service.name] == null,
  );
  if (unread.length === 0) return [];
  return [
    finding({
      what: `code-unread-${service.name}`,
      level: 'blocker',
      text:
        `${service.title} ${String(era.installed)} could not be read with Python 3 on ${listed(unread.map(({ host }) => host))}. Packages of Debian and Ubuntu have this release's code for ` +
        'Python 2, with which the proofs of this version do not run: an agent that works could not be told from one that throws every sample away.',
      remedy:
        `Leave ${service.name} out of "services" and upgrade it by hand, in the order of its guide: storage, collectors, notification agents, polling agents, API. ` +
        `If its code is there for Python 3, check that ${service.user} can read its configuration and pipeline files.`,
      sources: ['R-CEIL-30', 'R-CEIL-32', 'R-CEIL-23'],
    }),
  ];
}

/** Nobody has the code of these releases to try it on. */
function onStandIns({ service, era }: Subject): Finding[] {
  const { partitioned } = service.publishing ?? {};
  if (partitioned === undefined || !covers({ majors: partitioned, major: era.installed })) return [];
  return [
    finding({
      what: `stand-ins-only-${service.name}`,
      level: 'warning',
      text:
        `The procedures for ${service.title} ${String(era.installed)} follow its guide and its code, and this program has run them on stand-ins alone: packages of Ocata and Pike ` +
        'whose units, queues and database are as they were, with programs of its own in them. It has upgraded no host with the real code of these releases.',
      remedy: `Rehearse it on a copy of your cloud, or leave ${service.name} out of "services".`,
      sources: ['R-CEIL-29', 'R-CEIL-30', 'R-OPS-11'],
    }),
  ];
}

/** Bills and alarms that name a unit meet another one from the new release on. */
function unitsChange({ service, era }: Subject): Finding[] {
  const changes = (service.publishing?.changedUnits ?? []).filter(
    ({ major }) => era.installed < major && major <= era.target,
  );
  return changes.map(({ meters, change }) =>
    finding({
      what: `units-change-${service.name}`,
      level: 'warning',
      text: `The new release of ${service.title} gives other units to ${listed(meters)}: ${change}. Values stay the same. Metrics that Gnocchi has already keep the old unit, new ones get the new one.`,
      remedy:
        'Ask who reads units (bills, dashboards, alarms), and accept once they know. The unit of a metric that exists is changed by hand in Gnocchi.',
      sources: ['R-CEIL-25', 'R-CEIL-28'],
    }),
  );
}
