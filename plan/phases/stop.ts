import { listed } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { dump, silentProbe } from '../commands/database';
import { drained, serve } from '../commands/haproxy';
import { moveByHand, onLoadBalancer } from '../commands/load-balancer';
import { closeUnit } from '../commands/systemd';
import { workEnds } from '../commands/work';
import type { Scope, ScopedService } from '../scope';
import { batch, phase, servingMap, type Drawn } from './phase';

/**
 * Services stop in reverse order, each: no work in flight while the API is open, API closed, no work again (only what
 * came between), units stopped and locked. Then silence, and the dump that a rollback restores.
 */
export function stop(options: { scope: Scope; dumpSeconds: number }): Drawn {
  const { scope } = options;
  const names = scope.services.map(({ service }) => service.name);
  return phase({
    scope,
    id: 'stop',
    title: 'Stop: APIs closed, services locked',
    impact: `The APIs of ${listed(names)} are down from here on. What they have built keeps running.`,
    batches: [
      ...scope.services
        .toReversed()
        .flatMap((scoped, index, order) =>
          stopService({ scope, scoped, closed: order.slice(0, index + 1).map(({ service }) => service.name) }),
        ),
      batch({
        hosts: scope.controllers.slice(0, 1),
        steps: scope.services.map(({ service }) => silentProbe({ service })),
      }),
      batch({
        hosts: scope.databases.slice(0, 1),
        steps: scope.services.map(({ database }) =>
          dump({ schema: database.name, moment: 'final', timeoutSeconds: options.dumpSeconds }),
        ),
      }),
    ],
    serving: servingMap({ scope, closed: names }),
  });
}

function stopService(options: { scope: Scope; scoped: ScopedService; closed: readonly string[] }): Batch[] {
  const { scope, scoped, closed } = options;
  const { service, database } = scoped;
  const map = servingMap({ scope, closed }).filter(({ backend }) =>
    scoped.apis.some(({ balanced }) => balanced.some((server) => server.backend === backend)),
  );
  const waits = (when: 'open' | 'closed'): Batch[] =>
    service.workInFlight === null
      ? []
      : [
          batch({
            hosts: scope.databases.slice(0, 1),
            steps: [
              workEnds({
                id: `${service.name}/work-ends-${when}`,
                service: service.name,
                schema: database.name,
                work: service.workInFlight,
                retryForSeconds: scope.cloud.policy.workEndsSeconds,
              }),
            ],
          }),
        ];
  const close = { id: `${service.name}/close`, title: `close the APIs of ${service.name}`, map };
  return [
    ...waits('open'),
    ...(map.length === 0
      ? []
      : [
          batch({
            hosts: scope.loadBalancers,
            steps: onLoadBalancer({
              cloud: scope.cloud,
              haproxy: (socket) => [
                serve({ ...close, socket }),
                drained({ id: `${service.name}/drained`, socket, map }),
              ],
              byHand: () => moveByHand({ scope, ...close }),
            }),
          }),
        ]),
    ...waits('closed'),
    batch({
      hosts: scoped.hosts,
      steps: service.units.map(({ name, gracefulStopSeconds }) =>
        closeUnit({ id: `${service.name}/stop-${name}`, unit: name, gracefulStopSeconds }),
      ),
    }),
  ];
}
