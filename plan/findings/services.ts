import type { HostFacts } from '../../catalog/facts';
import { isInstalled } from '../../catalog/installed-services';
import type { TransportVerdict } from '../../catalog/platform/transport-url';
import type { SchemaRead } from '../../catalog/platform/service-config';
import type { Schema, Service } from '../../catalog/service';
import type { Finding, Plan } from '../../schema/plan';
import { finding } from './finding';

/** What each service says of its database: unreadable, or not where its own code wants it. */
export function serviceFindings(options: { host: HostFacts; services: readonly Service[] }): Finding[] {
  const { host, services } = options;
  return services.flatMap((service) => {
    const { packages } = host;
    if (packages === null || !isInstalled({ packages, service })) return [];
    return [
      ...transport({ host: host.host, service, verdict: packages.transports[service.name] ?? null }),
      ...service.schemas.flatMap((schema) =>
        revision({ host: host.host, service, schema, read: packages.schemas[schema.id] }),
      ),
    ];
  });
}

function revision(options: {
  host: string;
  service: Service;
  schema: Schema;
  read: SchemaRead | undefined;
}): Finding[] {
  const { host, service, schema, read } = options;
  if (read === undefined) return [];
  if (read.unreadable !== null || read.revision === null) {
    const { file, section, option = 'connection' } = schema.config;
    return [
      finding({
        what: `schema-unread-${schema.id}`,
        level: 'blocker',
        host,
        text: `The schema revision of ${schema.id} could not be read: ${read.unreadable ?? 'no answer'}`,
        remedy: `Check [${section}] ${option} in ${file} and whether ${service.user} can use it from this host.`,
        sources: ['R-OPS-31'],
      }),
    ];
  }
  const { current, head, ahead } = read.revision;
  if (current.join() === head.join()) return [];
  return [(ahead ? schemaAhead : notAtHead)({ host, service, schema, current, head })];
}

interface Revisions {
  readonly host: string;
  readonly service: Service;
  readonly schema: Schema;
  readonly current: readonly string[];
  readonly head: readonly string[];
}

/** As a rolling run leaves it that went back: its way back restores no database (C.8). */
function schemaAhead(options: Revisions): Finding {
  const { host, schema, current, head } = options;
  return finding({
    what: `schema-ahead-${schema.id}`,
    level: 'warning',
    host,
    text:
      `The database of ${schema.id} is at ${current.join(' ')}, which the installed code has never heard of (it wants ${head.join(' ')}): ` +
      'a newer release has migrated it, as a rolling upgrade does that is then rolled back.',
    remedy: 'Accept if such a run was rolled back here; else find out who migrated, and whether the target is as new.',
    sources: ['R-OPS-31', 'C.8'],
  });
}

function notAtHead(options: Revisions): Finding {
  const { host, service, schema, current, head } = options;
  const commands = schema.migrations.map(({ command }) => command.text).join('; ');
  return finding({
    what: `schema-not-at-head-${schema.id}`,
    level: 'blocker',
    host,
    text:
      `The database of ${schema.id} is at ${current.join(' ') || 'no revision'}, its installed code wants ${head.join(' ')}. ` +
      'An upgrade on top of an unfinished one leaves holes in the schema.',
    remedy: `Finish the migration of the installed release first (${commands} as user ${service.user}), or find out who is ahead.`,
    sources: ['R-OPS-31', 'trap 7', 'trap 8'],
  });
}

const badTransport: Record<
  Exclude<TransportVerdict, 'fine' | 'unset'>,
  { readonly text: string; readonly remedy: string }
> = {
  slashInPassword: {
    text: 'has a / in the password of RabbitMQ, which no release can read, not even as %2F',
    remedy:
      'Give the RabbitMQ user a password without a slash (rabbitmqctl change_password) and write it into every transport_url.',
  },
  unparsable: {
    text: 'cannot be taken apart by oslo.messaging',
    remedy:
      'Write # ? , [ ] in its user and password as %23 %3F %2C %5B %5D; a host must stand behind rabbit://, and a number behind the colon.',
  },
  interpolated: {
    text: 'has a $ that stands for an option that does not exist',
    remedy: 'Write $$ for each $ of the password.',
  },
};

function transport(options: { host: string; service: Service; verdict: TransportVerdict | null }): Finding[] {
  const { host, service, verdict } = options;
  if (verdict === 'fine' || verdict === 'unset') return [];
  if (verdict === null) {
    return [
      finding({
        what: `transport-url-unread-${service.name}`,
        level: 'warning',
        host,
        text: `Whether ${service.name} can use its transport_url could not be checked: a service that cannot does not start again.`,
        remedy: `Check transport_url in ${service.configFile}: oslo.config must be able to read it, and oslo.messaging to parse it.`,
        sources: ['fact 16', 'trap 27'],
      }),
    ];
  }
  return [
    finding({
      what: `transport-url-${service.name}`,
      level: 'blocker',
      host,
      text: `transport_url in ${service.configFile} ${badTransport[verdict].text}: the service dies or stays deaf when it starts again.`,
      remedy: badTransport[verdict].remedy,
      sources: ['fact 16', 'trap 27', 'trap 54'],
    }),
  ];
}

/** The request names it, and a person has to want that. */
export function notProved(options: { kind: Plan['kind']; services: readonly Service[] }): Finding[] {
  const { kind, services } = options;
  return services
    .filter(({ onlyByName }) => onlyByName === true)
    .map(({ name, title }) =>
      finding({
        what: `not-proved-${name}`,
        level: 'warning',
        text: `${title} ${kind === 'partial' ? seen.partial : seen.full}`,
        remedy: `Rehearse it on a copy of your cloud first, or leave ${name} out of "services".`,
        sources: ['R-OPS-11'],
      }),
    );
}

/** What hosts have seen of it. */
const seen = {
  full:
    'was upgraded by this program on lab hosts alone, and rolled back there from six steps: two controllers, neighbouring releases, Gnocchi with files as ' +
    'its storage.',
  partial:
    'was upgraded host by host by this program on lab hosts alone, and rolled back there from three steps: two controllers, neighbouring releases. No interval ' +
    'was without a sample, and every notification arrived.',
} as const;

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
