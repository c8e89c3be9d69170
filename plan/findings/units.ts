import type { HostFacts, PackageFacts } from '../../catalog/facts';
import { installedServices } from '../../catalog/installed-services';
import type { UnitFacts } from '../../catalog/platform/systemd';
import type { Packaging, Service, ServiceUnit } from '../../catalog/service';
import type { Finding } from '../../schema/plan';
import { runnerOf } from '../scope/runner';
import { finding } from './finding';

interface Units {
  readonly host: string;
  readonly units: readonly UnitFacts[];
}

/** Units that do not behave as their package made them. */
export function unitFindings(options: {
  host: HostFacts;
  packages: PackageFacts;
  services: readonly Service[];
}): Finding[] {
  const units = { host: options.host.host, units: options.packages.units };
  return [
    ...withoutUnits(options),
    ...notRunning({ ...units, units: runBySystemd(options) }),
    ...masked(units),
    ...broken(units),
    ...ownUnits(units),
    ...leavesChildren(units),
    ...lastWords(units),
  ];
}

/** A site of Apache answers in place of some: that these are stopped is as it should be. */
function runBySystemd(options: { packages: PackageFacts; services: readonly Service[] }): UnitFacts[] {
  const { packages, services } = options;
  const elsewhere = services.flatMap((service) =>
    service.units.flatMap((unit) => {
      const { by } = runnerOf({ packages, service, unit });
      return by === 'site' || by === 'unclear' ? [unit.name] : [];
    }),
  );
  return packages.units.filter(({ name }) => !elsewhere.includes(name));
}

/** Nothing would be stopped, started or proved, and the old code would serve the new schema (ursula#1687). */
function withoutUnits(options: { host: HostFacts; packages: PackageFacts; services: readonly Service[] }): Finding[] {
  const { host, packages, services } = options;
  const packaging = host.identity.distribution.startsWith('ubuntu') ? 'ubuntu' : 'debian';
  return installedServices({ packages, services })
    .filter((service) => service.units.every((unit) => runnerOf({ packages, service, unit }).by === 'nobody'))
    .map(({ name, versionPackage, units }) =>
      finding({
        what: `units-absent-${name}`,
        level: 'blocker',
        host: host.host,
        text:
          `${versionPackage} is installed, and neither a unit (${units.map((unit) => unit.name).join(', ')}) nor an enabled site of Apache runs ${name} ` +
          `here: it runs by other means (${meansOf({ units, packaging })}), which these procedures neither stop nor start.`,
        remedy: `Run ${name} from the units of its package, or enable its site of Apache on the port of the API; remove the package where nothing uses it.`,
        sources: ['R-OPS-33', 'trap 41'],
      }),
    );
}

function meansOf(options: { units: readonly ServiceUnit[]; packaging: Packaging }): string {
  const sites = options.units.flatMap(({ runBy }) => {
    const runner = runBy[options.packaging];
    return runner.by === 'apache' ? [`site ${runner.site} of ${runner.unit}`] : [];
  });
  return sites.length === 0 ? 'uwsgi-emperor, a container' : `packaged is the ${sites.join(', ')}`;
}

/** The plan's own drop-ins begin so: what sorts behind has the last word (systemd.unit(5)). */
const ownDropIns = 'zz-openstack-upgrade';

/** With these `systemctl stop` ends the main process alone: its workers go on with the old code, on the new schema. */
function leavesChildren({ host, units }: Units): Finding[] {
  return units
    .filter(({ loaded, killMode }) => loaded && (killMode === 'process' || killMode === 'none'))
    .map(({ name, killMode }) =>
      finding({
        what: `unit-leaves-children-${name}`,
        level: 'warning',
        host,
        text: `${name} has KillMode=${killMode}: a stop ends its main process, and its workers may live on. The run waits for them and then asks.`,
        remedy: 'Take KillMode out of the drop-in that sets it (systemctl cat shows which), or accept.',
        sources: ['R-HEAT-16', 'trap 47'],
      }),
    );
}

/** A drop-in that systemd reads after all that the plan writes. */
function lastWords({ host, units }: Units): Finding[] {
  return units.flatMap(({ name, dropIns }) => {
    const later = dropIns.filter((file) => (file.split('/').at(-1) ?? '') > `${ownDropIns}~`);
    if (later.length === 0) return [];
    return [
      finding({
        what: `unit-overridden-${name}`,
        level: 'warning',
        host,
        text: `${later.join(', ')} has the last word on ${name}: what it sets wins over what the plan sets (time to stop, environment, locks).`,
        remedy:
          'Check whether it sets TimeoutStopSec, KillMode, EnvironmentFile or a condition; take those out, or accept.',
        sources: ['R-HEAT-16', 'fact 3'],
      }),
    ];
  });
}

function notRunning({ host, units }: Units): Finding[] {
  return units
    .filter(({ loaded, active }) => loaded && !active)
    .map(({ name }) =>
      finding({
        what: `not-running-${name}`,
        level: 'warning',
        host,
        text: `${name} does not run now. After the upgrade it will.`,
        remedy: 'Find out why it is down before something else is changed; accept if it is meant so.',
        sources: ['R-OPS-30'],
      }),
    );
}

function masked({ host, units }: Units): Finding[] {
  return units
    .filter((unit) => unit.masked)
    .map(({ name }) =>
      finding({
        what: `unit-masked-${name}`,
        level: 'blocker',
        host,
        text: `${name} is masked: its package enables it when it is configured, fails, and stays half-configured.`,
        remedy: `systemctl unmask ${name}. The upgrade keeps stopped units closed by its own means.`,
        sources: ['trap 43'],
      }),
    );
}

/** Not loaded, it would be taken for one that the host does not have: never stopped, started or proved. */
function broken({ host, units }: Units): Finding[] {
  return units.flatMap((unit) =>
    unit.broken === undefined
      ? []
      : [
          finding({
            what: `unit-broken-${unit.name}`,
            level: 'blocker',
            host,
            text: `systemd cannot load ${unit.name} (${unit.broken}): it could neither be stopped nor started.`,
            remedy: `Read systemctl status ${unit.name} and systemd-analyze verify ${unit.name}.service, correct the file or drop-in that they name, then systemctl daemon-reload.`,
            sources: ['R-OPS-30', 'trap 41'],
          }),
        ],
  );
}

function ownUnits({ host, units }: Units): Finding[] {
  return units
    .filter(({ loaded, file }) => loaded && file.startsWith('/etc/systemd/'))
    .map(({ name, file }) =>
      finding({
        what: `unit-own-${name}`,
        level: 'warning',
        host,
        text: `${name} runs from ${file}, not from its package: a program that the target release has dropped is not noticed before the start.`,
        remedy: 'Compare ExecStart with what the target package brings; take its unit, or accept.',
        sources: ['trap 41'],
      }),
    );
}
