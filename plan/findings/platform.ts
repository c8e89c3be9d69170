import type { HostFacts } from '../../catalog/facts';
import { inRotation, type BalancedServer } from '../../catalog/platform/haproxy';
import type { Service } from '../../catalog/service';
import type { Finding } from '../../schema/plan';
import { finding } from './finding';

export function brokerFindings(host: HostFacts): Finding[] {
  if (host.broker === null || (host.broker.running && host.broker.troubles.length === 0)) return [];
  return [
    finding({
      what: 'broker-ill',
      level: 'blocker',
      host: host.host,
      text: host.broker.running
        ? `RabbitMQ says: ${host.broker.troubles.join('; ')}`
        : `RabbitMQ does not run on this host, or rabbitmqctl cannot reach it: ${host.broker.refusal ?? 'no answer'}`,
      remedy: 'Heal the broker first: services cannot be proved without it.',
      sources: ['R-OPS-43'],
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
  if (balancer.master === true) {
    return [
      finding({
        what: 'load-balancer-closed',
        level: 'blocker',
        host: host.host,
        text: `${socket} is the socket of HAProxy's master process (haproxy -S), which has no servers: APIs could not be closed and opened there.`,
        remedy: 'Write the path of a `stats socket ... level admin` line of the global section into the cloud file.',
        sources: ['R-OPS-56', 'trap 48'],
      }),
    ];
  }
  if (balancer.processes !== undefined) {
    return [
      finding({
        what: 'load-balancer-processes',
        level: 'blocker',
        host: host.host,
        text: `HAProxy runs ${String(balancer.processes)} processes (nbproc), and each knows states of servers of its own: what is closed through ${socket} stays open in the others.`,
        remedy: 'Use threads instead (nbthread), restart HAProxy, then run the preflight again.',
        sources: ['R-OPS-56', 'trap 48'],
      }),
    ];
  }
  if (!balancer.admin) {
    return [
      finding({
        what: 'load-balancer-closed',
        level: 'blocker',
        host: host.host,
        text: `HAProxy's socket ${socket} does not answer with level admin: APIs could not be closed and opened.`,
        remedy: `stats socket ${socket} level admin, then reload HAProxy.`,
        sources: ['R-OPS-56', 'trap 48'],
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
          sources: ['R-OPS-56'],
        }),
      ),
    ...balancer.keepAlive
      .filter((backend) =>
        balancer.servers.some((one) => one.backend === backend && apis.some(({ port }) => port === one.port)),
      )
      .map((backend) =>
        finding({
          what: `keep-alive-${backend}`,
          level: 'note',
          host: host.host,
          text:
            `${backend} keeps connections to its servers open, while Debian's uwsgi services close theirs after each answer: ` +
            'clients see disconnects now and then that no upgrade caused, and the availability in the report counts them.',
          remedy: 'option http-server-close in the back end or the defaults, then reload HAProxy.',
          sources: ['fact 15', 'trap 53'],
        }),
      ),
    ...balancer.servers
      .filter((one) => apis.some(({ port }) => port === one.port) && !(one.up && inRotation(one)))
      .map((one) =>
        finding({
          what: `server-not-serving-${one.backend}-${one.server}`,
          level: 'warning',
          host: host.host,
          text: `${one.backend}/${one.server} is ${stateOf(one)} already now.`,
          remedy: 'Fix it first, or accept: it is left as it is.',
          sources: ['R-OPS-30'],
        }),
      ),
    ...balancer.servers
      .filter((one) => one.backup === true && apis.some(({ port }) => port === one.port))
      .map((one) =>
        finding({
          what: `backup-server-${one.backend}-${one.server}`,
          level: 'note',
          host: host.host,
          text: `${one.backend}/${one.server} is a backup: it gets requests only while no other server of ${one.backend} can take them.`,
          remedy: 'Nothing, or take the word backup away where all servers are to share the load.',
          sources: ['R-OPS-56'],
        }),
      ),
    ...(balancer.configurationUnread === true
      ? [
          finding({
            what: 'load-balancer-unread',
            level: 'warning',
            host: host.host,
            text: 'The configuration files that HAProxy was started with could not be read: where users reach the APIs is not known, so nothing is watched there and nothing is proved there.',
            remedy:
              'Start HAProxy on the host itself, with -f and the full path of each file; or accept, and watch the APIs by your own means.',
            sources: ['R-HEAT-9', 'R-OPS-54'],
          }),
        ]
      : []),
    ...(balancer.notUnderstood.length === 0
      ? []
      : [
          finding({
            what: 'bind-not-understood',
            level: 'warning',
            host: host.host,
            text: `These lines of HAProxy's configuration could not be understood: ${balancer.notUnderstood.join('; ')}. What listens there is neither watched nor proved.`,
            remedy:
              'Accept if no API of this upgrade is behind them; else write the address and the port into the line.',
            sources: ['R-HEAT-9', 'R-OPS-54'],
          }),
        ]),
  ];
}

function stateOf({ administration, up, weight }: BalancedServer): string {
  return [
    ...(administration === 'ready' ? [] : [administration]),
    ...(weight === 0 ? ['without weight (it gets no new requests)'] : []),
    up ? 'up' : 'down',
  ].join(' and ');
}
