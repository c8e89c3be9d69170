import type { HostFacts, PackageFacts } from '../../catalog/facts';
import type { Service } from '../../catalog/service';
import type { RuleId } from '../../catalog/rules';
import type { Finding, Plan } from '../../schema/plan';
import { apiPortFindings } from './api-ports';
import { clusterFindings } from './clusters';
import { configurationFindings } from './configuration';
import { finding } from './finding';
import { libraryFindings } from './libraries';
import { packageFileFindings } from './package-files';
import { pointReleaseFindings } from './point-releases';
import { listFindings } from './sources';
import { siteFindings } from './sites';
import { unitFindings } from './units';

/** Packages that carry other people's data or network: they never change as a by-product (R-OPS-38). */
const protectedPackages =
  /^(mariadb-server|mysql-server|rabbitmq-server|haproxy|libvirt-daemon|openvswitch-|tgt$|libc6$)/;

export function packageFindings(options: {
  kind: Plan['kind'];
  host: HostFacts;
  services: readonly Service[];
  known: readonly Service[];
}): Finding[] {
  const { host } = options;
  if (host.packages === null) return [];
  return [
    ...dpkgState({ host: host.host, packages: host.packages }),
    ...simulated({ host: host.host, packages: host.packages }),
    ...libraryFindings({ ...options, packages: host.packages }),
    ...listFindings({ host: host.host, lists: host.packages.lists }),
    ...packageFileFindings({ host: host.host, files: host.packages.files }),
    ...unitFindings({ host, packages: host.packages, services: options.services }),
    ...siteFindings({ host, packages: host.packages, services: options.services }),
    ...apiPortFindings({ host: host.host, packages: host.packages, services: options.services }),
    ...pointReleaseFindings({ host: host.host, packages: host.packages, services: options.services }),
    ...configurationFindings({ host: host.host, packages: host.packages, services: options.services }),
  ];
}

interface Where {
  readonly host: string;
  readonly packages: PackageFacts;
}

function dpkgState({ host, packages: { apt } }: Where): Finding[] {
  const block = (what: string, text: string, remedy: string, sources: readonly RuleId[]): Finding =>
    finding({ what, level: 'blocker', host, text, remedy, sources });
  return [
    ...(apt.audit === ''
      ? []
      : [
          block(
            'dpkg-half-configured',
            `dpkg says that packages are not complete: ${firstLine(apt.audit)}`,
            'dpkg --configure -a, then run dpkg --audit.',
            ['trap 19'],
          ),
        ]),
    ...(apt.lockHolder === null
      ? []
      : [
          block(
            'apt-locked',
            `Process ${apt.lockHolder} holds dpkg's lock: someone installs packages right now.`,
            'Let it end, then run the preflight again.',
            ['trap 20'],
          ),
        ]),
    ...(apt.forceConf.length === 0
      ? []
      : [
          block(
            'force-conf',
            `dpkg is told to decide about configuration by itself (${apt.forceConf.join('; ')}); it would overwrite yours.`,
            'Take the line out for the time of the upgrade.',
            ['R-OPS-39', 'E.7'],
          ),
        ]),
    ...(apt.activeTimers.length === 0
      ? []
      : [
          finding({
            what: 'upgrades-by-themselves',
            level: 'note',
            host,
            text: `${apt.activeTimers.join(', ')} ${apt.activeTimers.length === 1 ? 'is' : 'are'} active: packages are upgraded without anybody. The run stops that while it lasts, and starts it again at its end.`,
            remedy: 'Nothing, unless packages of OpenStack shall never be upgraded so: then exclude them there.',
            sources: ['trap 20'],
          }),
        ]),
    ...(apt.activeQuestions.length === 0
      ? []
      : [
          finding({
            what: 'packages-migrate-themselves',
            level: 'note',
            host,
            text: `Debconf tells packages to migrate or rewrite by themselves (${apt.activeQuestions.join(', ')}): the run sets these answers to false, and they stay so.`,
            remedy: 'Nothing: the run migrates. Set them again afterwards if you want that (debconf-set-selections).',
            sources: ['fact 9', 'trap 9'],
          }),
        ]),
    ...(apt.holds.length === 0
      ? []
      : [
          finding({
            what: 'held',
            level: 'note',
            host,
            text: `Held: ${apt.holds.join(', ')}. What belongs to the upgrade is upgraded all the same and held again afterwards.`,
            remedy: 'Nothing, unless a hold was meant against this upgrade.',
            sources: ['R-OPS-70'],
          }),
        ]),
  ];
}

function simulated({ host, packages: { simulation } }: Where): Finding[] {
  const inTheWay = simulation.installs.map(({ name }) => name).filter((name) => protectedPackages.test(name));
  return [
    ...(simulation.refusal === null
      ? []
      : [
          finding({
            what: 'packages-unavailable',
            level: 'blocker',
            host,
            text: `apt cannot bring the packages to the target series: ${simulation.refusal}`,
            remedy: 'Check the package source of the target in the cloud file, and whether this host can reach it.',
            sources: ['R-OPS-37', 'R-OPS-38'],
          }),
        ]),
    ...(simulation.removes.length === 0
      ? []
      : [
          finding({
            what: 'packages-removed',
            level: 'blocker',
            host,
            text: `apt would remove ${simulation.removes.join(', ')}; a removal may drop databases and configuration.`,
            remedy: 'Find out what conflicts, with apt-get -s; nothing is removed by an upgrade.',
            sources: ['R-OPS-38', 'trap 42'],
          }),
        ]),
    ...(inTheWay.length === 0
      ? []
      : [
          finding({
            what: 'protected-packages',
            level: 'blocker',
            host,
            text: `apt would change ${inTheWay.join(', ')} as a by-product: others depend on them.`,
            remedy: 'Upgrade them on their own first, or pin them.',
            sources: ['R-OPS-38'],
          }),
        ]),
  ];
}

function firstLine(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 3)
    .join(' ')
    .slice(0, 300);
}

/** Keys that differ between the hosts of a service: what one encrypts, the other cannot read (trap 45). */
export function keyDisagreements(options: { hosts: readonly HostFacts[]; services: readonly Service[] }): Finding[] {
  const folders = options.services.flatMap(({ sharedKeys }) => sharedKeys);
  return folders.flatMap((folder) => {
    const seen = options.hosts.flatMap(({ host, packages }) => {
      const hash = packages?.sharedKeys[folder];
      return hash === undefined ? [] : [{ host, hash }];
    });
    if (new Set(seen.map(({ hash }) => hash)).size < 2) return [];
    return [
      finding({
        what: `keys-differ-${folder}`,
        level: 'blocker',
        text: `${folder} is not the same on ${seen.map(({ host }) => host).join(', ')}: tokens of one host fail on the other.`,
        remedy: 'Distribute the keys of the host that rotates them to all others.',
        sources: ['trap 45'],
      }),
    ];
  });
}

/** What hosts say that does not fit together. */
export function disagreements(options: { hosts: readonly HostFacts[] }): Finding[] {
  return [...versionsDiffer(options), ...clusterFindings(options)];
}

/** The same service on two hosts must become the same version: a half-mirrored repository shows here. */
function versionsDiffer(options: { hosts: readonly HostFacts[] }): Finding[] {
  const offers = options.hosts.flatMap((host) =>
    (host.packages?.simulation.installs ?? []).map(({ name, target }) => ({ host: host.host, name, target })),
  );
  const names = [...new Set(offers.map(({ name }) => name))].sort();
  return names.flatMap((name) => {
    const seen = offers.filter((offer) => offer.name === name);
    const versions = [...new Set(seen.map(({ target }) => target))];
    if (versions.length < 2) return [];
    return [
      finding({
        what: `versions-differ-${name}`,
        level: 'blocker',
        text: `${name} would become ${seen.map(({ host, target }) => `${target} on ${host}`).join(', ')}.`,
        remedy: 'Bring the package sources of these hosts in line (a mirror is half-way, or a pin is left over).',
        sources: ['R-OPS-37'],
      }),
    ];
  });
}
