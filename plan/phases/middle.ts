import type { Batch, PackageSet } from '../../schema/plan';
import { sh, type ShellText } from '../../shell/sh';
import { probe } from '../change';
import { nobodyHolds, revisionProbe, syncSchema, upgradeCheckProbe } from '../commands/database';
import * as packages from '../commands/packages';
import { deb822Field } from '../deb822';
import type { Scope, ScopedService } from '../scope';
import { batch, phase, servingMap, type Drawn } from './phase';

const down = 'The APIs stay down.';

function allClosed(scope: Scope): ReturnType<typeof servingMap> {
  return servingMap({ scope, closed: scope.services.map(({ service }) => service.name) });
}

/** New code, once a host, in one transaction: libraries are shared, so every service of the host is stopped (fact 14). */
export function install(options: { scope: Scope }): Drawn {
  const { scope } = options;
  return phase({
    scope,
    id: 'packages',
    title: 'Packages: exact versions',
    impact: down,
    batches: scope.packageSets.flatMap((set) => {
      const [first, ...rest] = set.hosts;
      const alone = first === undefined ? [] : [first];
      return [alone, rest].map((hosts) => installOn({ scope, set, hosts }));
    }),
    serving: allClosed(scope),
  });
}

/** New packages on hosts of one set whose services are stopped and locked. */
export function installOn(options: { scope: Scope; set: PackageSet; hosts: readonly string[] }): Batch {
  const { scope, set, hosts } = options;
  const source = scope.cloud.packageSources[scope.to];
  const units = scope.services.flatMap(({ service }) => service.units.map(({ name }) => name));
  return batch({
    hosts,
    steps: [
      packages.noAutoStart,
      packages.passivePackages({ answers: scope.services.flatMap(({ service }) => service.passive) }),
      packages.targetSource({
        deb822: scope.cloud.sourceTexts[scope.to] ?? '',
        packages: set.packages,
        pin: source?.pin ?? 990,
        previous: previousOff(scope),
      }),
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

function previousOff(scope: Scope): ShellText {
  const text = scope.cloud.sourceTexts[scope.from];
  if (text === undefined) return sh`:`;
  return packages.previousSourceOff({
    uri: deb822Field({ text, field: 'URIs' }) ?? '',
    suite: deb822Field({ text, field: 'Suites' }) ?? '',
  });
}

/** What packages brought is listed, paste files still name things that exist (trap 11, R-OPS-52). */
export function configure(options: { scope: Scope }): Drawn {
  const { scope } = options;
  return phase({
    scope,
    id: 'config',
    title: 'Configuration: kept and reviewed',
    impact: down,
    batches: [configurationOn({ scope, hosts: scope.controllers })],
    serving: allClosed(scope),
  });
}

export function configurationOn(options: { scope: Scope; hosts: readonly string[] }): Batch {
  const { scope, hosts } = options;
  return batch({
    hosts,
    steps: [
      packages.listNewConfiguration,
      ...scope.services.flatMap(({ service }) =>
        service.pasteFiles.map((file) =>
          packages.pasteFactories({ id: `${service.name}/paste-factories`, file, programs: scope.programs }),
        ),
      ),
    ],
  });
}

/** One runner, one schema after the other; from here on the way back needs the dump. */
export function migrate(options: { scope: Scope }): Drawn {
  const { scope } = options;
  return phase({
    scope,
    id: 'database',
    title: 'Database: schemas, one runner',
    impact: down,
    batches: scope.services.flatMap((scoped) => [
      batch({ hosts: scope.databases, steps: [nobodyHolds({ schema: scoped.database.name })] }),
      migrateOn({ scoped, host: scoped.hosts[0] ?? '', others: 'silent' }),
    ]),
    serving: allClosed(scope),
  });
}

/** Migrates one service's schema with the code of this host, and lets that code look at what it finds. */
export function migrateOn(options: { scoped: ScopedService; host: string; others: 'silent' | 'serving' }): Batch {
  const { scoped, host, others } = options;
  const { service, database, revision } = scoped;
  return batch({
    hosts: [host],
    steps: [
      revisionProbe({ service, revision }),
      syncSchema({ service, schema: database.name, others }),
      ...(service.upgradeCheck === null ? [] : [upgradeCheckProbe({ service, command: service.upgradeCheck })]),
    ],
  });
}
