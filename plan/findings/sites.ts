import type { HostFacts, PackageFacts } from '../../catalog/facts';
import { installedServices } from '../../catalog/installed-services';
import type { Service, ServiceUnit } from '../../catalog/service';
import { listed } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import { type Doubt, isSeen, nameOf, runnerOf, type Runner, type Site } from '../scope/runner';
import { finding } from './finding';

interface Where {
  readonly host: HostFacts;
  readonly packages: PackageFacts;
  readonly services: readonly Service[];
}

interface Run {
  readonly service: Service;
  readonly unit: ServiceUnit;
  readonly runner: Runner;
}

/** APIs that are sites of an Apache which others share: what that means, and what keeps the run from closing them alone. */
export function siteFindings(where: Where): Finding[] {
  const runs = runsOn(where);
  const sites = runs.flatMap(({ runner, ...run }) => (runner.by === 'site' ? [{ ...run, site: runner.site }] : []));
  return [
    ...runs.flatMap(({ unit, runner }) =>
      runner.by === 'unclear' ? [doubtful({ host: where.host.host, unit, doubt: runner.doubt })] : [],
    ),
    ...sites.flatMap((one) => [...unseen({ ...where, ...one }), ...unitBeside({ ...where, ...one })]),
    ...sharedApache({ ...where, sites: sites.map(({ site }) => site) }),
  ];
}

function runsOn({ packages, services }: Where): Run[] {
  return installedServices({ packages, services }).flatMap((service) =>
    service.units.map((unit) => ({ service, unit, runner: runnerOf({ packages, service, unit }) })),
  );
}

function doubtful(options: { host: string; unit: ServiceUnit; doubt: Doubt }): Finding {
  const { host, unit, doubt } = options;
  const { what, text, remedy } = doubtWords({ unit, doubt });
  return finding({ what, level: 'blocker', host, text, remedy, sources: ['R-OPS-33', 'trap 41'] });
}

function doubtWords(options: { unit: ServiceUnit; doubt: Doubt }): { what: string; text: string; remedy: string } {
  const { unit, doubt } = options;
  const { name } = unit;
  const port = String(unit.api?.port ?? '');
  switch (doubt.kind) {
    case 'unitRuns':
      return {
        what: `served-twice-${name}`,
        text: `The unit ${name} runs, and Apache has a site for it as well (${doubt.file}): which of them answers on port ${port} is not known.`,
        remedy: `Keep one: systemctl disable --now ${name}, or a2dissite ${nameOf({ path: doubt.file })} and reload apache2.`,
      };
    case 'severalSites':
      return {
        what: `site-ambiguous-${name}`,
        text: `Several entries of Apache serve port ${port} with processes of the service: ${listed(doubt.files)}.`,
        remedy: `Keep the one that serves ${name}, in a file of its own, and reload apache2.`,
      };
    case 'noOwnProcesses':
      return {
        what: `site-without-processes-${name}`,
        text: `${doubt.file} serves port ${port} of ${name} without processes of the service's own user: whether old code still runs could not be seen.`,
        remedy: `Give the site a WSGIDaemonProcess with user= of the service, as the package's own site has, and reload apache2.`,
      };
    case 'servesMore':
      return {
        what: `site-serves-more-${name}`,
        text: `${doubt.file} serves more than ${name}: to close it would close the rest, too.`,
        remedy: 'Give the rest a file of its own in sites-available, enable it, and reload apache2.',
      };
    case 'sharesProcesses':
      return {
        what: `site-shares-processes-${name}`,
        text: `Processes of ${doubt.file} cannot be told from those of ${doubt.other}: whether old code of ${name} still runs could not be seen.`,
        remedy:
          'Give both a display-name=%{GROUP} and groups that differ in their first eleven characters, and reload apache2.',
      };
    default:
      return doubt satisfies never;
  }
}

/** A proof that sees no process now would see none later, either, whatever runs. */
function unseen(options: Where & { unit: ServiceUnit; site: Site }): Finding[] {
  const { host, packages, unit, site } = options;
  const { apache } = packages;
  if (apache === null) return [];
  if (!apache.active) {
    return [
      finding({
        what: `not-running-${unit.name}`,
        level: 'warning',
        host: host.host,
        text: `${unit.name} does not run now, because Apache does not. After the upgrade it will, with every other site of this Apache.`,
        remedy: 'Find out why Apache is down before something else is changed; accept if it is meant so.',
        sources: ['R-OPS-30'],
      }),
    ];
  }
  if (isSeen({ apache, processes: site.processes })) return [];
  return [
    finding({
      what: `site-processes-unseen-${unit.name}`,
      level: 'blocker',
      host: host.host,
      text: `The site ${site.name} of Apache is enabled, and no process of it runs: its file was changed after Apache read it, or it is broken.`,
      remedy: `systemctl reload apache2, check that ${unit.name} answers on port ${String(site.port)}, then plan again.`,
      sources: ['R-OPS-30', 'trap 47'],
    }),
  ];
}

/** After a reboot both would want the port. */
function unitBeside(options: Where & { unit: ServiceUnit; site: Site }): Finding[] {
  const { host, packages, unit, site } = options;
  const beside = packages.units.find(({ name }) => name === unit.name);
  if (beside?.enabled !== 'enabled') return [];
  return [
    finding({
      what: `unit-beside-site-${unit.name}`,
      level: 'warning',
      host: host.host,
      text: `The site ${site.name} of Apache serves ${unit.name}, and its unit is enabled: after a reboot both want port ${String(site.port)}.`,
      remedy: `systemctl disable ${unit.name}, or accept.`,
      sources: ['R-OPS-33'],
    }),
  ];
}

function sharedApache(options: Where & { sites: readonly Site[] }): Finding[] {
  const { host, packages, sites } = options;
  const { apache } = packages;
  const [first] = sites;
  if (apache === null || first === undefined) return [];
  return [
    ...(apache.refusal === null ? [] : [refused({ host: host.host, refusal: apache.refusal })]),
    ...replaced({ host: host.host, packages, sites }),
    ...lastPort({ host: host.host, ports: apache.active ? apache.ports : null, sites }),
    meaning({ host: host.host, sites }),
  ];
}

function refused({ host, refusal }: { host: string; refusal: string }): Finding {
  return finding({
    what: 'apache-refuses-configuration',
    level: 'blocker',
    host,
    text: `Apache would refuse to reload: ${refusal} It still serves what it read earlier; after a restart it would serve nothing.`,
    remedy: 'Fix what it names until apache2ctl configtest says "Syntax OK", then plan again.',
    sources: ['R-OPS-30'],
  });
}

/** New modules under an old process: only a restart would do, and it takes everybody's sites away. */
const apachePackages = /^(apache2|apache2-bin|apache2-data|libapache2-.*|python3(\.\d+)?(-minimal)?|libpython3.*)$/;

function replaced(options: { host: string; packages: PackageFacts; sites: readonly Site[] }): Finding[] {
  const { host, packages, sites } = options;
  const names = packages.simulation.installs.map(({ name }) => name).filter((name) => apachePackages.test(name));
  if (names.length === 0) return [];
  return [
    finding({
      what: 'apache-replaced',
      level: 'blocker',
      host,
      text: `The run would replace ${listed(names)} under Apache, which needs a restart then: all its sites would be away (${listed(servedBy(sites))}).`,
      remedy: `Upgrade these packages by themselves first, at a time at which the other sites may be away, then plan again.`,
      sources: ['R-OPS-38'],
    }),
  ];
}

/** Apache ends where it has no port left to listen on. */
function lastPort(options: { host: string; ports: readonly number[] | null; sites: readonly Site[] }): Finding[] {
  const { host, ports, sites } = options;
  const going = sites.filter(({ ownsPort }) => ownsPort).map(({ port }) => port);
  if (ports === null || ports.some((port) => !going.includes(port))) return [];
  return [
    finding({
      what: 'apache-last-port',
      level: 'blocker',
      host,
      text: `Apache listens on ${listed(going.map(String))} alone: without its ${sites.length === 1 ? 'site' : 'sites'} ${listed(sites.map(({ name }) => name))} it would have no port and would end.`,
      remedy:
        'Let it listen on one more, for example Listen 127.0.0.1:8099 in /etc/apache2/ports.conf, and restart apache2.',
      sources: ['R-OPS-61'],
    }),
  ];
}

function meaning({ host, sites }: { host: string; sites: readonly Site[] }): Finding {
  const names = sites.map(({ name }) => name);
  const others = [...new Set(sites.flatMap((site) => site.others))].filter((name) => !names.includes(name));
  const open = sites.filter(({ ownsPort }) => !ownsPort).map(({ port }) => String(port));
  return finding({
    what: 'sites-of-apache',
    level: 'note',
    host,
    text:
      `${listed(names)} ${names.length === 1 ? 'is a site' : 'are sites'} of Apache here${others.length === 0 ? '' : `, beside ${listed(others)}`}. The run closes and opens ${names.length === 1 ? 'it' : 'them'} with a reload of Apache, never a restart: ` +
      'other sites keep answering, up to 5 s late, and requests that mod_wsgi answers for them are cut after 3 s.' +
      (open.length === 0
        ? ''
        : ` Port ${listed(open)} is opened in another file: while the site is closed Apache answers there with another one.`),
    remedy: 'Nothing, or choose a time at which the others may answer late.',
    sources: ['R-OPS-61'],
  });
}

function servedBy(sites: readonly Site[]): string[] {
  return [...new Set(sites.flatMap(({ name, others }) => [name, ...others]))].sort();
}
