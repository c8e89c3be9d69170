import type { HostFacts, PackageFacts } from '../../catalog/facts';
import type { Service } from '../../catalog/service';
import type { Finding, Plan } from '../../schema/plan';
import { finding } from './finding';
import { upgradeTogether } from './together';

interface Libraries {
  readonly kind: Plan['kind'];
  readonly host: HostFacts;
  readonly packages: PackageFacts;
  readonly services: readonly Service[];
  readonly known: readonly Service[];
}

/** What the libraries of the new release break among Python software that stays as it is (fact 14). */
export function libraryFindings(options: Libraries): Finding[] {
  const { kind, host, packages, services, known } = options;
  if (packages.brokenRequirements === null) {
    return [
      finding({
        what: 'requirements-unread',
        level: 'warning',
        host: host.host,
        text: 'Whether other Python software on this host gets along with the new libraries could not be read.',
        remedy:
          'Install python3-packaging and run the preflight again, or restart and prove the other services afterwards.',
        sources: ['fact 6'],
      }),
    ];
  }
  const sourceOf = (name: string | null): string | undefined =>
    packages.installed.find((one) => one.name === name)?.source;
  return packages.brokenRequirements.map((one) => {
    const stays = known.find(
      ({ name, sourcePackages }) =>
        sourcePackages.includes(sourceOf(one.package) ?? '') && !services.some((service) => service.name === name),
    );
    return finding({
      what: `requirement-broken-${one.distribution}`,
      level: stays === undefined ? 'warning' : 'blocker',
      host: host.host,
      text: `${one.distribution} stays as it is and needs ${one.needs}; the upgrade brings ${one.gets}. It may not start again.`,
      remedy:
        stays === undefined
          ? `Find out what ${one.package ?? one.distribution} is for; upgrade or remove it, or accept and prove it afterwards.`
          : upgradeTogether({ kind, name: stays.name, how: ': leave "services" out of the request, or add it there.' }),
      sources: ['fact 6', 'fact 14'],
    });
  });
}
