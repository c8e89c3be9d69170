import type { HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import * as packages from '../commands/packages';
import type { Scope } from '../scope/scope';
import { batch, type Drawn, phase } from './phase';

/** What packages brought is listed, paste files still name things that exist (trap 11, R-OPS-52). */
export function configure(options: { scope: Scope }): Drawn {
  const { scope } = options;
  return phase({
    scope,
    id: 'config',
    title: 'Configuration: kept and reviewed',
    batches: configurationOn({ scope, hosts: scope.controllers }),
  });
}

export function configurationOn(options: { scope: Scope; hosts: readonly HostName[] }): Batch[] {
  const { scope, hosts } = options;
  return [
    batch({ hosts, steps: [packages.listNewConfiguration] }),
    ...scope.services.map((scoped) =>
      batch({
        hosts: hosts.filter((host) => scoped.hosts.includes(host)),
        steps: scoped.service.pasteFiles.map((file) =>
          packages.pasteFactories({ id: `${scoped.service.name}/paste-factories`, file, programs: scope.programs }),
        ),
      }),
    ),
  ];
}
