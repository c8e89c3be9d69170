import type { Batch } from '../../schema/plan';
import { dump } from '../commands/database';
import { drained, serve } from '../commands/haproxy';
import { moveByHand, onLoadBalancer } from '../commands/load-balancer';
import { nobodyConnected, silentProbe } from '../commands/schema-state';
import { workEnds } from '../commands/work';
import { databaseCompression, type Scope, type ScopedService, schemaNamesIn } from '../scope/scope';
import { openService } from './open';
import { batch, type Drawn, phase, servingMap, onDatabase } from './phase';
import { provedAtStart, proofThrough } from './service-proofs';
import { startOnHosts, stopOnHosts } from './service-units';
import { answers } from './units';

/**
 * Services stop in reverse order, each: no work in flight while the API is open, API closed, no work again (only what
 * came between), units stopped and locked. Then silence, and the dump that a rollback restores.
 */
export function stop(options: { scope: Scope; dumpSeconds: number }): Drawn {
  const { scope } = options;
  return phase({
    scope,
    id: 'stop',
    title: 'Stop: APIs closed, services locked',
    batches: [
      ...scope.services
        .toReversed()
        .flatMap((scoped, index, order) =>
          stopService({ scope, scoped, closed: order.slice(0, index + 1).map(({ service }) => service.name) }),
        ),
      ...silence({ scope }),
      batch({ hosts: scope.databases, steps: schemaNamesIn(scope).map((schema) => nobodyConnected({ schema })) }),
      onDatabase({
        scope,
        steps: schemaNamesIn(scope).map((schema) =>
          dump({
            schema,
            moment: 'final',
            compression: databaseCompression(scope),
            timeoutSeconds: options.dumpSeconds,
          }),
        ),
      }),
    ],
  });
}

/** Read with a service's own configuration, so on a host that carries it. */
function silence({ scope }: { scope: Scope }): Batch[] {
  const firsts = scope.services.flatMap(({ hosts }) => hosts.slice(0, 1));
  return [...new Set(firsts)].map((host) =>
    batch({
      hosts: [host],
      steps: scope.services
        .filter(({ hosts }) => hosts[0] === host)
        .flatMap(({ service, schemas }) => schemas.map(({ schema }) => silentProbe({ service, schema }))),
    }),
  );
}

function stopService(options: { scope: Scope; scoped: ScopedService; closed: readonly string[] }): Batch[] {
  const { scope, scoped, closed } = options;
  const { service } = scoped;
  const map = servingMap({ scope, closed }).filter(({ backend }) =>
    scoped.apis.some(({ balanced }) => balanced.some((server) => server.backend === backend)),
  );
  const waits = (when: 'open' | 'closed'): Batch =>
    onDatabase({
      scope,
      steps: scoped.schemas.flatMap(({ schema, database }) =>
        schema.workInFlight === null
          ? []
          : [
              workEnds({
                id: `${schema.id}/work-ends-${when}`,
                service: service.name,
                schema: database.name,
                work: schema.workInFlight,
                accepted: scope.acceptedStuck[service.name] ?? [],
                retryForSeconds: scope.cloud.policy.workEndsSeconds,
              }),
            ],
      ),
    });
  const close = { id: `${service.name}/close`, title: `close the APIs of ${service.name}`, map };
  return [
    waits('open'),
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
    waits('closed'),
    ...stopOnHosts({ scoped }),
  ];
}

/** The installed code starts in order, each service is proved, then its APIs open. */
export function undoStop({ scope }: { scope: Scope }): Drawn {
  return phase({
    scope,
    id: 'back-stop',
    title: 'Rollback: services start with the installed code, APIs open',
    batches: scope.services.flatMap((scoped) => startAgain({ scope, scoped })),
  });
}

function startAgain(options: { scope: Scope; scoped: ScopedService }): Batch[] {
  const { scope, scoped } = options;
  const { service } = scoped;
  const label = `back-${service.name}`;
  return [
    ...service.units
      .toReversed()
      .map((unit) => startOnHosts({ scoped, unit, label, requirements: ['R-OPS-44', 'R-OPS-71'] })),
    batch({
      hosts: [scope.proofHost],
      steps: [
        ...scoped.apis.flatMap((api) => answers({ label, api })),
        ...provedAtStart({ scope, scoped, label }),
        ...scoped.hosts.flatMap((host) => proofThrough({ scope, scoped, host, label })),
      ],
    }),
    ...openService({
      scope,
      scoped,
      id: `${label}/open`,
      upId: `${label}/up`,
      title: `open the APIs of ${service.name}`,
    }),
  ];
}
