import type { CloudFacts } from '../../catalog/facts';
import { majorOf } from '../../catalog/releases';
import type { Service } from '../../catalog/service';
import type { PackageSet, StaysOld } from '../../schema/plan';

/** Hosts that the run leaves as they are, and that have an older major version than its own hosts get (R-CEIL-24). */
export function staysOldIn(options: {
  facts: CloudFacts;
  services: readonly Service[];
  packageSets: readonly PackageSet[];
}): StaysOld[] {
  const { facts, services, packageSets } = options;
  return services.flatMap(({ name, versionPackage }) => {
    const target = packageSets
      .flatMap(({ packages }) => packages)
      .find((one) => one.name === versionPackage && one.installed !== null)?.target;
    if (target === undefined) return [];
    return facts.hosts.flatMap(({ host, observed }) => {
      const version = observed?.installed.find((one) => one.name === versionPackage)?.version;
      return version === undefined || majorOf(version) >= majorOf(target)
        ? []
        : [{ host, service: name, package: versionPackage, target }];
    });
  });
}
