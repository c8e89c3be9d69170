import { configDirectoryOf } from '../../catalog/service';
import { listed } from '../../schema/names';
import type { Batch, PackageSet } from '../../schema/plan';
import { sh } from '../../shell/sh';
import { probe } from '../change';
import { keepIdle, siteStillClosed } from '../commands/apache';
import { recordAsLeft } from '../commands/changed-since';
import { keepOthers } from '../commands/others-stay';
import * as packages from '../commands/packages';
import { configurationBack, installBack, previousSource, simulateBack } from '../commands/packages-back';
import { placesOf, type Scope } from '../scope/scope';
import { keptOn } from '../scope/staying';
import { brokerSilent } from './broker-silence';
import { databasesSilent } from './database-silence';
import { batch, type Drawn, inLanes, type Lane, phase } from './phase';

/**
 * New code, once a host, in one transaction: libraries are shared, so every service of the host is stopped (fact 14). All hosts at once:
 * users wait for the last one.
 */
export function install(options: { scope: Scope }): Drawn {
  const { scope } = options;
  return phase({
    scope,
    id: 'packages',
    title: 'Packages: exact versions',
    batches: installed({ scope }),
  });
}

/** On every host of the scope, whose services are stopped and locked. */
export function installed({ scope }: { scope: Scope }): Batch[] {
  return [
    ...inLanes({
      group: 'packages',
      lanes: scope.packageSets.map((set) => ({
        lane: listed(set.hosts),
        batches: [installOn({ scope, set, hosts: set.hosts })],
      })),
    }),
    ...sitesAsBefore({ scope, label: '' }),
  ];
}

/** The postinst of a site's package enables what it brings, and reloads Apache. `label` begins the ids. */
function sitesAsBefore({ scope, label }: { scope: Scope; label: string }): Batch[] {
  return scope.services.flatMap((scoped) =>
    scoped.service.units.flatMap(({ name }) =>
      placesOf({ scoped, unit: name }).flatMap(({ hosts, site }) => {
        if (site === null) return [];
        const id = `${label}${scoped.service.name}`;
        const { idleUnit } = site;
        return [
          batch({
            hosts,
            steps: [
              ...(idleUnit === null ? [] : [keepIdle({ id: `${id}/keep-idle-${name}`, unit: idleUnit })]),
              siteStillClosed({ id: `${id}/still-closed-${name}`, site }),
            ],
          }),
        ];
      }),
    ),
  );
}

/** New packages on hosts of one set whose services are stopped and locked. */
export function installOn(options: { scope: Scope; set: PackageSet; hosts: readonly string[] }): Batch {
  const { scope, set, hosts } = options;
  const source = scope.cloud.packageSources[scope.to];
  const units = scope.services.flatMap(({ service }) => service.units.map(({ name }) => name));
  const kept = keptOn({ staying: scope.staying, hosts: set.hosts });
  return batch({
    hosts,
    steps: [
      packages.noAutoStart,
      packages.passivePackages({ answers: scope.services.flatMap(({ service }) => service.passive) }),
      packages.targetSource({
        deb822: scope.cloud.sourceTexts[scope.to] ?? '',
        packages: set.packages,
        pin: source?.pin ?? 990,
        previous: scope.cloud.sourceTexts[scope.from],
      }),
      ...(kept === null ? [] : [keepOthers({ kept })]),
      packages.simulateAgain({ packages: set.packages }),
      packages.install({ packages: set.packages }),
      probe({
        id: 'packages/still-stopped',
        title: 'the packages started nothing',
        script: sh`
          for unit in ${units}; do
            test "$(systemctl is-active "$unit")" != active || { echo "$unit was started by its package"; exit 1; }
          done
          echo 'all stopped'
        `,
        remedy: 'stop the unit that is named before anything else: it runs new code where old code should be alone.',
        requirements: ['trap 10'],
      }),
      packages.hold({ id: 'packages/hold-new', packages: set.packages }),
    ],
  });
}

/** The recorded packages and configuration on every host, while every service of the run is stopped and locked. */
export function undoInstall({ scope }: { scope: Scope }): Drawn {
  return phase({
    scope,
    id: 'back-packages',
    title: 'Rollback: recorded packages and configuration',
    batches: putBackInSilence({ scope }),
  });
}

/** Everything has been stopped for long: what is seen now, somebody started, and every second of waiting is one of the outage. */
const retryForSeconds = 10;

/**
 * The recorded packages and configuration while nothing of the services runs anywhere. What somebody starts by hand meanwhile holds no lock of ours, and
 * would work on beside what starts next: the broker is asked while packages are replaced, the databases once they are.
 */
export function putBackInSilence({ scope, label = 'back' }: { scope: Scope; label?: BackLabel }): Batch[] {
  return [
    ...putBack({
      scope,
      label,
      beside: [{ lane: 'RabbitMQ', batches: brokerSilent({ scope, label, retryForSeconds }) }],
    }),
    ...databasesSilent({ scope, label, retryForSeconds }),
  ];
}

/** Begins the ids of what puts packages back: a plan may have it more than once, for the places from which it is rolled back. */
type BackLabel = 'back' | 'back-all' | 'restore';

/** The recorded packages and configuration on every host of the scope. `beside`: what goes on meanwhile. */
export function putBack(options: { scope: Scope; label?: BackLabel; beside?: readonly Lane[] }): Batch[] {
  const { scope, label = 'back', beside = [] } = options;
  return [
    ...inLanes({
      group: 'packages',
      lanes: [
        ...scope.packageSets.map((set) => ({
          lane: listed(set.hosts),
          batches: [putBackOn({ scope, set, hosts: set.hosts, label })],
        })),
        ...beside,
      ],
    }),
    ...sitesAsBefore({ scope, label: `${label}-` }),
  ];
}

/** The recorded packages and configuration on hosts of one set whose services are stopped and locked. `label` begins the ids. */
export function putBackOn(options: {
  scope: Scope;
  set: PackageSet;
  hosts: readonly string[];
  label?: BackLabel;
}): Batch {
  const { scope, set, hosts, label = 'back' } = options;
  const { packages } = set;
  return batch({
    hosts: set.hosts.filter((host) => hosts.includes(host)),
    steps: [
      { ...previousSource, id: `${label}/source` },
      { ...simulateBack({ packages }), id: `${label}/simulate` },
      { ...installBack({ packages }), id: `${label}/packages` },
      configurationBack({ id: `${label}/configuration`, ...configurationOf(scope), packages }),
    ],
  });
}

/** The recorded configuration alone, on hosts of one set whose services are stopped and whose packages are as recorded. */
export function putConfigurationBackOn(options: {
  scope: Scope;
  set: PackageSet;
  hosts: readonly string[];
  id: string;
}): Batch {
  const { scope, set, hosts, id } = options;
  return batch({
    hosts: set.hosts.filter((host) => hosts.includes(host)),
    steps: [configurationBack({ id, ...configurationOf(scope), packages: set.packages })],
  });
}

/** As the run leaves it, at its end. */
export function recordConfigurationOn({ scope }: { scope: Scope }): Batch[] {
  const { directories } = configurationOf(scope);
  return scope.packageSets.map(({ hosts }) => batch({ hosts, steps: [recordAsLeft({ directories })] }));
}

/** Directories whose files belong to the services, and which of them hold keys that rotate. */
export function configurationOf({ services }: Scope): { directories: string[]; keys: string[] } {
  return {
    directories: [...new Set(services.map(({ service }) => configDirectoryOf(service)))],
    keys: [...new Set(services.flatMap(({ service }) => service.sharedKeys))],
  };
}
