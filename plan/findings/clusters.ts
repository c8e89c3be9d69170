import type { HostFacts } from '../../catalog/facts';
import { listed } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import { finding } from './finding';

/**
 * Health of a cluster is asked of all its hosts together: a node that has lost the others calls itself healthy, and
 * every one of them may do so at once.
 */
export function clusterFindings(options: { hosts: readonly HostFacts[] }): Finding[] {
  return [
    ...galeraSplit(options),
    ...galeraSize(options),
    ...galeraUnnamed(options),
    ...serversApart(options),
    ...databaseElsewhere(options),
    ...brokersApart(options),
    ...brokerElsewhere(options),
  ];
}

interface GaleraNode {
  readonly host: string;
  readonly uuid: string;
  readonly size: number;
}

function galeraNodes(hosts: readonly HostFacts[]): GaleraNode[] {
  return hosts.flatMap(({ host, database }) => {
    const variables = database?.variables ?? {};
    if (variables['wsrep_on'] !== 'ON') return [];
    return [
      { host, uuid: variables['wsrep_cluster_state_uuid'] ?? '', size: Number(variables['wsrep_cluster_size'] ?? NaN) },
    ];
  });
}

/** The restore point is dumped from one of them and the migration may run in another (R-OPS-34). */
function galeraSplit({ hosts }: { hosts: readonly HostFacts[] }): Finding[] {
  const nodes = galeraNodes(hosts);
  const uuids = [...new Set(nodes.map(({ uuid }) => uuid))];
  const plain = hosts.filter(({ database }) => database?.login === true && database.variables['wsrep_on'] !== 'ON');
  if (nodes.length === 0 || (uuids.length < 2 && plain.length === 0)) return [];
  const groups = [
    ...uuids.map((uuid) => nodes.filter((node) => node.uuid === uuid).map(({ host }) => host)),
    ...plain.map(({ host }) => [host]),
  ];
  return [
    finding({
      what: 'galera-split',
      level: 'blocker',
      text:
        `The database hosts are not one Galera cluster: ${groups.map((group) => group.join(', ')).join(' | ')}. The restore ` +
        'point would be of one of them, and the migration would run in whichever the services reach.',
      remedy: 'Find out which one holds the data, let the others join it, and run the preflight again.',
      sources: ['trap 24', 'R-OPS-34'],
    }),
  ];
}

/** A node may be one that the cloud file does not name (an arbitrator); never one that it names and the cluster lacks. */
function galeraSize({ hosts }: { hosts: readonly HostFacts[] }): Finding[] {
  const nodes = galeraNodes(hosts);
  return nodes
    .filter(({ size }) => !(size >= nodes.length))
    .map(({ host, size }) =>
      finding({
        what: 'galera-incomplete',
        level: 'blocker',
        host,
        text:
          `This Galera node sees ${Number.isNaN(size) ? 'a cluster of unknown size' : `${String(size)} of ${String(nodes.length)} nodes`}: ` +
          'the others run on their own, and what is written to one does not reach them.',
        remedy: 'Bring all database hosts of the cloud file into one cluster first (wsrep_cluster_size).',
        sources: ['trap 24'],
      }),
    );
}

/** Members with an address serve clients (an arbitrator has none): whoever is connected to one that nobody asks is not seen (R-OPS-61). */
function galeraUnnamed({ hosts }: { hosts: readonly HostFacts[] }): Finding[] {
  const named = galeraNodes(hosts);
  const [first] = hosts.filter(({ host }) => named.some((node) => node.host === host));
  const members = (first?.database?.variables['wsrep_incoming_addresses'] ?? '').split(',').filter((one) => one !== '');
  if (members.length <= named.length) return [];
  return [
    finding({
      what: 'galera-members-unnamed',
      level: 'warning',
      text:
        `The Galera cluster has ${String(members.length)} servers (${members.join(', ')}), and the cloud file names ${String(named.length)} of them: ` +
        'connections to the others are not seen when the run checks that nobody uses a schema any more.',
      remedy: 'Give every server of the cluster the role database in the cloud file, or accept.',
      sources: ['R-OPS-61', 'trap 24'],
    }),
  ];
}

/** A replica follows its primary, a server of its own follows nobody: which one the services write to cannot be seen from here. */
function serversApart({ hosts }: { hosts: readonly HostFacts[] }): Finding[] {
  const servers = hosts.filter(({ database }) => database?.login === true).map(({ host }) => host);
  const [first = ''] = [...servers].sort();
  if (servers.length < 2 || galeraNodes(hosts).length > 0) return [];
  return [
    finding({
      what: 'database-hosts-apart',
      level: 'blocker',
      text:
        `${listed(servers)} are database servers of their own and no Galera cluster: the restore point would be of ${first} alone, ` +
        'while services may write to another one.',
      remedy:
        'Give the role database only to the server that the services write to (the primary). Its replicas follow it: check ' +
        'their replication before the run and after it (SHOW REPLICA STATUS).',
      sources: ['R-OPS-34', 'trap 24'],
    }),
  ];
}

/** A service that is connected to a server which the cloud file does not name: the restore point would be of a wrong one. */
function databaseElsewhere({ hosts }: { hosts: readonly HostFacts[] }): Finding[] {
  const servers = hosts.flatMap(({ database }) => (database?.login === true ? [database.variables] : []));
  const known = servers.map((variables) => variables['hostname']).filter((name) => name !== undefined);
  const clusters = servers
    .map((variables) => variables['wsrep_cluster_state_uuid'] ?? '')
    .filter((uuid) => uuid !== '');
  if (known.length === 0) return [];
  return hosts.flatMap(({ host, packages }) =>
    Object.entries(packages?.schemas ?? {}).flatMap(([schema, read]) => {
      const server = read.database?.server;
      if (server === undefined || known.includes(server.hostname) || clusters.includes(server.cluster)) return [];
      return [
        finding({
          what: `database-elsewhere-${schema}`,
          level: 'blocker',
          host,
          text:
            `${schema} on this host uses the database server on ${server.hostname} (${read.database?.host ?? 'no host'} in its configuration), ` +
            `and the cloud file names ${listed(known)}: the restore point would be of another server.`,
          remedy:
            'Give the role database to the host of that server, or correct the connection in the configuration of the service.',
          sources: ['R-OPS-34'],
        }),
      ];
    }),
  );
}

/** Vhosts that this upgrade makes on one broker would not be there on the other. */
function brokersApart({ hosts }: { hosts: readonly HostFacts[] }): Finding[] {
  const nodes = hosts.flatMap(({ host, broker }) =>
    broker === null || broker.cluster === null ? [] : [{ host, members: broker.cluster.members.join(' ') }],
  );
  const clusters = [...new Set(nodes.map(({ members }) => members))];
  if (clusters.length < 2) return [];
  const seen = clusters.map((members) => {
    const named = nodes.filter((node) => node.members === members).map(({ host }) => host);
    return `${named.join(', ')} (${members})`;
  });
  return [
    finding({
      what: 'brokers-apart',
      level: 'blocker',
      text: `The message brokers are not one RabbitMQ cluster: ${seen.join(' | ')}. A vhost made on one is not there on the other.`,
      remedy: 'Let them join one cluster (rabbitmqctl join_cluster), or name only the brokers that the services use.',
      sources: ['R-HEAT-14', 'trap 30'],
    }),
  ];
}

/** A vhost that services talk on and no broker of the cloud file has: they talk to another broker, and every look at queues would be at the wrong one. */
function brokerElsewhere({ hosts }: { hosts: readonly HostFacts[] }): Finding[] {
  const brokers = hosts.filter(({ broker }) => broker?.running === true);
  const vhosts = brokers.flatMap(({ broker }) => broker?.vhosts.map(({ name }) => name) ?? []);
  const talks = hosts.flatMap(({ host, packages }) =>
    Object.entries(packages?.rollingTransports ?? {}).flatMap(([service, read]) =>
      'unreadable' in read || vhosts.includes(read.vhost) ? [] : [{ host, service, ...read }],
    ),
  );
  if (brokers.length === 0) return [];
  return [...new Set(talks.map(({ service }) => service))].map((service) => {
    const own = talks.filter((one) => one.service === service);
    return finding({
      what: `broker-elsewhere-${service}`,
      level: 'blocker',
      text:
        `${service} on ${listed(own.map(({ host }) => host))} talks on vhost ${listed([...new Set(own.map(({ vhost }) => vhost))])} of ${listed([...new Set(own.flatMap((one) => one.brokers))])}, ` +
        `and RabbitMQ on ${listed(brokers.map(({ host }) => host))} has no such vhost: engines and messages would be counted in another broker.`,
      remedy: 'Give the role message-broker to the hosts of the broker that the services use.',
      sources: ['R-HEAT-14', 'R-OPS-43'],
    });
  });
}
