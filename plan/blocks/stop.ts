import { listed } from '../../schema/names';
import type { Batch, Step } from '../../schema/plan';
import { beginFinalLoad, dump } from '../commands/database';
import { drained, serve } from '../commands/haproxy';
import { moveByHand, onLoadBalancer } from '../commands/load-balancer';
import { recordObjects } from '../commands/objects';
import { nobodyConnected, revisionBack, silentProbe } from '../commands/schema-state';
import { workEnds } from '../commands/work';
import { databaseCompression, schemaNamesIn, type Scope, type ScopedService } from '../scope/scope';
import { brokerSilent } from './broker-silence';
import { letUsersIn, openEarly, openService, opensNothing, reachedEarly } from './open';
import { flushedBefore } from './start';
import { batch, type Drawn, phase, servingMap, onDatabase } from './phase';
import { record } from './restore-point';
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
      ...brokerSilent({ scope, label: 'broker' }),
      batch({
        hosts: scope.databases,
        steps: schemaNamesIn(scope).map((schema) =>
          nobodyConnected({ id: `database/nobody-connected-${schema}`, schema }),
        ),
      }),
      onDatabase({
        scope,
        steps: scope.services.flatMap(({ schemas }) =>
          schemas.flatMap(({ schema, database: { name } }) => [
            dump({
              schema: name,
              moment: 'final',
              compression: databaseCompression(scope),
              timeoutSeconds: options.dumpSeconds,
            }),
            ...present(recordObjects({ schema, database: name })),
          ]),
        ),
      }),
      onDatabase({ scope, steps: finalLoad(scope) }),
      ...record({ scope, moment: 'final', dumpSeconds: options.dumpSeconds }),
    ],
  });
}

/** Services without a database leave nothing to load. */
function finalLoad(scope: Scope): Step[] {
  const schemas = schemaNamesIn(scope);
  return schemas.length === 0 ? [] : [beginFinalLoad({ schemas, programs: scope.programs })];
}

const present = <T>(one: T | null): T[] => (one === null ? [] : [one]);

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
  const waits = (when: 'open' | 'closed'): Batch => workEndsOf({ scope, scoped, when });
  return [
    waits('open'),
    ...closeApis({ scope, scoped, closed, label: service.name }),
    waits('closed'),
    ...stopOnHosts({ scoped, label: service.name, drainSeconds: scope.cloud.policy.workEndsSeconds }),
  ];
}

/** What a stop would strand, of one service. */
export function workEndsOf(options: { scope: Scope; scoped: ScopedService; when: string }): Batch {
  const { scope, scoped, when } = options;
  return onDatabase({
    scope,
    steps: scoped.schemas.flatMap(({ schema, database }) =>
      schema.workInFlight === null
        ? []
        : [
            workEnds({
              id: `${schema.id}/work-ends-${when}`,
              service: scoped.service.name,
              schema: database.name,
              work: schema.workInFlight,
              accepted: scope.acceptedStuck[scoped.service.name] ?? [],
              retryForSeconds: scope.cloud.policy.workEndsSeconds,
            }),
          ],
    ),
  });
}

/** The APIs of one service leave the load balancer, and what they were answering is answered. */
export function closeApis(options: {
  scope: Scope;
  scoped: ScopedService;
  /** Services that are closed then, this one among them. */
  closed: readonly string[];
  label: string;
}): Batch[] {
  const { scope, scoped, closed, label } = options;
  const map = servingMap({ scope, closed }).filter(({ backend }) =>
    scoped.apis.some(({ balanced }) => balanced.some((server) => server.backend === backend)),
  );
  const close = { id: `${label}/close`, title: `close the APIs of ${scoped.service.name}`, map };
  if (map.length === 0) return [];
  return [
    batch({
      hosts: scope.loadBalancers,
      steps: onLoadBalancer({
        cloud: scope.cloud,
        haproxy: (socket) => [serve({ ...close, socket }), drained({ id: `${label}/drained`, socket, map })],
        byHand: () => moveByHand({ scope, ...close }),
      }),
    }),
  ];
}

/** The installed code starts in order, each service is proved on every host; then the APIs open. */
export function undoStop({ scope }: { scope: Scope }): readonly Drawn[] {
  return [startInstalled({ scope }), openInstalled({ scope })];
}

function startInstalled({ scope }: { scope: Scope }): Drawn {
  return phase({
    scope,
    id: 'back-stop',
    title: 'Rollback: services start with the installed code',
    batches: scope.services.flatMap((scoped) => startAgain({ scope, scoped })),
  });
}

function openInstalled({ scope }: { scope: Scope }): Drawn {
  return phase({
    scope,
    id: 'back-open',
    title: 'Rollback: APIs open',
    gate: opensNothing(scope)
      ? null
      : {
          question:
            `The installed release is proved on every host. The databases are as they were before the upgrade. ${alreadyOpen(scope)}` +
            'Users write to the databases once the APIs are open. Check what you want to check first. Open the APIs?',
          automatic: scope.openAutomatically,
        },
    batches: [
      ...scope.services
        .filter((scoped) => !openEarly(scope).includes(scoped))
        .flatMap((scoped) => openAgain({ scope, scoped })),
      batch({ hosts: scope.loadBalancers, steps: letUsersIn({ scope, id: 'back/users-in' }) }),
    ],
  });
}

/** The others reach it at the load balancer, and users do where they come in by the same front end. */
function alreadyOpen(scope: Scope): string {
  const names = reachedEarly(scope).map(({ service }) => service.name);
  return names.length === 0
    ? ''
    : `${listed(names)} ${names.length === 1 ? 'is' : 'are'} open already, because other services need it. `;
}

function startAgain(options: { scope: Scope; scoped: ScopedService }): Batch[] {
  const { scope, scoped } = options;
  const { service } = scoped;
  const label = `back-${service.name}`;
  return [
    batch({
      hosts: scoped.hosts.slice(0, 1),
      steps: scoped.schemas.map(({ schema, revision }) => revisionBack({ service, schema, revision })),
    }),
    ...flushedBefore({ scope, scoped, label }),
    ...service.units
      .toReversed()
      .flatMap((unit) => startOnHosts({ scoped, unit, label, requirements: ['R-OPS-44', 'R-OPS-71'] })),
    batch({
      hosts: [scope.proofHost],
      steps: [
        ...scoped.apis.flatMap((api) => answers({ label, api })),
        ...provedAtStart({ scope, scoped, label }),
        ...scoped.hosts.flatMap((host) => proofThrough({ scope, scoped, host, label })),
      ],
    }),
    // The services after it reach it at the load balancer.
    ...(openEarly(scope).includes(scoped) ? openAgain({ scope, scoped }) : []),
  ];
}

function openAgain({ scope, scoped }: { scope: Scope; scoped: ScopedService }): Batch[] {
  const { name } = scoped.service;
  return openService({
    scope,
    scoped,
    id: `back-${name}/open`,
    upId: `back-${name}/up`,
    title: `open the APIs of ${name}`,
  });
}
