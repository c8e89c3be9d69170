import type { HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { siteComplete } from '../commands/apache';
import { listNewConfiguration, nothingUndecided, pasteFactories } from '../commands/new-configuration';
import { placesOf, type Scope, type ScopedService } from '../scope/scope';
import { batch, type Drawn, inLanes, phase } from './phase';

/** What packages brought is listed and decided about, paste files still name things that exist (trap 11, R-OPS-52). */
export function configure(options: { scope: Scope }): Drawn {
  const { scope } = options;
  return phase({
    scope,
    id: 'config',
    title: 'Configuration: kept and reviewed',
    batches: configurationOn({ scope, hosts: scope.upgradedHosts }),
  });
}

export function configurationOn(options: { scope: Scope; hosts: readonly HostName[] }): Batch[] {
  const { scope, hosts } = options;
  return [
    ...inLanes({
      group: 'configuration',
      lanes: [
        {
          lane: 'files of packages',
          batches: [
            batch({ hosts, steps: [listNewConfiguration, nothingUndecided({ accepted: scope.keptConfiguration })] }),
          ],
        },
        ...scope.services.map((scoped) => ({
          lane: scoped.service.name,
          batches: [
            batch({
              hosts: hosts.filter((host) => scoped.hosts.includes(host)),
              steps: scoped.service.pasteFiles.map((file) =>
                pasteFactories({ id: `${scoped.service.name}/paste-factories`, file, programs: scope.programs }),
              ),
            }),
            ...sitesComplete({ scoped, hosts }),
          ],
        })),
      ],
    }),
  ];
}

/** Before the schema is migrated: until then the run rolls back by itself. */
function sitesComplete(options: { scoped: ScopedService; hosts: readonly HostName[] }): Batch[] {
  const { scoped, hosts } = options;
  return scoped.service.units.flatMap(({ name }) =>
    placesOf({ scoped, unit: name }).flatMap((place) =>
      place.site === null
        ? []
        : [
            batch({
              hosts: hosts.filter((host) => place.hosts.includes(host)),
              steps: [siteComplete({ id: `${scoped.service.name}/site-complete-${name}`, site: place.site })],
            }),
          ],
    ),
  );
}
