import { seriesBetween } from '../../catalog/releases';
import type { RuleId } from '../../catalog/rules';
import type { ServiceUnit } from '../../catalog/service';
import type { Batch } from '../../schema/plan';
import { flushMemcached } from '../commands/memcached';
import { servingMigration } from '../commands/migrations';
import { startLayers } from '../scope/layers';
import { serviceOn } from '../scope/part';
import { namesOf, type Scope, type ScopedService } from '../scope/scope';
import { keepUsersOut, openEarly, openService } from './open';
import { batch, type Drawn, inLanes, type Lane, phase, onProofHost, proofLane } from './phase';
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
    batches: startLayers(scope.services).flatMap((layer) => startLayer({ scope, layer })),
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

/** Side by side those of which none needs another; of each all units at once, because nobody calls them yet. */
function startLayer(options: { scope: Scope; layer: readonly ScopedService[] }): Batch[] {
  const { scope, layer } = options;
  const label = namesOf(layer);
  const lanes = (of: (scoped: ScopedService, name: string) => readonly Lane[]): Lane[] =>
    layer.flatMap((scoped) => of(scoped, scoped.service.name));
  return [
    ...inLanes({
      group: `flush ${label}`,
      lanes: lanes((scoped, name) => [{ lane: name, batches: flushedBefore({ scope, scoped, label: name }) }]),
    }),
    ...inLanes({
      group: `migrate ${label}`,
      lanes: lanes((scoped, name) => [{ lane: name, batches: [servingMigrations({ scoped })] }]),
    }),
    ...inLanes({
      group: `start ${label}`,
      lanes: lanes((scoped, name) => newStarts({ scope, scoped, label: name, requirements: ['R-OPS-44', 'R-OPS-73'] })),
    }),
    ...inLanes({
      group: `prove ${label}`,
      lanes: lanes((scoped, name) => startProofs({ scope, scoped, label: name })),
    }),
    ...layer
      .filter((scoped) => openEarly(scope).includes(scoped))
      .flatMap((scoped) => openEarlyService({ scope, scoped })),
  ];
}

export interface Labelled {
  readonly scope: Scope;
  readonly scoped: ScopedService;
  /** Begins the ids. */
  readonly label: string;
}

/** With the new code, while those serve that keep what is migrated. */
export function servingMigrations({ scoped }: { scoped: ScopedService }): Batch {
  const { service, hosts } = scoped;
  return batch({
    hosts: hosts.slice(0, 1),
    steps: (service.servingMigrations ?? []).map((migration) => servingMigration({ service, migration })),
  });
}

type Starts = Labelled & { readonly requirements: readonly RuleId[] };

/** With the new code; after them, and proved beside them, agents of hosts whose packages stay: they were stopped for the first new one (R-CEIL-12). */
function newStarts(options: Starts): Lane[] {
  const { scope, scoped } = options;
  const { name } = scoped.service;
  const lanes = unitStarts({ ...options, scoped: serviceOn({ scoped, hosts: scoped.hosts }) });
  if (scoped.unchanged.length === 0) return lanes;
  const unchanged = unitStarts({
    ...options,
    scoped: serviceOn({ scoped, hosts: scoped.unchanged }),
    requirements: ['R-CEIL-12'],
    besideOthers: true,
    proved: isReadByNew(scope),
  });
  return [{ lane: name, batches: [...lanes, ...unchanged].flatMap(({ batches }) => batches) }];
}

/** What agents of the release before send arrives. Of older ones it may be thrown away: to wait for it would keep users out for nothing. */
function isReadByNew({ from, to }: Scope): boolean {
  const between = seriesBetween({ from, to });
  return between !== undefined && between <= 1;
}

/** Agents that are proved one by one start one after the other: what one of them sends, the one before it takes. */
export function unitStarts(options: Starts & { readonly besideOthers?: boolean; readonly proved?: boolean }): Lane[] {
  const lanes = lanesOfUnits(options);
  const { service } = options.scoped;
  return service.units.some(({ provedAlone }) => provedAlone !== undefined)
    ? [{ lane: service.name, batches: lanes.flatMap(({ batches }) => batches) }]
    : lanes;
}

function lanesOfUnits(options: Parameters<typeof unitStarts>[0]): Lane[] {
  const { scope, scoped, label, requirements, besideOthers = false, proved = true } = options;
  return scoped.service.units.toReversed().map((unit) => ({
    lane: unit.name,
    batches: [
      ...startOnHosts({
        scoped,
        unit,
        label,
        requirements,
        besideOthers: besideOthers || mayPollNothing({ scoped, unit }),
        proved,
      }),
      onProofHost({
        scope,
        steps: scoped.apis.filter((api) => api.unit === unit.name).flatMap((api) => answers({ label, api })),
      }),
    ],
  }));
}

/** A compute host without instances: agents of controllers have been proved by what they poll before (R-CEIL-13). */
function mayPollNothing({ scoped, unit }: { scoped: ScopedService; unit: ServiceUnit }): boolean {
  const { service, unitHosts } = scoped;
  const before = service.units.filter(
    ({ on, part }) => on === 'controller' && part !== undefined && part === unit.part,
  );
  return unit.on !== 'controller' && before.some(({ name }) => (unitHosts[name] ?? []).length > 0);
}

export function startProofs({ scope, scoped, label }: Labelled): Lane[] {
  return provedAtStart({ scope, scoped, label }).map(({ host, steps }) =>
    proofLane({ lane: `${scoped.service.name} through ${host}`, scope, steps }),
  );
}

function openEarlyService({ scope, scoped }: { scope: Scope; scoped: ScopedService }): Batch[] {
  const { name } = scoped.service;
  return [
    ...keepUsersOut({ scope, scoped, label: name }),
    ...openService({
      scope,
      scoped,
      id: `${name}/open`,
      upId: `${name}/up`,
      title: `open the APIs of ${name}, which the others need`,
    }),
  ];
}
