import type { PackageFacts } from './facts';
import type { Service } from './service';

type Versioned = Pick<Service, 'versionPackage'>;
/** Null: the packages of the host were not read. */
type Packages = Pick<PackageFacts, 'installed'> | null;

/** Whether the code of a service is on a host. What runs there of it is another question. */
export function isInstalled({ packages, service }: { packages: Packages; service: Versioned }): boolean {
  return packages?.installed.some(({ name }) => name === service.versionPackage) === true;
}

export function installedServices<One extends Versioned>(options: {
  packages: Packages;
  services: readonly One[];
}): readonly One[] {
  const { packages, services } = options;
  return services.filter((service) => isInstalled({ packages, service }));
}
