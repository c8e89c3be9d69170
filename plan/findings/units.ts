import type { UnitFacts } from '../../catalog/platform/systemd';
import type { Finding } from '../../schema/plan';
import { finding } from './finding';

interface Units {
  readonly host: string;
  readonly units: readonly UnitFacts[];
}

/** Units that do not behave as their package made them. */
export function unitFindings(options: Units): Finding[] {
  return [...notRunning(options), ...masked(options), ...ownUnits(options)];
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
