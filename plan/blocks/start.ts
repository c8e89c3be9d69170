import { listed } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { probe } from '../change';
import { flushMemcached } from '../commands/memcached';
import { startUnit } from '../commands/systemd';
import type { Scope, ScopedService } from '../scope/scope';
import { procedureOf } from '../services';
import { lastOnes, needed, opened } from './open';
import { batch, type Drawn, phase, servingMap } from './phase';
import { answers } from './units';

/**
 * Services start in order, the next only after the one before is proved (R-OPS-43). A service that others need opens
 * at the load balancer as soon as it is proved, because they reach it there; the last one stays closed until the gate.
 */
export function start(options: { scope: Scope }): Drawn {
  const { scope } = options;
  return phase({
    scope,
    id: 'start',
    title: 'Start: each proved before the next',
    impact: `${listed(needed(scope)) || 'No API'} answers again once proved; the others stay closed.`,
    batches: scope.services.flatMap((scoped) => startService({ scope, scoped })),
    serving: servingMap({ scope, closed: lastOnes(scope) }),
  });
}

function startService(options: { scope: Scope; scoped: ScopedService }): Batch[] {
  const { scope, scoped } = options;
  const { service } = scoped;
  const proofs = procedureOf({ service: service.name }).started({ scope, scoped, label: service.name });
  return [
    ...(service.flushMemcached ? [batch({ hosts: scoped.hosts, steps: [flushMemcached(scope)] })] : []),
    ...service.units.toReversed().flatMap((unit) => [
      batch({
        hosts: scoped.hosts,
        steps: [
          startUnit({
            id: `${service.name}/start-${unit.name}`,
            unit: unit.name,
            requirements: ['R-OPS-44', 'R-OPS-73'],
          }),
          ...(unit.ready === null
            ? []
            : [
                probe({
                  id: `${service.name}/ready-${unit.name}`,
                  title: `${unit.name} does its work`,
                  script: unit.ready,
                  retryForSeconds: 180,
                  remedy: 'read its journal: database, RabbitMQ or configuration keep it from working.',
                  requirements: ['R-OPS-43'],
                }),
              ]),
        ],
      }),
      batch({
        hosts: [scope.proofHost],
        steps: scoped.apis
          .filter((api) => api.unit === unit.name)
          .flatMap((api) => answers({ label: service.name, api })),
      }),
    ]),
    batch({ hosts: [scope.proofHost], steps: proofs }),
    ...(lastOnes(scope).includes(service.name) ? [] : openEarly({ scope, scoped })),
  ];
}

function openEarly(options: { scope: Scope; scoped: ScopedService }): Batch[] {
  const { scope, scoped } = options;
  const backends = scoped.apis.flatMap(({ balanced }) => balanced.map(({ backend }) => backend));
  const map = servingMap({ scope, closed: [] }).filter(({ backend }) => backends.includes(backend));
  if (map.length === 0) return [];
  const { name } = scoped.service;
  return [
    batch({
      hosts: scope.loadBalancers,
      steps: opened({
        scope,
        id: `${name}/open`,
        upId: `${name}/up`,
        title: `open the APIs of ${name}, which the others need`,
        map,
      }),
    }),
  ];
}
