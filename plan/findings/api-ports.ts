import type { PackageFacts } from '../../catalog/facts';
import { isLoopback } from '../../catalog/platform/address';
import type { Service, ServiceUnit } from '../../catalog/service';
import type { Finding } from '../../schema/plan';
import { runnerOf } from '../scope/runner';
import { finding } from './finding';

/**
 * An API whose unit or site runs listens where the plan will look for it. Found now: after the migration an API that does not
 * answer at the expected place reads as one that is broken.
 */
export function apiPortFindings(options: {
  host: string;
  packages: PackageFacts;
  services: readonly Service[];
}): Finding[] {
  const { host, packages, services } = options;
  return services
    .flatMap((service) =>
      service.units.flatMap((unit) => (unit.api !== null && runs({ packages, service, unit }) ? [unit.api] : [])),
    )
    .flatMap((api) => {
      const sockets = packages.listening.filter(({ port }) => port === api.port);
      if (sockets.some(({ address }) => !isLoopback(address))) return [];
      return [
        finding({
          what: `api-not-found-${api.name}`,
          level: 'blocker',
          host,
          text:
            sockets.length === 0
              ? `${api.name} runs and nothing listens on port ${String(api.port)} of this host: it could not be proved.`
              : `${api.name} runs, and port ${String(api.port)} of this host is open to the host itself alone: it could not be proved from elsewhere.`,
          remedy:
            sockets.length === 0
              ? `Run ss -ltnp on the host, then write the port into the cloud file: apis: { ${api.name}: { port: N } }.`
              : 'Let it listen on an address of the network of the control plane.',
          sources: ['R-OPS-30', 'R-OPS-54'],
        }),
      ];
    });
}

function runs(options: { packages: PackageFacts; service: Service; unit: ServiceUnit }): boolean {
  const { packages, unit } = options;
  const { by } = runnerOf(options);
  if (by === 'site') return packages.apache?.active === true;
  return packages.units.some(({ name, loaded, active }) => name === unit.name && loaded && active);
}
