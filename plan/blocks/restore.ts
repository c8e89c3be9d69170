import { listed } from '../../schema/names';
import type { Batch, BoundProbe, Step } from '../../schema/plan';
import { dump, type RestoredMoment } from '../commands/database';
import { nothingMoreIsLost, whatIsLost } from '../commands/objects';
import { keptFiles, previousSource, simulateBack } from '../commands/packages-back';
import { restorable, restoreSchema } from '../commands/restore-schema';
import { workLayers } from '../scope/layers';
import {
  databaseCompression,
  namesOf,
  type Scope,
  type ScopedSchema,
  type ScopedService,
  schemaNamesIn,
} from '../scope/scope';
import { brokerSilent } from './broker-silence';
import { databasesSilent } from './database-silence';
import { keepUsersOut, openEarly } from './open';
import { putConfigurationBackOn } from './packages';
import { batch, type Drawn, inLanes, type Lane, onDatabase, phase } from './phase';
import { agentsOf, stopOnHosts } from './service-units';
import { closeApis, closedBy } from './stop';
import { workEndsClosed } from './work-ends';

interface Restore {
  readonly scope: Scope;
  readonly dumpSeconds: number;
  /** Of the dump that is loaded. Default: the one that was made when the services had stopped. */
  readonly moment?: RestoredMoment;
}

/**
 * From an upgraded or half-upgraded cloud to configuration and databases as the restore point has them, in the guide's order (R-OPS-57):
 * everything stopped and locked, configuration, databases. What undoes the earlier phases follows: packages, the same
 * configuration again (their scripts edit it), then the services.
 */
export function restore(options: Restore): readonly Drawn[] {
  return [
    stopAll({ ...options, preconditions: ready(options) }),
    configurationFirst(options),
    restoreDatabases(options),
  ];
}

/**
 * The same once users could reach a service. What a rollback needs is looked at before the APIs close, and the source from before is read while they are
 * still served.
 */
export function restoreOpened(options: Restore): readonly Drawn[] {
  return [
    endWork(options),
    stopAll({ ...options, preconditions: [] }),
    configurationFirst(options),
    restoreDatabases(options),
  ];
}

/** What it has not processed by then is lost with all that was measured since: longer nobody waits for it. */
const rollbackDrainSeconds = 60;

/** Once users could reach a service, its work in progress ends before it stops: what it left half-built nobody finds afterwards. */
function endWork(options: Restore): Drawn {
  const { scope } = options;
  return phase({
    scope,
    id: 'back-work',
    title: 'Rollback: APIs closed, work ends',
    preconditions: ready(options),
    batches: [
      ...inLanes({
        group: 'package source',
        lanes: scope.packageSets.map(({ hosts }) => ({
          lane: listed(hosts),
          batches: [batch({ hosts, steps: [{ ...previousSource, id: 'back-work/source' }] })],
        })),
      }),
      ...workLayers(scope.services).flatMap((layer, index, order) =>
        inLanes({
          group: `work ${namesOf(layer)}`,
          lanes: layer.map((scoped) => workLane({ scope, scoped, closed: closedBy({ order, index }) })),
        }),
      ),
    ],
  });
}

function workLane(options: { scope: Scope; scoped: ScopedService; closed: readonly string[] }): Lane {
  const { scope, scoped, closed } = options;
  const { name } = scoped.service;
  const label = `back-work-${name}`;
  return {
    lane: name,
    batches: [
      ...agentStops({ scoped, label }),
      ...closeApis({ scope, scoped, closed, label }),
      ...workEndsClosed({ scope, scoped, when: 'before-rollback', mayBeGone: true }),
    ],
  };
}

function stopAll({ scope, preconditions }: Pick<Restore, 'scope'> & Pick<Drawn, 'preconditions'>): Drawn {
  const all = scope.services.map(({ service }) => service.name);
  const lanes = (of: (scoped: ScopedService, label: string) => readonly Lane[]): Lane[] =>
    scope.services.toReversed().flatMap((scoped) => of(scoped, `back-${scoped.service.name}`));
  return phase({
    scope,
    id: 'back-close',
    title: 'Rollback: APIs closed, services locked',
    preconditions,
    batches: [
      ...inLanes({
        group: 'agents',
        lanes: lanes((scoped, label) => [{ lane: scoped.service.name, batches: agentStops({ scoped, label }) }]),
      }),
      ...inLanes({
        group: 'close',
        lanes: lanes((scoped, label) => [
          { lane: `APIs of ${scoped.service.name}`, batches: closeApis({ scope, scoped, closed: all, label }) },
        ]),
      }),
      ...inLanes({
        group: 'stop',
        lanes: lanes((scoped, label) => [
          ...scoped.service.units
            .filter((unit) => !agentsOf(scoped).includes(unit))
            .map(({ name }) => ({
              lane: name,
              batches: stopOnHosts({
                scoped,
                label,
                units: [name],
                drainSeconds: rollbackDrainSeconds,
                // What it leaves half-done goes with its database.
                ends: scoped.schemas.length > 0 ? 'soon' : 'gracefully',
              }),
            })),
          // It opens for the others before the last question, and users stay out until then.
          {
            lane: `users of ${scoped.service.name}`,
            batches: openEarly(scope).includes(scoped) ? keepUsersOut({ scope, scoped, label }) : [],
          },
        ]),
      }),
    ],
  });
}

/** Before the services close that take what they send. */
function agentStops({ scoped, label }: { scoped: ScopedService; label: string }): Batch[] {
  const units = agentsOf(scoped).map(({ name }) => name);
  return stopOnHosts({ scoped, label, units, drainSeconds: rollbackDrainSeconds });
}

/** All that a rollback needs is there, before anything stops (R-OPS-58). */
export function ready({ scope, moment = 'final' }: Restore): Drawn['preconditions'] {
  return [
    ...scope.databases.slice(0, 1).flatMap((host) =>
      schemaNamesIn(scope).map((schema) => ({
        host,
        probe: restorable({ schema, moment, compression: databaseCompression(scope) }),
      })),
    ),
    ...scope.packageSets.flatMap(({ hosts, packages }) =>
      hosts.flatMap((host) => [keptFiles({ packages }), simulateBack({ packages })].map((probe) => ({ host, probe }))),
    ),
  ];
}

/** For the person who chooses to roll back after users could write. */
export function lossPreview({ scope }: { scope: Scope }): BoundProbe | null {
  const [host] = scope.databases;
  return host === undefined || schemaNamesIn(scope).length === 0
    ? null
    : { host, probe: whatIsLost({ databases: schemaNamesIn(scope) }) };
}

/** Beside it, because it is on other hosts: the dumps of what the databases hold now. */
export function configurationFirst({ scope, dumpSeconds }: Restore): Drawn {
  const compression = databaseCompression(scope);
  return phase({
    scope,
    id: 'back-configuration',
    title: 'Rollback: recorded configuration; dumps of what the databases hold now',
    // Everything is closed and stopped, and nothing restored yet.
    preconditions: scope.databases
      .slice(0, schemaNamesIn(scope).length === 0 ? 0 : 1)
      .map((host) => ({ host, probe: nothingMoreIsLost({ databases: schemaNamesIn(scope), sha256: null }) })),
    batches: inLanes({
      group: 'configuration and dumps',
      lanes: [
        ...scope.packageSets.map((set) => ({
          lane: listed(set.hosts),
          batches: [putConfigurationBackOn({ scope, set, hosts: set.hosts, id: 'back/configuration-first' })],
        })),
        ...eachDatabase({
          scope,
          step: ({ database }) =>
            dump({ schema: database.name, moment: 'failed', compression, timeoutSeconds: dumpSeconds }),
        }),
      ],
    }),
  });
}

/**
 * Every database host is asked whether it is silent; one of them loads. The broker is on another host than the script that loads, so it is asked
 * right before, and nothing that takes long comes between.
 */
export function restoreDatabases({ scope, dumpSeconds, moment = 'final' }: Restore): Drawn {
  const compression = databaseCompression(scope);
  return phase({
    scope,
    id: 'back-databases',
    title: 'Rollback: databases restored',
    batches: [
      ...inLanes({
        group: 'silence',
        lanes: [
          { lane: 'RabbitMQ', batches: brokerSilent({ scope, label: 'rollback' }) },
          { lane: 'MariaDB', batches: databasesSilent({ scope, label: 'rollback' }) },
        ],
      }),
      ...inLanes({
        group: 'databases',
        lanes: eachDatabase({
          scope,
          // A load takes some three times as long as the dump.
          step: ({ service, database }) =>
            restoreSchema({ moment, service, database, compression, timeoutSeconds: dumpSeconds * 3 }),
        }),
      }),
    ],
  });
}

function eachDatabase(options: {
  scope: Scope;
  step: (one: { service: string; database: ScopedSchema['database'] }) => Step;
}): Lane[] {
  const { scope, step } = options;
  return scope.services.flatMap(({ service, schemas }) =>
    schemas.map(({ database }) => ({
      lane: database.name,
      batches: [onDatabase({ scope, steps: [step({ service: service.name, database })] })],
    })),
  );
}
