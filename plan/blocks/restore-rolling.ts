import { listed } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { throughTheFront } from '../commands/haproxy';
import { vhostAgain } from '../commands/rabbitmq';
import { revisionBack } from '../commands/schema-state';
import { switchedEnds, takeSwitched } from '../commands/switched-work';
import { everyApi, ownVhosts, type RollingScope } from '../scope/rolling-scope';
import { asConfigured } from './switch-apis';
import { databasesSilent } from './database-silence';
import { restartOthersOn } from './other-units';
import { putBackOn } from './packages';
import { batch, type Drawn, onBroker, onDatabase, phase, sideBySide } from './phase';
import { repairOf } from './repair';
import { configurationFirst, ready, restoreDatabases } from './restore';
import { closeAll, keptClosed, openAll } from './rotation';
import { stopOnHosts } from './service-units';
import { sideGone } from './side-engine';
import { engineHosts, engines, startApis, startEngine } from './units';
import { codeBesideGoes } from './venv-code';
import { stopVenvApis, stopVenvEngine } from './venv-units';
import { recordedOn } from './verify';
import { workEnds } from './work-ends';
import { ownVhostsGone } from './vhosts';

interface Restore {
  readonly rolling: RollingScope;
  readonly dumpSeconds: number;
}

/** No later dump is made: from the migration on there is no moment in which nobody writes. */
const moment = 'prepare';

/**
 * The rollback with restore of a rolling run (R-OPS-57, C.8): not its phases in reverse, but everything closed and stopped, then
 * vhosts, configuration, databases and packages as they were recorded. Whatever release runs where when it begins, and
 * whatever another rollback has undone already, every step checks first whether it is done.
 */
export function rollingRestore(options: Restore): readonly Drawn[] {
  const { scope } = options.rolling;
  const dumped = { scope, dumpSeconds: options.dumpSeconds, moment } as const;
  return [
    closeAndWait(options),
    stopEverything(options),
    configurationFirst(dumped),
    restoreDatabases(dumped),
    packagesAsBefore(options),
    startInstalled(options),
    openInstalled(options),
  ];
}

/** What was started ends while its engines run, on every vhost: half-built things nobody finds afterwards. */
function closeAndWait({ rolling, dumpSeconds }: Restore): Drawn {
  const { scope, scoped } = rolling;
  return phase({
    scope,
    id: 'restore-work',
    title: 'Rollback: APIs closed, work ends',
    preconditions: ready({ scope, dumpSeconds, moment }),
    // Ten seconds apart: it may be on two vhosts or three, each with messages of its own.
    batches: [
      closeAll({ rolling, label: 'restore-work' }),
      ...workEnds({ scope, scoped, when: 'before-restore', mayBeGone: true }),
    ],
  });
}

function stopEverything({ rolling }: Restore): Drawn {
  const { scope, scoped, vhosts } = rolling;
  const own = ownVhosts(rolling);
  const label = 'restore-stop';
  return phase({
    scope,
    id: label,
    title: `Rollback: services stopped and locked, vhost ${vhosts.old} there, ${listed(own)} removed`,
    batches: [
      ...ownProcessesGone({ rolling, label }),
      ...stopOnHosts({ scoped, label }),
      // The old one first: it is made like the new one where a person let it go. Removing asks the broker whether anybody is left on the
      // others, which nobody may be who writes to the database.
      onBroker({
        scope,
        steps: [
          vhostAgain({ id: `${label}/old`, vhost: vhosts.old, like: vhosts.next }),
          ...ownVhostsGone({ rolling, label }),
        ],
      }),
    ],
  });
}

/** What this run started beside the packages' own units. */
function ownProcessesGone({ rolling, label }: { rolling: RollingScope; label: string }): Batch[] {
  switch (rolling.order) {
    case 'sideEngine':
      return sideGone({ rolling, label });
    case 'venv':
      return [
        ...stopVenvApis({ rolling, label, proved: false }),
        stopVenvEngine({ rolling, label, proved: false }),
        codeBesideGoes({ rolling, label }),
      ];
    case 'guide':
      return [];
    default:
      return rolling satisfies never;
  }
}

function packagesAsBefore({ rolling }: Restore): Drawn {
  const { scope } = rolling;
  return phase({
    scope,
    id: 'restore-packages',
    title: 'Rollback: recorded packages and configuration',
    batches: [
      ...scope.packageSets.map((set) => putBackOn({ scope, set, hosts: set.hosts, label: 'restore' })),
      ...(rolling.order === 'guide' && rolling.switchFirst
        ? sideBySide(asConfigured({ rolling, label: 'restore-packages', hosts: everyApi(rolling) }))
        : []),
      ...databasesSilent({ scope, label: 'restore', retryForSeconds: 10 }),
      ...restartOthersOn({ scope, hosts: scope.upgradedHosts, label: 'restore-others' }),
    ],
  });
}

/** Engines before APIs (R-HEAT-20); every host is proved while nobody is sent there. */
function startInstalled({ rolling }: Restore): Drawn {
  const { scope, scoped, vhosts, accepted } = rolling;
  const { service, schema, revision, database } = scoped;
  const label = 'restore-start';
  return phase({
    scope,
    id: label,
    title: 'Rollback: services start with the installed code, proved host by host',
    batches: [
      ...keptClosed({ rolling, label }),
      batch({ hosts: scoped.hosts.slice(0, 1), steps: [revisionBack({ service, schema, revision })] }),
      ...recordedOn({ scope, label: 'restore' }),
      onDatabase({
        scope,
        steps: [
          takeSwitched({
            id: `${label}/in-progress`,
            schema: database.name,
            work: rolling.rolling.work,
            moment: 'restored',
            accepted,
          }),
        ],
      }),
      batch({ hosts: engineHosts(rolling), steps: startEngine({ rolling, label }) }),
      engines({ rolling, id: `${label}/engines-consume`, vhost: vhosts.old, hosts: engineHosts(rolling) }),
      ...startApis({ rolling, label, hosts: everyApi(rolling) }),
    ],
  });
}

/** What the dump had in progress is told once owners can be served: only they, or an update in their name, resume it. */
function openInstalled({ rolling }: Restore): Drawn {
  const { scope, scoped, vhosts } = rolling;
  const { work } = rolling.rolling;
  const { name } = scoped.service;
  const label = 'restore-open';
  return phase({
    scope,
    id: label,
    title: 'Rollback: APIs open',
    gate: {
      question:
        `The installed release is proved on every host. The database ${scoped.database.name} is as it was dumped before this run changed anything, while users ` +
        `were served. Users write to ${name} again once the APIs are open. Check what you want to check first. Open the APIs?\n` +
        `Once they are open, the run names each ${work.noun} that was in progress in the dump: nobody works on it any more.`,
      automatic: scope.openAutomatically,
    },
    batches: [
      openAll({ rolling, label }),
      batch({
        hosts: scope.loadBalancers,
        steps: scoped.apis.flatMap(({ api, listeners }) =>
          listeners.slice(0, 1).map((listener) => throughTheFront({ id: `${label}/${api.name}`, listener, api })),
        ),
      }),
      onDatabase({
        scope,
        steps: [
          switchedEnds({
            id: `${label}/none-stuck`,
            untouched: true,
            schema: scoped.database.name,
            work,
            moment: 'restored',
            vhost: vhosts.old,
            retryForSeconds: 0,
            repair: repairOf({ rolling, id: `${label}/none-stuck-repair` }),
          }),
        ],
      }),
    ],
  });
}
