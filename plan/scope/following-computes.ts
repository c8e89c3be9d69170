import type { CloudFacts } from '../../catalog/facts';
import { majorOf } from '../../catalog/releases';
import type { Service } from '../../catalog/service';
import type { Plan } from '../../schema/plan';
import { type ComputeHost, upgradedOf } from './computes';

/**
 * Compute hosts still have the release before, and every controller has the one that they get: they are all that the run upgrades. Only agents that are
 * upgraded host by host can follow so (R-CEIL-24). Controllers with a newer release are not meant: of two releases apart nobody knows how they work together (R-CEIL-30).
 */
export function followControllers(options: {
  facts: CloudFacts;
  computes: readonly ComputeHost[];
  kind: Plan['kind'];
  services: readonly Service[];
}): boolean {
  const { facts, computes, kind, services } = options;
  const [service, ...more] = services;
  if (kind !== 'partial' || service === undefined || more.length > 0) return false;
  const versions = facts.hosts.flatMap(({ host, packages }) => {
    const named = ({ name }: { name: string }): boolean => name === service.versionPackage;
    const has = packages?.installed.find(named)?.version;
    const gets = packages?.simulation.installs.find(named)?.target;
    return has === undefined ? [] : [{ host, has: majorOf(has), gets: majorOf(gets ?? has) }];
  });
  const upgraded = upgradedOf(computes);
  const own = versions.filter(({ host }) => upgraded.includes(host));
  // Of compute hosts that the run leaves, or whose agents it only stops, it does not matter what they have.
  const controllers = versions.filter(({ host }) => computes.every((one) => one.host !== host));
  const target = Math.max(...own.map(({ gets }) => gets));
  return (
    own.some(({ has }) => has < target) && controllers.length > 0 && controllers.every(({ has }) => has === target)
  );
}

/** What is migrated was migrated from a controller. */
export function withoutSchemas(service: Service): Service {
  return { ...service, schemas: [] };
}
