import type { HostName } from '../../schema/names';
import type { Batch, Step } from '../../schema/plan';
import { backfilled, deadEnginesAway, workersUp } from '../commands/engine-rows';
import { throughTheFront } from '../commands/haproxy';
import { nobodyRunsOld, runsNewCode } from '../commands/library-users';
import { othersStay } from '../commands/others-stay';
import { versionsProbe } from '../commands/packages';
import { nothingUpgrades, versionsBack } from '../commands/packages-back';
import { schemaAtHead } from '../commands/schema-state';
import { type Scope, type ScopedService, sitesOn, unitsOn } from '../scope/scope';
import { everyApi, type RollingScope } from '../scope/rolling-scope';
import { samplesCountedLanes } from './counted-samples';
import { leftAlone } from './other-units';
import { record } from './restore-point';
import { upgradeChecks } from './schema';
import { keptOn } from '../scope/staying';
import { batch, type Drawn, inLanes, type Lane, phase, onDatabase, sideBySide, onProofHost, proofLane } from './phase';
import { type ProofPart, provedFromBefore, provedNew } from './service-proofs';
import { engineHosts, engines, proofOn } from './units';

/**
 * Whether the services work, every host by itself, before the load balancer opens: until then nothing is lost by a rollback. Short, because
 * users wait: what takes longer is proved once it is open (`prove`).
 */
export function verify({ scope }: { scope: Scope }): Drawn {
  return phase({
    scope,
    id: 'verify',
    title: 'Verify: by behaviour, still closed',
    batches: inLanes({
      group: 'verify',
      lanes: [
        { lane: 'packages and processes', batches: changedOnHosts({ scope, looks: ['changed'] }) },
        ...scope.services.flatMap((scoped) => [
          ...upgradeChecks({ scoped, of: 'configuration and database' }),
          ...proofLanes({ scope, scoped, parts: ['first'] }),
        ]),
      ],
    }),
  });
}

/**
 * What takes longer than users should wait for. `loads`: the loads of the final dumps that are still to be waited for; the dumps themselves
 * were complete before the first migration. `last`: what follows once all of it is proved.
 */
export function prove(options: {
  scope: Scope;
  dumpSeconds: number;
  loads: readonly Batch[];
  last: readonly Lane[];
}): Drawn {
  const { scope, dumpSeconds, loads, last } = options;
  return phase({
    scope,
    id: 'prove',
    title: 'Prove: what takes longer, while it serves',
    batches: [
      ...inLanes({
        group: 'prove',
        lanes: [
          { lane: 'replaced files', batches: changedOnHosts({ scope, looks: ['left'] }) },
          { lane: 'restore point', batches: [...loads, ...record({ scope, moment: 'final', dumpSeconds })] },
          ...scope.services.flatMap((scoped) => [
            { lane: `schema of ${scoped.service.name}`, batches: schemasAtHead({ scope, scoped }) },
            { lane: `engines of ${scoped.service.name}`, batches: enginesOf({ scoped, scope }) },
            ...proofLanes({ scope, scoped, parts: ['then'] }),
          ]),
        ],
      }),
      ...inLanes({ group: 'afterwards', lanes: [...last, ...samplesCountedLanes({ scope })] }),
    ],
  });
}

function proofLanes(options: { scope: Scope; scoped: ScopedService; parts: readonly ProofPart[] }): Lane[] {
  const { scope, scoped } = options;
  const { name } = scoped.service;
  const lane = (what: string, steps: readonly Step[]): Lane => proofLane({ lane: what, scope, steps });
  return [
    ...provedNew(options).map(({ host, steps }) => lane(`${name} through ${host}`, steps)),
    ...provedFromBefore(options).map(({ steps }) => lane(`${name} from before`, steps)),
  ];
}

/** The schema is the one that the code of every host with that database wants, not only of the host which migrated. */
export function schemasAtHead({ scope, scoped }: { scope: Scope; scoped: ScopedService }): Batch[] {
  const { service, schemas } = scoped;
  // Elsewhere nothing changed, and the program that reads it is not there.
  const hosts = scoped.databaseHosts.filter((host) => scope.packageSets.some((set) => set.hosts.includes(host)));
  const told = schemas.filter(({ schema }) =>
    schema.migrations.every((migration) => migration.kind === 'online' || migration.done.by === 'head'),
  );
  return [batch({ hosts, steps: told.map(({ schema }) => schemaAtHead({ service, schema })) })];
}

/** Exact versions and young processes on every host, then behaviour through every host's own API. */
export function verifyHosts(options: { scope: Scope }): Batch[] {
  const { scope } = options;
  return [
    ...changedOnHosts({ scope }),
    ...scope.services.flatMap((scoped) =>
      proofLanes({ scope, scoped, parts: ['first', 'then'] }).flatMap(({ batches }) => batches),
    ),
  ];
}

/** `changed`: packages, and the processes of the services. `left`: every other process that still runs with replaced files. */
export type ChangeLook = 'changed' | 'left';

export function changedOnHosts(options: { scope: Scope; looks?: readonly ChangeLook[] }): Batch[] {
  const { scope, looks = ['changed', 'left'] } = options;
  return sideBySide(scope.upgradedHosts.flatMap((host) => changedOn({ scope, host, looks })));
}

/** A controller may have none of the packages: services are spread over hosts. */
function changedOn({ scope, host, looks }: { scope: Scope; host: HostName; looks: readonly ChangeLook[] }): Batch[] {
  const set = scope.packageSets.find(({ hosts }) => hosts.includes(host));
  if (set === undefined) return [];
  const { packages } = set;
  const kept = keptOn({ staying: scope.staying, hosts: set.hosts }) ?? [];
  const sites = sitesOn({ scope, host }).map(({ site }) => site);
  // A reload gave every site of that Apache new processes; the one above them is as old as before.
  const reloaded = sites.length === 0 ? [] : ['apache2'];
  const changed = [
    versionsProbe({ packages }),
    ...runsNewCode({ units: unitsOn({ scope, host }), sites, packages }),
    ...(kept.length === 0 ? [] : [othersStay({ kept })]),
  ];
  const left = nobodyRunsOld({
    id: 'verify/no-old-code',
    packages,
    left: [...leftAlone({ scope, host }), ...reloaded],
  });
  const steps = looks.flatMap((look) => (look === 'changed' ? changed : [left]));
  return [batch({ hosts: [host], steps })];
}

/** Database and services once more, every host by itself (R-HEAT-26). */
export function verifyAll({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, scoped } = rolling;
  return phase({
    scope,
    id: 'verify',
    title: 'Verify: database and services, host by host',
    batches: [
      batch({ hosts: scoped.hosts, steps: [schemaAtHead(scoped)] }),
      ...enginesOf({ scope, scoped }),
      ...verifyHosts({ scope }),
      batch({
        hosts: scope.loadBalancers,
        steps: scoped.apis.flatMap(({ api, listeners }) =>
          listeners.slice(0, 1).map((listener) => throughTheFront({ id: `verify/${api.name}`, listener, api })),
        ),
      }),
    ],
  });
}

/** As many engines as the configuration says (R-HEAT-26). */
export function workersOf({ scoped }: { scoped: ScopedService }): Batch[] {
  const { rolling } = scoped.service;
  return rolling === null
    ? []
    : [batch({ hosts: scoped.unitHosts[rolling.engineUnit] ?? [], steps: [workersUp({ rolling })] })];
}

/** The database knows exactly the engines that run, and nothing that old engines left half-written is there (C.6). */
function enginesOf({ scope, scoped }: { scope: Scope; scoped: ScopedService }): Batch[] {
  return [...workersOf({ scoped }), ...engineRows({ scope, scoped })];
}

/** After the workers were counted. */
function engineRows({ scope, scoped }: { scope: Scope; scoped: ScopedService }): Batch[] {
  const { rolling } = scoped.service;
  const [schema] = scoped.schemas;
  if (rolling === null || schema === undefined) return [];
  const hosts = scoped.unitHosts[rolling.engineUnit] ?? [];
  return [
    batch({ hosts: hosts.slice(0, 1), steps: [deadEnginesAway({ rolling })] }),
    onDatabase({
      scope,
      steps: rolling.backfills.map((one) => backfilled({ schema: schema.database.name, backfill: one })),
    }),
  ];
}

/** And it stays so: nothing would take the packages along once the run is over. */
export function recordedOn({ scope, label = 'back' }: { scope: Scope; label?: 'back' | 'restore' }): Batch[] {
  return scope.packageSets.map(({ hosts, packages }) =>
    batch({
      hosts,
      steps: [
        { ...versionsBack({ packages }), id: `${label}/versions` },
        { ...nothingUpgrades({ packages }), id: `${label}/nothing-upgrades` },
      ],
    }),
  );
}

/** Every package of every host as it was recorded. */
export function proveRecorded({ scope }: { scope: Scope }): Drawn {
  return phase({
    scope,
    id: 'back-proof',
    title: 'Rollback: every package as recorded',
    batches: recordedOn({ scope }),
  });
}

/** The last look: every host as recorded, and the stack from before still works. */
export function proveInstalled({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, vhosts } = rolling;
  const label = 'back-proof';
  return phase({
    scope,
    id: label,
    title: 'Rollback: proved, host by host',
    batches: [
      ...recordedOn({ scope }),
      engines({
        rolling,
        id: `${label}/engines-consume`,
        vhost: vhosts.old,
        hosts: engineHosts(rolling),
      }),
      onProofHost({ scope, steps: everyApi(rolling).flatMap((host) => proofOn({ rolling, label, host })) }),
    ],
  });
}
