import type { PackageFacts } from '../../catalog/facts';
import type { PointReleases } from '../../catalog/platform/point-releases';
import { majorOf, releases, seriesOf } from '../../catalog/releases';
import type { Service } from '../../catalog/service';
import type { Finding } from '../../schema/plan';
import { finding } from './finding';

/**
 * Versions that bring trouble by their age: an upgrade starts from the newest point release of what is installed (R-OPS-29), and the
 * first release of a series has bugs that its first point release fixes (R-OPS-12).
 */
export function pointReleaseFindings(options: {
  host: string;
  packages: PackageFacts;
  services: readonly Service[];
}): Finding[] {
  const { host, packages, services } = options;
  const { pointReleases, simulation } = packages;
  if (pointReleases === null) return [unread(host)];
  const { today, newer } = pointReleases;
  const firsts = services.flatMap((service) => {
    const target = simulation.installs.find(({ name }) => name === service.versionPackage)?.target ?? '';
    return isNew({ service, target, today }) ? [`${service.versionPackage} ${target}`] : [];
  });
  return [...behind({ host, newer }), ...first({ host, firsts })];
}

/** Point releases come when users have found what testing has not: the first ones within three months, in most services. */
const daysUntilPointReleases = 90;

/** `1:21.0.0-1`, `1:21.0.0~rc1-1`: no point release of it is there. */
const firstRelease = /^(?:\d+:)?\d+\.0\.0(?![.\d])/;

function isNew(options: { service: Service; target: string; today: string }): boolean {
  const { service, target, today } = options;
  const series = seriesOf({ service, version: target });
  const released = releases.find((one) => one.series === series)?.released;
  if (released === undefined || !firstRelease.test(target)) return false;
  return Date.parse(today) - Date.parse(released) < daysUntilPointReleases * 24 * 3600 * 1000;
}

function first({ host, firsts }: { host: string; firsts: readonly string[] }): Finding[] {
  if (firsts.length === 0) return [];
  return [
    finding({
      what: 'first-release',
      level: 'warning',
      host,
      text: `${firsts.join(', ')}: the first release of a series that is out for less than ${String(daysUntilPointReleases)} days. Bugs that users find now are fixed in its point releases.`,
      remedy: 'Wait for the first point release, or read the open bugs of the release and accept.',
      sources: ['R-OPS-12'],
    }),
  ];
}

function behind(options: { host: string; newer: PointReleases['newer'] }): Finding[] {
  const { host, newer } = options;
  // A source of a later series may be open, too: that is no point release.
  const same = newer.filter(({ installed, offered }) => majorOf(installed) === majorOf(offered));
  const names = [...new Set(same.map(({ name }) => name))];
  if (names.length === 0) return [];
  const offers = names.map((name) => {
    const versions = same.filter((one) => one.name === name);
    return `${name} ${versions[0]?.installed ?? ''} (there is ${versions.map(({ offered }) => offered).join(', ')})`;
  });
  return [
    finding({
      what: 'point-release-behind',
      level: 'warning',
      host,
      text: `Newer versions of the installed series are there: ${offers.join('; ')}. Upgrades are tested from the newest one, and it may fix what this upgrade would meet.`,
      remedy: 'Install them first, with the package manager and while the cloud is watched; or accept.',
      sources: ['R-OPS-29'],
    }),
  ];
}

function unread(host: string): Finding {
  return finding({
    what: 'point-releases-unread',
    level: 'note',
    host,
    text: 'Whether newer versions of the installed series are there could not be read.',
    remedy: 'Compare with apt-cache policy before you approve.',
    sources: ['R-OPS-29'],
  });
}
