import type { Batch } from '../../schema/plan';
import { flushMemcached } from '../commands/memcached';
import { servingMigration } from '../commands/migrations';
import type { Scope, ScopedService } from '../scope/scope';
import { keepUsersOut, openEarly, openService } from './open';
import { batch, type Drawn, phase } from './phase';
import { provedAtStart } from './service-proofs';
import { startOnHosts } from './service-units';
import { answers } from './units';

/**
 * Services start in order, the next only after the one before is proved (R-OPS-43). A service that others need opens
 * at the load balancer as soon as it is proved, because they reach it there; the others stay closed until the gate. Users are kept
 * out of it until then, where they come in through front ends of their own.
 */
export function start(options: { scope: Scope }): Drawn {
  const { scope } = options;
  return phase({
    scope,
    id: 'start',
    title: 'Start: each proved before the next',
    batches: scope.services.flatMap((scoped) => startService({ scope, scoped })),
  });
}

/** Before the first process of another release asks the cache. */
export function flushedBefore(options: { scope: Scope; scoped: ScopedService; label: string }): Batch[] {
  const { scope, scoped, label } = options;
  if (!scoped.service.flushMemcached) return [];
  const { programs } = scope;
  const { configFile } = scoped.service;
  return [
    batch({
      hosts: scoped.hosts,
      steps: [flushMemcached({ id: `${label}/flush-memcached`, programs, configFile })],
    }),
  ];
}

function startService(options: { scope: Scope; scoped: ScopedService }): Batch[] {
  const { scope, scoped } = options;
  const { service } = scoped;
  const proofs = provedAtStart({ scope, scoped, label: service.name });
  return [
    ...flushedBefore({ scope, scoped, label: service.name }),
    batch({
      hosts: scoped.hosts.slice(0, 1),
      steps: (service.servingMigrations ?? []).map((migration) => servingMigration({ service, migration })),
    }),
    ...service.units.toReversed().flatMap((unit) => [
      ...startOnHosts({ scoped, unit, label: service.name, requirements: ['R-OPS-44', 'R-OPS-73'] }),
      batch({
        hosts: [scope.proofHost],
        steps: scoped.apis
          .filter((api) => api.unit === unit.name)
          .flatMap((api) => answers({ label: service.name, api })),
      }),
    ]),
    batch({ hosts: [scope.proofHost], steps: proofs }),
    ...(openEarly(scope).includes(scoped)
      ? [
          ...keepUsersOut({ scope, scoped, label: service.name }),
          ...openService({
            scope,
            scoped,
            id: `${service.name}/open`,
            upId: `${service.name}/up`,
            title: `open the APIs of ${service.name}, which the others need`,
          }),
        ]
      : []),
  ];
}
