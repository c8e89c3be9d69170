import type { Batch, PackageSet } from '../../schema/plan';
import { configurationBack, installBack, previousSource, simulateBack } from '../commands/packages-back';
import type { Scope } from '../scope';
import { batch } from './phase';

/** The recorded packages and configuration on hosts of one set whose services are stopped and locked. */
export function putBackOn(options: { scope: Scope; set: PackageSet; hosts: readonly string[] }): Batch {
  const { scope, set, hosts } = options;
  const { packages } = set;
  return batch({
    hosts: set.hosts.filter((host) => hosts.includes(host)),
    steps: [
      previousSource,
      simulateBack({ packages }),
      installBack({ packages }),
      configurationBack({ id: 'back/configuration', directories: directoriesOf(scope), packages }),
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
    steps: [configurationBack({ id, directories: directoriesOf(scope), packages: set.packages })],
  });
}

function directoriesOf({ services }: Scope): string[] {
  return [...new Set(services.map(({ service }) => service.configFile.replace(/\/[^/]*$/, '')))];
}
