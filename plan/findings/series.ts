import type { HostFacts } from '../../catalog/facts';
import { releases, seriesBetween, seriesOf } from '../../catalog/releases';
import type { Service } from '../../catalog/service';
import type { Cloud } from '../../schema/cloud';
import type { Finding } from '../../schema/plan';
import { nearest } from '../../schema/problem';
import { finding } from './finding';

/**
 * Series each service has on each host, as far as the packages tell. Where none of the run's tells, those beside them do:
 * Gnocchi alone has a rhythm of its own.
 */
export function installedSeries(options: {
  hosts: readonly HostFacts[];
  services: readonly Service[];
  known: readonly Service[];
}): string[] {
  const own = options.services.filter(({ majors }) => majors !== null);
  const telling = own.length > 0 ? own : options.known.filter(({ majors }) => majors !== null);
  const seen = options.hosts.flatMap((host) =>
    telling.flatMap((service) => {
      const installed = host.packages?.installed.find(({ name }) => name === service.versionPackage);
      return installed === undefined ? [] : [seriesOf({ service, version: installed.version }) ?? 'unknown'];
    }),
  );
  return [...new Set(seen)].sort();
}

/** From where to where: one series at a time, forward, from one common start (R-HEAT-1, R-HEAT-7). */
export function seriesFindings(options: { cloud: Cloud; from: readonly string[]; to: string }): Finding[] {
  const { cloud, from, to } = options;
  const block = (what: string, text: string, remedy: string): Finding =>
    finding({ what, level: 'blocker', text, remedy, sources: ['R-HEAT-1'] });
  const known = releases.map(({ series }) => series);
  if (!known.includes(to)) {
    const near = nearest({ key: to, knownKeys: known });
    return [
      block(
        'series-unknown',
        `${to} is not a series this version knows${near === undefined ? '' : `; did you mean ${near}?`}`,
        `Known are ${known.join(', ')}.`,
      ),
    ];
  }
  const source =
    cloud.packageSources[to] === undefined
      ? [
          finding({
            what: 'no-package-source',
            level: 'blocker',
            text: `The cloud file names no package source for ${to}.`,
            remedy: `Add packageSources.${to} with its deb822 file.`,
            sources: ['R-OPS-37'],
          }),
        ]
      : [];
  return [...source, ...previousStays({ cloud, from, to }), ...distance({ from, to, block })];
}

/** Only what the cloud file names can be switched off: nothing else tells which entry is the installed series' (R-OPS-37). */
function previousStays(options: { cloud: Cloud; from: readonly string[]; to: string }): Finding[] {
  const { cloud, from, to } = options;
  const [only] = from;
  if (from.length !== 1 || only === undefined || only === to || cloud.packageSources[only] !== undefined) return [];
  return [
    finding({
      what: 'previous-source-stays',
      level: 'note',
      text: `The cloud file names no package source for ${only}: its entries stay switched on beside those of ${to}.`,
      remedy: `Nothing: the newer versions win. To have them switched off, add packageSources.${only}.`,
      sources: ['R-OPS-37'],
    }),
  ];
}

function distance(options: {
  from: readonly string[];
  to: string;
  block: (what: string, text: string, remedy: string) => Finding;
}): Finding[] {
  const { from, to, block } = options;
  const [only] = from;
  if (only === undefined) return [];
  if (from.length > 1) {
    return [
      block(
        'series-mixed',
        `The services are at different series now: ${from.join(', ')}.`,
        'Bring them to one series first. Where only compute hosts have the older one: openstackPartialUpgrade with "services": ["ceilometer"] upgrades them alone.',
      ),
    ];
  }
  const steps = seriesBetween({ from: only, to });
  if (steps === undefined) {
    return [
      block(
        'series-unknown',
        `The installed series is not known to this version.`,
        'Upgrade by hand, or use a version that knows it.',
      ),
    ];
  }
  if (steps < 0)
    return [
      block(
        'target-older',
        `${to} is older than what is installed (${only}).`,
        'To return to it, use a restore point.',
      ),
    ];
  if (steps > 1) {
    return [
      finding({
        what: 'skip-level',
        level: 'warning',
        text: `${only} to ${to} leaves out ${String(steps - 1)} series. Upgrades are tested between neighbours only.`,
        remedy: 'Go one series at a time, or accept after a rehearsal with production data.',
        sources: ['R-HEAT-1'],
      }),
    ];
  }
  return [];
}
