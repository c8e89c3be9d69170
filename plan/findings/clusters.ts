import type { HostFacts } from '../../catalog/facts';
import type { Finding } from '../../schema/plan';
import { finding } from './finding';

/**
 * Health of a cluster is asked of all its hosts together: a node that has lost the others calls itself healthy, and
 * every one of them may do so at once.
 */
export function clusterFindings(options: { hosts: readonly HostFacts[] }): Finding[] {
  return [...galeraSplit(options), ...galeraSize(options), ...brokersApart(options)];
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
