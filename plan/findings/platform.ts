import type { HostFacts } from '../../catalog/facts';
import type { Service } from '../../catalog/service';
import type { Finding } from '../../schema/plan';
import { finding } from './finding';

/** What the database servers say: dumps that would not be consistent, migrations that would fail half-way. */
export function databaseFindings(options: {
  host: HostFacts;
  schemaNames: Readonly<Record<string, string>>;
  services: readonly Service[];
}): Finding[] {
  const { host, services, schemaNames } = options;
  const server = host.database;
  if (server === null) return [];
  if (!server.login) {
    return [
      finding({
        what: 'database-login',
        level: 'blocker',
        host: host.host,
        text: 'root on this host cannot log in to the database server through its socket: nothing can be dumped.',
        remedy: 'Give root@localhost unix_socket authentication (the default of Debian packages).',
        sources: ['R-OPS-34'],
      }),
    ];
  }
  const ours = Object.values(schemaNames);
  return [
    ...server.schemas
      .filter(({ name, nonInnoDb }) => ours.includes(name) && nonInnoDb.length > 0)
      .map(({ name, nonInnoDb }) =>
        finding({
          what: `not-innodb-${name}`,
          level: 'blocker',
          host: host.host,
          text: `Tables of ${name} are not InnoDB: ${nonInnoDb.join(', ')}. A dump would not be of one moment.`,
          remedy: `ALTER TABLE ${name}.<table> ENGINE=InnoDB for each.`,
          sources: ['R-OPS-34', 'D.2'],
        }),
      ),
    ...triggers({ host: host.host, variables: server.variables, services }),
    ...galera({ host: host.host, variables: server.variables }),
    ...services.flatMap((service) => inFlight({ host, service })),
  ];
}

function triggers(options: {
  host: string;
  variables: Readonly<Record<string, string>>;
  services: readonly Service[];
}): Finding[] {
  const { host, variables, services } = options;
  const needs = services.filter(({ schema }) => schema.createsTriggers).map(({ name }) => name);
  const refuses = variables['log_bin'] === 'ON' && variables['log_bin_trust_function_creators'] !== 'ON';
  if (needs.length === 0 || !refuses) return [];
  return [
    finding({
      what: 'triggers-refused',
      level: 'blocker',
      host,
      text: `Binary logging is on and log_bin_trust_function_creators off: the migration of ${needs.join(', ')} fails half-way (error 1419).`,
      remedy: 'SET GLOBAL log_bin_trust_function_creators = ON for the time of the upgrade.',
      sources: ['trap 26'],
    }),
  ];
}

function galera(options: { host: string; variables: Readonly<Record<string, string>> }): Finding[] {
  const { host, variables } = options;
  if (variables['wsrep_on'] !== 'ON') return [];
  const healthy =
    variables['wsrep_cluster_status'] === 'Primary' &&
    variables['wsrep_local_state_comment'] === 'Synced' &&
    variables['wsrep_ready'] === 'ON';
  if (healthy) return [];
  return [
    finding({
      what: 'galera-not-synced',
      level: 'blocker',
      host,
      text: `This Galera node is ${variables['wsrep_cluster_status'] ?? 'unknown'}, ${variables['wsrep_local_state_comment'] ?? 'unknown'}.`,
      remedy: 'Bring the cluster to Primary and Synced first.',
      sources: ['trap 24'],
    }),
  ];
}

function inFlight(options: { host: HostFacts; service: Service }): Finding[] {
  const { host, service } = options;
  const rows = host.database?.workInFlight[service.name] ?? [];
  if (service.workInFlight === null || rows.length === 0) return [];
  const { noun } = service.workInFlight;
  return [
    finding({
      what: `${noun}s-in-work`,
      level: 'warning',
      host: host.host,
      text:
        `${String(rows.length)} ${noun}s are in work now: ` +
        `${rows
          .slice(0, 10)
          .map(({ name, action, since }) => `${name} (${action} since ${since})`)
          .join(', ')}. ` +
        'The run waits for them before it stops anything; one that is stuck waits for ever.',
      remedy: `Wait until they end. Repair a stuck one first (openstack stack update --existing, or delete).`,
      sources: ['R-HEAT-24', 'R-OPS-6', 'trap 1'],
    }),
  ];
}

export function brokerFindings(host: HostFacts): Finding[] {
  if (host.broker === null || (host.broker.running && host.broker.troubles.length === 0)) return [];
  return [
    finding({
      what: 'broker-ill',
      level: 'blocker',
      host: host.host,
      text: host.broker.running ? `RabbitMQ says: ${host.broker.troubles.join('; ')}` : 'RabbitMQ does not run.',
      remedy: 'Heal the broker first: services cannot be proved without it.',
      sources: ['trap 30'],
    }),
  ];
}

export function loadBalancerFindings(options: {
  host: HostFacts;
  services: readonly Service[];
  socket: string;
}): Finding[] {
  const { host, services, socket } = options;
  const balancer = host.loadBalancer;
  if (balancer === null) return [];
  if (!balancer.admin) {
    return [
      finding({
        what: 'load-balancer-closed',
        level: 'blocker',
        host: host.host,
        text: `HAProxy's socket ${socket} does not answer with level admin: APIs could not be closed and opened.`,
        remedy: `stats socket ${socket} level admin, then reload HAProxy.`,
        sources: ['R-HEAT-9', 'trap 48'],
      }),
    ];
  }
  const apis = services.flatMap((service) => service.units.flatMap(({ api }) => (api === null ? [] : [api])));
  return [
    ...apis
      .filter(({ port }) => !balancer.servers.some((server) => server.port === port))
      .map(({ name, port }) =>
        finding({
          what: `not-balanced-${name}`,
          level: 'warning',
          host: host.host,
          text: `No server behind HAProxy uses port ${String(port)}: ${name} cannot be closed before it stops, nor watched.`,
          remedy: 'Accept if users reach it in another way; requests then fail while it is down.',
          sources: ['R-HEAT-9'],
        }),
      ),
    ...balancer.servers
      .filter(
        ({ port, up, administration }) => apis.some((api) => api.port === port) && (!up || administration !== 'ready'),
      )
      .map(({ backend, server, administration, up }) =>
        finding({
          what: `server-not-serving-${backend}-${server}`,
          level: 'warning',
          host: host.host,
          text: `${backend}/${server} is ${administration === 'ready' ? '' : `${administration} and `}${up ? 'up' : 'down'} already now.`,
          remedy: 'Mend it first, or accept: it is left as it is.',
          sources: ['R-OPS-22'],
        }),
      ),
  ];
}
