import type { BoundProbe } from '../../schema/plan';
import { dump } from '../commands/database';
import { nothingMoreIsLost, whatIsLost } from '../commands/objects';
import { simulateBack } from '../commands/packages-back';
import { restorable, restoreSchema } from '../commands/restore-schema';
import { nobodyConnected } from '../commands/schema-state';
import { databaseCompression, type Scope, schemaNamesIn } from '../scope/scope';
import { brokerSilent } from './broker-silence';
import { keepUsersOut, openEarly } from './open';
import { putConfigurationBackOn } from './packages';
import { batch, type Drawn, onDatabase, phase } from './phase';
import { stopOnHosts } from './service-units';
import { closeApis, workEndsOf } from './stop';

interface Restore {
  readonly scope: Scope;
  readonly dumpSeconds: number;
}

/**
 * From an upgraded or half-upgraded cloud to configuration and databases as the restore point has them, in the guide's order (R-OPS-57):
 * everything stopped and locked, configuration, databases. What undoes the earlier phases follows: packages, the same
 * configuration again (their scripts edit it), then the services.
 */
export function restore(options: Restore): readonly Drawn[] {
  return [stopAll(options), configurationFirst(options), restoreDatabases(options)];
}

/** What it has not processed by then is lost with all that was measured since: longer nobody waits for it. */
const rollbackDrainSeconds = 60;

/** Once users could reach a service, its work in progress ends before it stops: what it left half-built nobody finds afterwards. */
export function endWork(options: Restore): Drawn {
  const { scope } = options;
  return phase({
    scope,
    id: 'back-work',
    title: 'Rollback: APIs closed, work ends',
    preconditions: ready(scope),
    batches: stopOrder(scope).flatMap(({ scoped, closed }) => [
      ...closeApis({ scope, scoped, closed, label: `back-work-${scoped.service.name}` }),
      workEndsOf({ scope, scoped, when: 'before-rollback' }),
    ]),
  });
}

function stopAll({ scope }: Restore): Drawn {
  return phase({
    scope,
    id: 'back-close',
    title: 'Rollback: APIs closed, services locked',
    preconditions: ready(scope),
    batches: stopOrder(scope).flatMap(({ scoped, closed }) => {
      const label = `back-${scoped.service.name}`;
      return [
        ...closeApis({ scope, scoped, closed, label }),
        ...stopOnHosts({ scoped, label, drainSeconds: rollbackDrainSeconds }),
        // It opens for the others before the last question, and users stay out until then.
        ...(openEarly(scope).includes(scoped) ? keepUsersOut({ scope, scoped, label }) : []),
      ];
    }),
  });
}

/** All that a rollback needs is there, before anything stops (R-OPS-58). */
function ready(scope: Scope): Drawn['preconditions'] {
  return [
    ...scope.databases.slice(0, 1).flatMap((host) =>
      schemaNamesIn(scope).map((schema) => ({
        host,
        probe: restorable({ schema, compression: databaseCompression(scope) }),
      })),
    ),
    ...scope.packageSets.flatMap(({ hosts, packages }) =>
      hosts.map((host) => ({ host, probe: simulateBack({ packages }) })),
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

function configurationFirst({ scope }: Restore): Drawn {
  return phase({
    scope,
    id: 'back-configuration',
    title: 'Rollback: recorded configuration',
    // Everything is closed and stopped, and nothing restored yet.
    preconditions: scope.databases
      .slice(0, schemaNamesIn(scope).length === 0 ? 0 : 1)
      .map((host) => ({ host, probe: nothingMoreIsLost({ databases: schemaNamesIn(scope), sha256: null }) })),
    batches: scope.packageSets.map((set) =>
      putConfigurationBackOn({ scope, set, hosts: set.hosts, id: 'back/configuration-first' }),
    ),
  });
}

/** Every database host is asked whether it is silent; one of them loads. */
function restoreDatabases({ scope, dumpSeconds }: Restore): Drawn {
  const compression = databaseCompression(scope);
  const schemas = scope.services.flatMap(({ service, schemas: own }) =>
    own.map(({ schema, database }) => ({ service: service.name, id: schema.id, database })),
  );
  return phase({
    scope,
    id: 'back-databases',
    title: 'Rollback: databases restored',
    batches: [
      ...brokerSilent({ scope, label: 'rollback' }),
      batch({
        hosts: scope.databases,
        steps: schemas.map(({ service, id, database }) =>
          nobodyConnected({ id: `rollback/silent-${id}`, service, schema: database.name, user: database.user }),
        ),
      }),
      onDatabase({
        scope,
        steps: [
          ...schemas.map(({ database }) =>
            dump({ schema: database.name, moment: 'failed', compression, timeoutSeconds: dumpSeconds }),
          ),
          // A load takes some three times as long as the dump.
          ...schemas.map(({ service, database }) =>
            restoreSchema({ service, database, compression, timeoutSeconds: dumpSeconds * 3 }),
          ),
        ],
      }),
    ],
  });
}

/** The services in stop order, each with those that are closed by then. */
function stopOrder({ services }: Scope): { scoped: Scope['services'][number]; closed: string[] }[] {
  const order = services.toReversed();
  return order.map((scoped, index) => ({
    scoped,
    closed: order.slice(0, index + 1).map(({ service }) => service.name),
  }));
}
