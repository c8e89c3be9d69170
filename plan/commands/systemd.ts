import { stateDirectory } from '../../catalog/platform/apt';
import { hereDocument, lines, sh, type ShellText } from '../../shell/sh';
import type { RuleId } from '../../catalog/rules';
import type { Effect } from '../../schema/effect';
import type { Change } from '../../schema/plan';
import { change } from '../change';

export const closedMark = `${stateDirectory}/closed`;
const dropIn = (unit: string, file: string): string => `/etc/systemd/system/${unit}.service.d/${file}`;
// Named so that systemd reads them last: `systemctl edit` writes override.conf, which sorts behind every digit (systemd#13198).
const doorFile = (unit: string): string => dropIn(unit, 'zz-openstack-upgrade-closed.conf');
const patienceFile = (unit: string): string => dropIn(unit, 'zz-openstack-upgrade-stop.conf');

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

/** No unit needs longer than it was given and this, unless it hangs. */
const killSeconds = 30;

/** What a step that stops a unit takes at most. */
export const stopTimeout = (seconds: number): number => seconds + 2 * killSeconds;

/**
 * What follows an order to stop that does not wait. systemd tries for four times the unit's patience, and then answers 0
 * to a process that hangs where no signal reaches it (a dead disk): so the step waits by itself, and says what lives on.
 * `graceful`: a unit that was killed or died is a person's matter, because a second stop of it proves nothing.
 */
export function seeStopped(options: { unit: string; seconds: number; graceful: boolean }): ShellText {
  const { unit, seconds, graceful } = options;
  const killed = sh`
    test "$(systemctl show -p Result --value ${unit})" = success || { echo ${`${unit} did not end well`} "($state): its work in progress may be stuck. Make sure that it is not, then systemctl reset-failed" ${unit} 'and retry' >&2; exit 1; }
  `;
  return lines(
    sh`
      for turn in $(seq ${5 * (seconds + killSeconds)}); do case $(systemctl is-active ${unit}) in inactive|failed) break ;; esac; sleep 0.2; done
      state="$(systemctl show -p SubState --value ${unit}), $(systemctl show -p Result --value ${unit})"
      group=$(systemctl show -p ControlGroup --value ${unit})
      left=$(test -z "$group" || cat "/sys/fs/cgroup/systemd$group/cgroup.procs" "/sys/fs/cgroup$group/cgroup.procs" 2>/dev/null | sort -u | paste -sd ,)
      test -z "$left" || { echo ${unit} "did not stop ($state): $(ps -o pid=,stat=,wchan:32=,comm= -p "$left" | awk '{ print "process " $1 " (" $4 ") is in state " $2 " at " $3 }' | paste -sd ';')" >&2; exit 1; }
    `,
    graceful ? killed : null,
  );
}

const isLocked = (unit: string): ShellText => sh`
  cmp -s ${doorFile(unit)} - ${hereDocument({ content: doorText })}
  test -e ${closedMark}
`;

const lock = (unit: string): ShellText => sh`
  umask 022
  mkdir -p ${`/etc/systemd/system/${unit}.service.d`}
  cat > ${doorFile(unit)} ${hereDocument({ content: doorText })}
  touch ${closedMark}
  systemctl daemon-reload
`;

const stopped = (unit: string, ends: { ends?: 'later' } = {}): Effect[] => [
  { kind: 'process', unit, runs: false, ...ends },
  { kind: 'thing', thing: `guard: lock of ${unit}`, exists: true },
];

/**
 * Stops a unit and locks its door: a reboot, a colleague or a configuration management run cannot start it before
 * this run opens it again (R-OPS-61). An assertion, no mask: a masked keystone leaves its package unconfigured (trap 43).
 */
export function closeUnit(options: { id: string; unit: string; gracefulStopSeconds: number | null }): Change {
  const { unit, gracefulStopSeconds } = options;
  const stop =
    gracefulStopSeconds === null
      ? sh`systemctl stop ${unit}`
      : lines(
          sh`systemctl stop ${unit} --no-block`,
          seeStopped({ unit, seconds: gracefulStopSeconds, graceful: true }),
        );
  const graceful =
    gracefulStopSeconds === null ? null : sh`test "$(systemctl show -p Result --value ${unit})" = success`;
  return change({
    id: options.id,
    title: `stop ${unit} and lock it`,
    check: lines(stoppedUnit(unit), isLocked(unit), graceful),
    run: lines(lock(unit), stop),
    effects: stopped(unit),
    onInterrupted: 'rerun',
    timeoutSeconds: stopTimeout(gracefulStopSeconds ?? 90),
    requirements: gracefulStopSeconds === null ? ['R-OPS-61', 'R-OPS-42'] : ['R-OPS-61', 'trap 3', 'trap 47'],
  });
}

/**
 * Orders a unit to stop and locks it, and does not wait: an engine takes no more work from the moment in which it begins to stop. That it has
 * ended is for `closeUnit` to see.
 */
export function beginStop(options: { id: string; unit: string; requirements: readonly RuleId[] }): Change {
  const { unit, requirements } = options;
  return change({
    id: options.id,
    title: `order ${unit} to stop, and lock it`,
    check: sh`
      case $(systemctl is-active ${unit}) in active|activating|reloading) exit 1 ;; esac
      ${isLocked(unit)}
    `,
    run: lines(lock(unit), sh`systemctl stop ${unit} --no-block`),
    effects: stopped(unit, { ends: 'later' }),
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements,
  });
}

/** Opens one unit's door and starts it; the others stay locked. */
export function startUnit(options: { id: string; unit: string; requirements: readonly RuleId[] }): Change {
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
    effects: [
      { kind: 'process', unit, runs: true },
      { kind: 'thing', thing: `guard: lock of ${unit}`, exists: false },
    ],
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
    effects: [{ kind: 'thing', thing: `guard: time to stop of ${unit}`, exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['fact 3', 'trap 3'],
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
    effects: options.units.flatMap((unit) => [
      { kind: 'thing', thing: `guard: lock of ${unit}`, exists: false },
      { kind: 'thing', thing: `guard: time to stop of ${unit}`, exists: false },
    ]),
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
