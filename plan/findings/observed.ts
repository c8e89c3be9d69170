import type { HostFacts } from '../../catalog/facts';
import type { UnitFacts } from '../../catalog/platform/systemd';
import type { Service } from '../../catalog/service';
import type { Cloud } from '../../schema/cloud';
import { type HostName, listed } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import { finding } from './finding';

/** Compute, network and storage hosts that are read, and left as they are. Said, so that nobody takes them for upgraded. */
export function observedFindings(options: {
  cloud: Cloud;
  hosts: readonly HostFacts[];
  services: readonly Service[];
  /** Every host that the run may change. */
  changed: readonly HostName[];
}): Finding[] {
  const { cloud, hosts, services, changed } = options;
  const left = Object.keys(cloud.hosts)
    .filter((name) => !changed.includes(name))
    .sort();
  return [
    ...(left.length === 0 ? [] : [leftAsTheyAre({ left, cloud })]),
    ...hosts.flatMap((host) => strayUnits({ host, cloud, services })),
  ];
}

function leftAsTheyAre({ left, cloud }: { left: readonly HostName[]; cloud: Cloud }): Finding {
  const named = left.map((name) => `${name} (${cloud.hosts[name]?.roles.join(', ') ?? ''})`);
  return finding({
    what: 'hosts-not-upgraded',
    level: 'note',
    text: `Nothing is changed on ${listed(named)}: packages and services there keep the release that they have.`,
    remedy: 'Nothing now. Upgrade these hosts by other means, after the control plane.',
    sources: ['R-OPS-50'],
  });
}

/** An engine that stays behind would take work with the old code, on a schema that is the new release's. */
function strayUnits(options: { host: HostFacts; cloud: Cloud; services: readonly Service[] }): Finding[] {
  const { cloud, services } = options;
  const { host, observed, packages } = options.host;
  const own = cloud.hosts[host]?.roles ?? [];
  const { units: seen } = observed ?? packages ?? { units: [] };
  if (own.includes('controller')) return [];
  return services
    .flatMap(({ title, units }) => units.map((unit) => ({ ...unit, title })))
    .filter(({ on }) => !own.includes(on))
    .filter(({ name }) => seen.some((unit) => unit.name === name && unit.loaded && runs(unit)))
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

function runs(unit: UnitFacts): boolean {
  return unit.active || unit.enabled === 'enabled';
}
