import { stateDirectory } from '../../catalog/platform/apt';
import { hereDocument, sh, type ShellText } from '../../shell/sh';
import type { Change } from '../../schema/plan';
import { change } from '../change';

const closedMark = `${stateDirectory}/closed`;
const dropIn = (unit: string, file: string): string => `/etc/systemd/system/${unit}.service.d/${file}`;
const doorFile = (unit: string): string => dropIn(unit, '89-upgrade-closed.conf');
const patienceFile = (unit: string): string => dropIn(unit, '90-openstack-upgrade.conf');

const doorText = `[Unit]\nAssertPathExists=!${closedMark}\n`;

/**
 * A unit is stopped and no process of it lives: `systemctl stop` answers 0 although a child is alive (trap 47). One that
 * dies and is started again and again is `activating` most of the time, and not stopped.
 */
export function stoppedUnit(unit: string): ShellText {
  return sh`
    case $(systemctl is-active ${unit}) in active|activating|deactivating|reloading) exit 1 ;; esac
    group=$(systemctl show -p ControlGroup --value ${unit})
    test -z "$group" || test -z "$(cat "/sys/fs/cgroup/systemd$group/cgroup.procs" "/sys/fs/cgroup$group/cgroup.procs" 2>/dev/null)"
  `;
}

/**
 * Stops a unit and locks its door: a reboot, a colleague or a configuration management run cannot start it before
 * this run opens it again (R-OPS-61). An assertion, no mask: a masked keystone leaves its package unconfigured (trap 43).
 */
export function closeUnit(options: { id: string; unit: string; gracefulStopSeconds: number | null }): Change {
  const { unit, gracefulStopSeconds } = options;
  const graceful =
    gracefulStopSeconds === null ? sh`` : sh`test "$(systemctl show -p Result --value ${unit})" = success`;
  return change({
    id: options.id,
    title: `stop ${unit} and lock it`,
    check: sh`
      ${stoppedUnit(unit)}
      cmp -s ${doorFile(unit)} - ${hereDocument({ content: doorText })}
      test -e ${closedMark}
      ${graceful}
    `,
    run: sh`
      umask 022
      mkdir -p ${`/etc/systemd/system/${unit}.service.d`}
      cat > ${doorFile(unit)} ${hereDocument({ content: doorText })}
      touch ${closedMark}
      systemctl daemon-reload
      systemctl stop ${unit}
    `,
    wayBack: 'automatic',
    onInterrupted: 'rerun',
    timeoutSeconds: (gracefulStopSeconds ?? 90) + 60,
    requirements:
      gracefulStopSeconds === null ? ['R-OPS-61', 'R-OPS-42'] : ['R-HEAT-5', 'R-OPS-61', 'trap 3', 'trap 47'],
  });
}

/** Opens one unit's door and starts it; the others stay locked. */
export function startUnit(options: { id: string; unit: string; requirements: readonly string[] }): Change {
  const { unit } = options;
  return change({
    id: options.id,
    title: `start ${unit}`,
    check: sh`
      test ! -e ${doorFile(unit)}
      systemctl -q is-active ${unit}
    `,
    run: sh`
      rm -f ${doorFile(unit)}
      systemctl daemon-reload
      systemctl start ${unit}
    `,
    wayBack: 'automatic',
    onInterrupted: 'rerun',
    timeoutSeconds: 180,
    requirements: options.requirements,
  });
}

/** Debian gives an engine 15 s and then kills it; an idle one needs 18 (fact 3). Only a daemon-reload, no restart. */
export function patientStop(options: { id: string; unit: string; seconds: number }): Change {
  const { unit, seconds } = options;
  const text = `[Service]\nTimeoutStopSec=${String(seconds)}\nKillMode=mixed\n`;
  return change({
    id: options.id,
    title: `give ${unit} ${String(seconds)} s to stop`,
    check: sh`
      cmp -s ${patienceFile(unit)} - ${hereDocument({ content: text })}
      test "$(systemctl show -p TimeoutStopUSec --value ${unit})" = ${systemdDuration(seconds)}
    `,
    run: sh`
      umask 022
      mkdir -p ${`/etc/systemd/system/${unit}.service.d`}
      cat > ${patienceFile(unit)} ${hereDocument({ content: text })}
      systemctl daemon-reload
    `,
    wayBack: 'automatic',
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-HEAT-5', 'fact 3', 'trap 3'],
  });
}

/** Takes every lock and drop-in of this run away; services that run keep running. */
export function openDoors(options: { id: string; units: readonly string[] }): Change {
  const files = options.units.flatMap((unit) => [doorFile(unit), patienceFile(unit)]);
  return change({
    id: options.id,
    title: 'take locks and drop-ins off the units',
    check: sh`for file in ${[...files, closedMark]}; do test ! -e "$file"; done`,
    run: sh`
      rm -f ${files} ${closedMark}
      for unit in ${options.units}; do rmdir /etc/systemd/system/"$unit".service.d 2>/dev/null || true; done
      systemctl daemon-reload
    `,
    wayBack: 'none',
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['trap 10'],
  });
}

/** As `systemctl show` prints it: 120 -> `2min`, 150 -> `2min 30s`. */
function systemdDuration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  return [minutes > 0 ? `${String(minutes)}min` : '', rest > 0 ? `${String(rest)}s` : ''].filter(Boolean).join(' ');
}
