import type { HostFacts, ObservedFacts } from '../../catalog/facts';
import type { Service } from '../../catalog/service';
import { changedHosts, type Cloud } from '../../schema/cloud';
import { type HostName, listed } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import { finding } from './finding';

/** Compute, network and storage hosts: read, and left as they are. Said, so that nobody takes them for upgraded. */
export function observedFindings(options: {
  cloud: Cloud;
  hosts: readonly HostFacts[];
  services: readonly Service[];
}): Finding[] {
  const { cloud, hosts, services } = options;
  const changed = changedHosts(cloud);
  const left = Object.keys(cloud.hosts)
    .filter((name) => !changed.includes(name))
    .sort();
  return [
    ...(left.length === 0 ? [] : [leftAsTheyAre({ left, cloud })]),
    ...hosts.flatMap(({ host, observed }) =>
      observed === null ? [] : strayUnits({ host, cloud, observed, services }),
    ),
  ];
}

function leftAsTheyAre({ left, cloud }: { left: readonly HostName[]; cloud: Cloud }): Finding {
  const named = left.map((name) => `${name} (${cloud.hosts[name]?.roles.join(', ') ?? ''})`);
  return finding({
    what: 'hosts-not-upgraded',
    level: 'note',
    text:
      `This version upgrades controllers. Nothing is changed on ${listed(named)}: packages and services there keep the ` +
      'release that they have.',
    remedy: 'Nothing now. Upgrade these hosts by other means, after the control plane.',
    sources: ['R-OPS-50'],
  });
}

/** An engine that stays behind would take work with the old code, on a schema that is the new release's. */
function strayUnits(options: {
  host: HostName;
  cloud: Cloud;
  observed: ObservedFacts;
  services: readonly Service[];
}): Finding[] {
  const { host, cloud, observed, services } = options;
  const own = cloud.hosts[host]?.roles ?? [];
  return services
    .flatMap(({ title, units }) => units.map((unit) => ({ ...unit, title })))
    .filter(({ on }) => !own.includes(on))
    .filter(({ name }) => observed.units.some((unit) => unit.name === name && unit.loaded && runs(unit)))
    .map(({ name, on, title }) =>
      finding({
        what: `unit-left-behind-${name}`,
        level: 'blocker',
        host,
        text:
          `${name} runs here, and the host has no role ${on}: it would not be upgraded, and ${title} of the installed ` +
          'release would keep working on the schema of the new one.',
        remedy: `Add the role ${on} to this host in the cloud file, or stop and disable ${name} here.`,
        sources: ['R-OPS-33', 'R-OPS-42'],
      }),
    );
}

function runs(unit: ObservedFacts['units'][number]): boolean {
  return unit.active || unit.enabled === 'enabled';
}
