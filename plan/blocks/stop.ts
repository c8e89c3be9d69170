import type { ServiceUnit } from '../../catalog/service';
import type { Batch, Step } from '../../schema/plan';
import { beginFinalLoad, dump } from '../commands/database';
import { drained, serve } from '../commands/haproxy';
import { moveByHand, onLoadBalancer } from '../commands/load-balancer';
import { recordObjects } from '../commands/objects';
import { nobodyConnected, silentProbe } from '../commands/schema-state';
import { type Layers, workLayers } from '../scope/layers';
import { databaseCompression, namesOf, schemaNamesIn, type Scope, type ScopedService } from '../scope/scope';
import { brokerSilent } from './broker-silence';
import { batch, type Drawn, inLanes, type Lane, onDatabase, phase, serversOf } from './phase';
import { agentsOf, stopOnHosts } from './service-units';
import { nothingStranded, workEnds, workEndsClosed } from './work-ends';

/**
 * Layer by layer, those that need others first. Of each layer: no work in flight while the APIs are open, APIs closed, no work again
 * (only what came between), units stopped and locked. Then silence, and the dump that a rollback restores.
 */
export function stop(options: { scope: Scope; dumpSeconds: number }): Drawn {
  const { scope, dumpSeconds } = options;
  return phase({
    scope,
    id: 'stop',
    title: 'Stop: APIs closed, services locked',
    batches: [
      ...inLanes({
        group: 'work ends',
        lanes: scope.services
          .toReversed()
          .map((scoped) => ({ lane: scoped.service.name, batches: workEnds({ scope, scoped, when: 'open' }) })),
      }),
      ...closeAndStop({ scope }),
      ...inLanes({
        group: 'silence',
        lanes: [
          ...silence({ scope }),
          { lane: 'RabbitMQ', batches: brokerSilent({ scope, label: 'broker' }) },
          { lane: 'MariaDB', batches: [nobodyOnDatabases({ scope })] },
          ...scope.services.map((scoped) => ({
            lane: `work of ${scoped.service.name}`,
            batches: nothingStranded({ scope, scoped }),
          })),
        ],
      }),
      ...finalDumps({ scope, dumpSeconds }),
    ],
  });
}

/**
 * Services that others call close after them: what is in progress there may still need them. An engine stops when its work has ended,
 * while the next services close.
 */
function closeAndStop({ scope }: { scope: Scope }): Batch[] {
  const order = workLayers(scope.services);
  return [...order, []].flatMap((layer, index) => {
    const closed = closedBy({ order, index });
    const ended = order[index - 1] ?? [];
    return [
      ...inLanes({
        group: `close ${namesOf(layer)}`,
        lanes: layer.map((scoped) => {
          const { name } = scoped.service;
          return { lane: `APIs of ${name}`, batches: closeApis({ scope, scoped, closed, label: name }) };
        }),
      }),
      ...inLanes({
        group: `stop ${namesOf([...ended, ...layer])}`,
        lanes: [
          ...ended.flatMap((scoped) => engineStops({ scope, scoped })),
          ...layer.flatMap((scoped) => workAndApis({ scope, scoped })),
        ],
      }),
    ];
  });
}

/** Services of this layer and of those before it. */
export function closedBy(options: { order: Layers; index: number }): string[] {
  return options.order.slice(0, options.index + 1).flatMap((layer) => layer.map(({ service }) => service.name));
}

/** Engines do the work of an API, which may stop meanwhile: it has no request any more. An API without engines does its work itself. */
function workAndApis({ scope, scoped }: { scope: Scope; scoped: ScopedService }): Lane[] {
  const { name } = scoped.service;
  const waits = workEndsClosed({ scope, scoped, when: 'closed' });
  const apis = scoped.service.units.filter(({ api }) => api !== null);
  // Agents stop here as well, before the services close that take what they send.
  const lanes = [...apis, ...agentsOf(scoped)].map((unit) => ({
    lane: unit.name,
    batches: unitStops({ scope, scoped, units: [unit] }),
  }));
  if (enginesOf(scoped).length > 0) return [{ lane: `work of ${name}`, batches: waits }, ...lanes];
  return lanes.length === 1
    ? lanes.map(({ lane, batches }) => ({ lane, batches: [...waits, ...batches] }))
    : [{ lane: name, batches: [...waits, ...lanes.flatMap(({ batches }) => batches)] }];
}

/** Where one of them is waited for until nothing is left, the others stop before it: they could give it more. */
function engineStops({ scope, scoped }: { scope: Scope; scoped: ScopedService }): Lane[] {
  const engines = enginesOf(scoped);
  return engines.some(({ drained: left }) => left !== undefined)
    ? [{ lane: scoped.service.name, batches: unitStops({ scope, scoped, units: engines }) }]
    : engines.map((unit) => ({ lane: unit.name, batches: unitStops({ scope, scoped, units: [unit] }) }));
}

function enginesOf(scoped: ScopedService): ServiceUnit[] {
  const agents = agentsOf(scoped);
  return scoped.service.units.filter((unit) => unit.api === null && !agents.includes(unit));
}

function unitStops(options: { scope: Scope; scoped: ScopedService; units: readonly ServiceUnit[] }): Batch[] {
  const { scope, scoped, units } = options;
  return stopOnHosts({
    scoped,
    label: scoped.service.name,
    units: units.map(({ name }) => name),
    drainSeconds: scope.cloud.policy.workEndsSeconds,
  });
}

function nobodyOnDatabases({ scope }: { scope: Scope }): Batch {
  return batch({
    hosts: scope.databases,
    steps: schemaNamesIn(scope).map((schema) => nobodyConnected({ id: `database/nobody-connected-${schema}`, schema })),
  });
}

/** What a rollback restores, and what users have in it. */
function finalDumps({ scope, dumpSeconds }: { scope: Scope; dumpSeconds: number }): Batch[] {
  const schemas = scope.services.flatMap((scoped) => scoped.schemas);
  return [
    ...inLanes({
      group: 'dumps',
      lanes: schemas.map(({ schema, database: { name } }) => ({
        lane: name,
        batches: [
          onDatabase({
            scope,
            steps: [
              dump({
                schema: name,
                moment: 'final',
                compression: databaseCompression(scope),
                timeoutSeconds: dumpSeconds,
              }),
              ...present(recordObjects({ schema, database: name })),
            ],
          }),
        ],
      })),
    }),
    onDatabase({ scope, steps: finalLoad(scope) }),
  ];
}

/** Services without a database leave nothing to load. */
function finalLoad(scope: Scope): Step[] {
  const schemas = schemaNamesIn(scope);
  return schemas.length === 0 ? [] : [beginFinalLoad({ schemas, programs: scope.programs })];
}

const present = <T>(one: T | null): T[] => (one === null ? [] : [one]);

/** Read with a service's own configuration, so on a host that carries it. */
function silence({ scope }: { scope: Scope }): Lane[] {
  return scope.services.map(({ service, hosts, schemas }) => ({
    lane: service.name,
    batches: [
      batch({ hosts: hosts.slice(0, 1), steps: schemas.map(({ schema }) => silentProbe({ service, schema })) }),
    ],
  }));
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
  const map = serversOf({ scope, scoped, closed });
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
