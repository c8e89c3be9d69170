import type { Service } from '../../catalog/service';
import type { Batch, BoundProbe, Step } from '../../schema/plan';
import type { DumpMoment } from '../commands/database';
import { dumpInPlace } from '../commands/dump-in-place';
import { migrations } from '../commands/migrations';
import { nobodyHolds, revisionProbe, upgradeCheckProbe } from '../commands/schema-state';
import { databaseCompression, type Scope, type ScopedSchema, type ScopedService } from '../scope/scope';
import type { HostGroup } from '../scope/host-group';
import type { RollingScope } from '../scope/rolling-scope';
import { batch, type Drawn, inLanes, phase } from './phase';
import { whoServes } from './rotation';
import { proofOn } from './units';

/** One runner for each schema, services side by side: none of them runs. From here on a rollback needs the dump. */
export function migrate(options: { scope: Scope; before: readonly Batch[] }): Drawn {
  const { scope, before } = options;
  return phase({
    scope,
    id: 'database',
    title: 'Database: schemas, one runner',
    preconditions: dumpsInPlace({ scope, schemas: scope.services.flatMap(({ schemas }) => schemas), moment: 'final' }),
    batches: [
      ...before,
      ...inLanes({
        group: 'schemas',
        lanes: scope.services.map((scoped) => ({
          lane: scoped.service.name,
          batches: [
            batch({
              hosts: scope.databases,
              steps: scoped.schemas.map(({ database }) => nobodyHolds({ schema: database.name })),
            }),
            migrateOn({ scoped, host: scoped.hosts[0] ?? '', others: 'silent' }),
          ],
        })),
      }),
    ],
  });
}

/** On the host that made them. */
function dumpsInPlace(options: {
  scope: Scope;
  schemas: readonly Pick<ScopedSchema, 'database'>[];
  moment: DumpMoment;
}): BoundProbe[] {
  const { scope, schemas, moment } = options;
  const compression = databaseCompression(scope);
  return scope.databases
    .slice(0, 1)
    .flatMap((host) =>
      schemas.map(({ database }) => ({ host, probe: dumpInPlace({ schema: database.name, moment, compression }) })),
    );
}

/** Migrates one service's schemas with the code of this host, and lets that code look at what it finds. */
export function migrateOn(options: { scoped: ScopedService; host: string; others: 'silent' | 'serving' }): Batch {
  const { scoped, host, others } = options;
  const { service, schemas } = scoped;
  return batch({
    hosts: [host],
    steps: [
      ...schemas.flatMap((one) => migrateSchema({ service, scoped: one, others })),
      ...(service.upgradeCheck === null ? [] : [upgradeCheckProbe({ service, check: service.upgradeCheck })]),
    ],
  });
}

function migrateSchema(options: { service: Service; scoped: ScopedSchema; others: 'silent' | 'serving' }): Step[] {
  const { service, scoped } = options;
  return [revisionProbe({ service, ...scoped }), ...migrations(options)];
}

/** The schema while the installed code serves, and the proof that it still does (R-HEAT-11..13). */
export function migrateBeside(options: { rolling: RollingScope; serving: HostGroup }): Drawn {
  const { rolling, serving } = options;
  const { scope, scoped } = rolling;
  return phase({
    scope,
    id: 'database',
    title: `Schema, while ${whoServes(serving.apis)} with the installed code`,
    preconditions: dumpsInPlace({ scope, schemas: [scoped], moment: 'prepare' }),
    batches: [
      // Behind an ALTER that waits for somebody's transaction every request of the service queues up (trap 25).
      batch({ hosts: scope.databases, steps: [nobodyHolds({ schema: scoped.database.name })] }),
      migrateOn({ scoped, host: rolling.lead.engines[0] ?? '', others: 'serving' }),
      batch({
        hosts: [scope.proofHost],
        steps: serving.apis.flatMap((host) => proofOn({ rolling, label: 'database', host })),
      }),
    ],
  });
}
