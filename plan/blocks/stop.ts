import type { ServiceUnit } from '../../catalog/service';
import type { Batch, Step } from '../../schema/plan';
import { dump } from '../commands/database';
import { drained, serve } from '../commands/haproxy';
import { moveByHand, onLoadBalancer } from '../commands/load-balancer';
import { recordObjects } from '../commands/objects';
import { silentProbe } from '../commands/schema-state';
import { type Layers, workLayers } from '../scope/layers';
import { databaseCompression, namesOf, type Scope, type ScopedService } from '../scope/scope';
import { brokerSilent } from './broker-silence';
import { databasesSilent } from './database-silence';
import { batch, type Drawn, inLanes, type Lane, onDatabase, phase, serversOf } from './phase';
import { quietHour } from './quiet-hour';
import { agentsOf, stopOnHosts } from './service-units';
import { nothingStranded, workEndsClosed, workPauses } from './work-ends';

/**
 * No work in flight while the APIs are open; layer by layer, those that need others first, APIs closed and no work again (only what came
 * between); units stopped and locked. Then silence, and the dump that a rollback restores.
 */
export function stop(options: {
  scope: Scope;
  dumpSeconds: number;
  /** Of the final dumps, begun before the next phase where that is long. */
  load: readonly Step[];
}): Drawn {
  const { scope, dumpSeconds, load } = options;
  return phase({
    scope,
    id: 'stop',
    title: 'Stop: APIs closed, services locked',
    batches: [
      ...quietHour({ scope }),
      ...inLanes({
        group: 'work ends',
        lanes: scope.services
          .toReversed()
          .map((scoped) => ({ lane: scoped.service.name, batches: workPauses({ scope, scoped, when: 'open' }) })),
      }),
      ...closeAndStop({ scope }),
      // By itself: a look into a database is a connection to it, and would be waited for.
      ...databasesSilent({ scope, label: 'database' }),
      // Before the dumps: what a person repairs here must be in them.
      ...inLanes({
        group: 'stranded',
        lanes: scope.services.map((scoped) => ({
          lane: `work of ${scoped.service.name}`,
          batches: nothingStranded({ scope, scoped }),
        })),
      }),
      ...finalDumps({ scope, dumpSeconds }),
      onDatabase({ scope, steps: load }),
    ],
  });
}

/**
 * Services that others call close after them: what is in progress there may still need them. What has no work any more stays as it is
 * until everything is closed, and then stops side by side: an engine takes longest, and nobody has to wait for it to close.
 */
function closeAndStop({ scope }: { scope: Scope }): Batch[] {
  const order = workLayers(scope.services);
  return [
    ...order.flatMap((layer, index) => closeLayer({ scope, layer, closed: closedBy({ order, index }) })),
    ...inLanes({
      group: `stop ${namesOf(scope.services)}`,
      lanes: scope.services
        .toReversed()
        .filter((scoped) => !isWaitedFor(scoped))
        .flatMap((scoped) => unitsStop({ scope, scoped })),
    }),
  ];
}

function closeLayer(options: { scope: Scope; layer: readonly ScopedService[]; closed: readonly string[] }): Batch[] {
  const { scope, layer, closed } = options;
  return [
    ...inLanes({
      group: `close ${namesOf(layer)}`,
      lanes: layer.map((scoped) => {
        const { name } = scoped.service;
        return {
          lane: `APIs of ${name}`,
          batches: [
            ...closeApis({ scope, scoped, closed, label: name }),
            ...workEndsClosed({ scope, scoped, when: 'closed' }),
          ],
        };
      }),
    }),
    // Agents before the services close that take what they send; what has to be waited for, while the next services still serve.
    ...inLanes({
      group: `agents of ${namesOf(layer)}`,
      lanes: layer.flatMap((scoped) => [
        // One after the other: what one of them sends, the next one takes.
        { lane: `agents of ${scoped.service.name}`, batches: unitStops({ scope, scoped, units: agentsOf(scoped) }) },
        ...(isWaitedFor(scoped) ? unitsStop({ scope, scoped }) : []),
      ]),
    }),
  ];
}

/** Services of this layer and of those before it. */
export function closedBy(options: { order: Layers; index: number }): string[] {
  return options.order.slice(0, options.index + 1).flatMap((layer) => layer.map(({ service }) => service.name));
}

/** Each by itself. Where one of them is waited for, the others stop before it: they could give it more. */
function unitsStop({ scope, scoped }: { scope: Scope; scoped: ScopedService }): Lane[] {
  const agents = agentsOf(scoped);
  const units = scoped.service.units.filter((unit) => !agents.includes(unit));
  return isWaitedFor(scoped)
    ? [{ lane: scoped.service.name, batches: unitStops({ scope, scoped, units }) }]
    : units.map((unit) => ({ lane: unit.name, batches: unitStops({ scope, scoped, units: [unit] }) }));
}

/** A unit of it stops when it has nothing left to do. */
function isWaitedFor({ service }: ScopedService): boolean {
  return service.units.some(({ drained: left }) => left !== undefined);
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

/**
 * What a rollback restores, and what users have in it, once nobody writes. Beside them the looks that take longer: no migration begins before
 * both, and to look whether somebody waits for messages tells nothing of what is in a database.
 */
function finalDumps({ scope, dumpSeconds }: { scope: Scope; dumpSeconds: number }): Batch[] {
  const schemas = scope.services.flatMap((scoped) => scoped.schemas);
  const compression = databaseCompression(scope);
  return inLanes({
    group: 'dumps',
    lanes: [
      ...schemas.map(({ database: { name } }) => ({
        lane: name,
        batches: [
          onDatabase({
            scope,
            steps: [dump({ schema: name, moment: 'final', compression, timeoutSeconds: dumpSeconds })],
          }),
        ],
      })),
      ...schemas.map(({ schema, database: { name } }) => ({
        lane: `what users have in ${name}`,
        batches: [onDatabase({ scope, steps: present(recordObjects({ schema, database: name })) })],
      })),
      { lane: 'RabbitMQ', batches: brokerSilent({ scope, label: 'broker' }) },
      ...silence({ scope }),
    ],
  });
}

const present = <T>(one: T | null): T[] => (one === null ? [] : [one]);

/** Read with a service's own configuration, so on a host that carries it. */
function silence({ scope }: { scope: Scope }): Lane[] {
  return scope.services.map(({ service, hosts, schemas }) => ({
    lane: `connections of ${service.name}`,
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
