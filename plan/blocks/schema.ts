import type { UpgradeCheck } from '../../catalog/service';
import type { HostName } from '../../schema/names';
import type { Batch, BoundProbe, Step } from '../../schema/plan';
import type { DumpMoment } from '../commands/database';
import { dumpInPlace } from '../commands/dump-in-place';
import { migrations } from '../commands/migrations';
import { nobodyHolds, revisionProbe, upgradeCheckProbe } from '../commands/schema-state';
import { databaseCompression, type Scope, type ScopedSchema, type ScopedService } from '../scope/scope';
import type { HostGroup } from '../scope/host-group';
import type { RollingScope } from '../scope/rolling-scope';
import { batch, type Drawn, inLanes, type Lane, phase, onProofHost } from './phase';
import { whoServes } from './rotation';
import { proofOn } from './units';

/** Of packages that are installed and whose code must not start yet: they did not migrate on their own, and their code accepts the configuration. */
export function codeAtRest({ scope }: { scope: Scope }): Lane[] {
  return scope.services.flatMap((scoped) => {
    const { service, schemas, hosts } = scoped;
    const steps = schemas.map((one) => revisionProbe({ service, ...one }));
    return [
      { lane: `schema of ${service.name}`, batches: [batch({ hosts: hosts.slice(0, 1), steps })] },
      ...upgradeChecks({ scoped, of: 'configuration' }),
    ];
  });
}

/** The new code looks at what it finds. */
export function upgradeChecks({ scoped, of }: { scoped: ScopedService; of: UpgradeCheck['of'] }): Lane[] {
  const { service, hosts } = scoped;
  return service.upgradeCheck?.of === of
    ? [{ lane: `upgrade check of ${service.name}`, batches: [upgradeChecked({ scoped, host: hosts[0] ?? '' })] }]
    : [];
}

/** One runner for each schema, services side by side: none of them runs. From here on a rollback needs the dump. */
export function migrate(options: { scope: Scope; before: readonly Batch[]; looks: readonly Lane[] }): Drawn {
  const { scope, before, looks } = options;
  return phase({
    scope,
    id: 'database',
    title: 'Database: schemas, one runner',
    preconditions: dumpsInPlace({ scope, schemas: schemasOf(scope), moment: 'final' }),
    batches: [
      ...before,
      ...inLanes({
        group: 'before the schemas',
        lanes: [{ lane: 'transactions', batches: [nobodyHoldsOn({ scope, schemas: schemasOf(scope) })] }, ...looks],
      }),
      ...inLanes({
        group: 'schemas',
        lanes: scope.services.map(({ service, schemas, hosts }) => ({
          lane: service.name,
          batches: [
            batch({
              hosts: hosts.slice(0, 1),
              steps: schemas.flatMap((scoped) => migrations({ service, scoped, others: 'silent' })),
            }),
          ],
        })),
      }),
    ],
  });
}

const schemasOf = ({ services }: Scope): ScopedSchema[] => services.flatMap(({ schemas }) => schemas);

/** Behind an ALTER that waits for somebody's transaction every request of the service queues up (trap 25). */
function nobodyHoldsOn(options: { scope: Scope; schemas: readonly Pick<ScopedSchema, 'database'>[] }): Batch {
  const { scope, schemas } = options;
  return batch({
    hosts: scope.databases,
    steps: schemas.map(({ database }) => nobodyHolds({ schema: database.name })),
  });
}

/** Every schema of agents from one host, while those of other hosts go on with the installed code. */
export function migratedBesideAgents({ scope, host }: { scope: Scope; host: HostName }): Batch[] {
  return scope.services
    .filter(({ schemas }) => schemas.length > 0)
    .flatMap((scoped) => [
      nobodyHoldsOn({ scope, schemas: scoped.schemas }),
      batch({ hosts: [host], steps: besideSteps(scoped) }),
    ]);
}

/** All that a restore needs of the databases. */
export function preparedDumps({ scope }: { scope: Scope }): BoundProbe[] {
  return dumpsInPlace({ scope, schemas: schemasOf(scope), moment: 'prepare' });
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

function upgradeChecked({ scoped, host }: { scoped: ScopedService; host: string }): Batch {
  const { service } = scoped;
  const { upgradeCheck: check } = service;
  return batch({ hosts: [host], steps: check === null ? [] : [upgradeCheckProbe({ service, check })] });
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
      nobodyHoldsOn({ scope, schemas: [scoped] }),
      migrateBesideOn({ scoped, host: rolling.lead.engines[0] ?? '' }),
      onProofHost({ scope, steps: serving.apis.flatMap((host) => proofOn({ rolling, label: 'database', host })) }),
    ],
  });
}

function migrateBesideOn({ scoped, host }: { scoped: RollingScope['scoped']; host: string }): Batch {
  return batch({ hosts: [host], steps: [...besideSteps(scoped), ...upgradeChecked({ scoped, host }).steps] });
}

function besideSteps({ service, schemas }: Pick<ScopedService, 'service' | 'schemas'>): Step[] {
  return schemas.flatMap((one) => [
    revisionProbe({ service, ...one }),
    ...migrations({ service, scoped: one, others: 'serving' }),
  ]);
}
