import { stateDirectory } from '../../catalog/platform/apt';
import { hereDocument, lines, sh, type ShellText } from '../../shell/sh';
import type { RuleId } from '../../catalog/rules';
import type { Effect } from '../../schema/effect';
import { listed } from '../../schema/names';
import type { Change } from '../../schema/plan';
import { change } from '../change';

/** A unit is locked while its mark is there. */
const mark = (unit: string): string => `${stateDirectory}/locks/${unit}`;
const dropIn = (unit: string, file: string): string => `/etc/systemd/system/${unit}.service.d/${file}`;
// Named so that systemd reads them last: `systemctl edit` writes override.conf, which sorts behind every digit (systemd#13198).
const doorFile = (unit: string): string => dropIn(unit, 'zz-openstack-upgrade-closed.conf');
const patienceFile = (unit: string): string => dropIn(unit, 'zz-openstack-upgrade-stop.conf');

const doorText = (unit: string): string => `[Unit]\nAssertPathExists=!${mark(unit)}\n`;
const patienceText = (seconds: number): string => `[Service]\nTimeoutStopSec=${String(seconds)}\nKillMode=mixed\n`;

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

/** A drop-in counts once systemd has read it. */
const isRead = (unit: string): ShellText => sh`test "$(systemctl show -p NeedDaemonReload --value ${unit})" = no`;

/** Reading all units again takes a busy host up to a second, so only where one has changed. */
const readAgain = (unit: string): ShellText => sh`${isRead(unit)} || systemctl daemon-reload`;

const isLocked = (unit: string): ShellText => sh`
  cmp -s ${doorFile(unit)} - ${hereDocument({ content: doorText(unit) })}
  test -e ${mark(unit)}
  ${isRead(unit)}
`;

/** Its drop-in lies there already (`readyUnits`), unless somebody took it away: then the mark alone is what an outage waits for. */
const lock = (unit: string): ShellText => sh`
  umask 022
  ${laid({ file: doorFile(unit), text: doorText(unit) })}
  mkdir -p ${`${stateDirectory}/locks`}
  touch ${mark(unit)}
  ${readAgain(unit)}
`;

function laid({ file, text }: { file: string; text: string }): ShellText {
  return sh`
    if ! cmp -s ${file} - ${hereDocument({ content: text })}
    then
      mkdir -p ${file.slice(0, file.lastIndexOf('/'))}
      cat > ${file} ${hereDocument({ content: text })}
    fi
  `;
}

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
  const graceful =
    gracefulStopSeconds === null ? null : sh`test "$(systemctl show -p Result --value ${unit})" = success`;
  return change({
    id: options.id,
    title: `stop ${unit} and lock it`,
    check: lines(stoppedUnit(unit), isLocked(unit), graceful),
    run: lines(
      lock(unit),
      gracefulStopSeconds === null ? sh`systemctl stop ${unit}` : gracefully({ unit, seconds: gracefulStopSeconds }),
    ),
    effects: stopped(unit),
    onInterrupted: 'rerun',
    timeoutSeconds: stopTimeout(gracefulStopSeconds ?? 90),
    requirements: gracefulStopSeconds === null ? ['R-OPS-61', 'R-OPS-42'] : ['R-OPS-61', 'trap 3', 'trap 47'],
  });
}

function gracefully({ unit, seconds }: { unit: string; seconds: number }): ShellText {
  return lines(sh`systemctl stop ${unit} --no-block`, seeStopped({ unit, seconds, graceful: true }));
}

/** An engine that leaves in a moment without work needs two to four, and more than that is more than anybody gains by it. */
const patienceInRestore = 2;

/**
 * 27 of 28 stops of an API without requests took 1.0 to 1.2 s on a busy host. In one, seconds after its start, Debian's uWSGI heard no signal until systemd killed it after
 * 15 s (TimeoutStopSec of its unit): with every API of a cloud closed, users wait for it.
 */
const patienceWithApi = 5;

/**
 * Stops a unit whose database is restored then, and locks it. What it would leave half-done is put away with the database, so nobody waits longer
 * than a few seconds for its own end: it is killed.
 */
export function closeUnitNow(options: { id: string; unit: string }): Change {
  return closedWithin({ ...options, seconds: patienceInRestore, requirements: ['R-OPS-61', 'R-OPS-57', 'trap 47'] });
}

/** Stops an API that gets no requests any more, and locks it: whoever asked has been answered, so that one that does not end is killed. */
export function closeApiUnit(options: { id: string; unit: string }): Change {
  return closedWithin({ ...options, seconds: patienceWithApi, requirements: ['R-OPS-61', 'R-OPS-42', 'trap 47'] });
}

function closedWithin(options: { id: string; unit: string; seconds: number; requirements: readonly RuleId[] }): Change {
  const { id, unit, seconds, requirements } = options;
  return change({
    id,
    title: `stop ${unit} and lock it (killed after ${String(seconds)} s)`,
    check: lines(stoppedUnit(unit), isLocked(unit)),
    run: lines(
      lock(unit),
      sh`
        systemctl stop ${unit} --no-block
        for turn in $(seq ${5 * seconds}); do case $(systemctl is-active ${unit}) in inactive|failed) break ;; esac; sleep 0.2; done
        case $(systemctl is-active ${unit}) in inactive|failed) ;; *) systemctl kill --kill-who=all --signal=SIGKILL ${unit} ;; esac
      `,
      seeStopped({ unit, seconds, graceful: false }),
    ),
    effects: stopped(unit),
    onInterrupted: 'rerun',
    timeoutSeconds: stopTimeout(seconds),
    requirements,
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
      test ! -e ${mark(unit)}
      systemctl -q is-active ${unit}
    `,
    run: sh`
      rm -f ${mark(unit)}
      ${readAgain(unit)}
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

/** A unit that a run may stop. */
export interface UnitToReady {
  readonly name: string;
  /** Null: as its package has it. */
  readonly gracefulStopSeconds: number | null;
}

/**
 * What a stop needs of each unit, laid while everything serves: an outage does not wait for systemd to read all units again. The lock stays open
 * until its mark is there. Debian gives an engine 15 s and then kills it; an idle one needs 18 (fact 3). No unit is restarted.
 */
export function readyUnits(options: { id: string; units: readonly UnitToReady[] }): Change {
  const { units } = options;
  const names = units.map(({ name }) => name);
  const patient = units.flatMap(({ name, gracefulStopSeconds: seconds }) =>
    seconds === null ? [] : [{ name, seconds }],
  );
  const files = [
    ...names.map((name) => ({ file: doorFile(name), text: doorText(name) })),
    ...patient.map(({ name, seconds }) => ({ file: patienceFile(name), text: patienceText(seconds) })),
  ];
  const times = patient.map(({ name, seconds }) => `${name} gets ${String(seconds)} s to stop`);
  return change({
    id: options.id,
    title: [`prepare the locks of ${listed(names)}: nothing is locked yet`, ...times].join('; '),
    check: lines(
      ...files.map(({ file, text }) => sh`cmp -s ${file} - ${hereDocument({ content: text })}`),
      ...names.map(isRead),
      ...patient.map(
        ({ name, seconds }) =>
          sh`test "$(systemctl show -p TimeoutStopUSec --value ${name})" = ${systemdDuration(seconds)}`,
      ),
    ),
    run: lines(sh`umask 022`, ...files.map(laid), sh`systemctl daemon-reload`),
    effects: names.map((name) => ({ kind: 'thing', thing: `guard: drop-ins of ${name}`, exists: true })),
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-OPS-61', 'fact 3', 'trap 3'],
  });
}

/** Takes every lock and drop-in of this run away; services that run keep running. */
export function openDoors(options: { id: string; units: readonly string[] }): Change {
  const { units } = options;
  const files = units.flatMap((unit) => [doorFile(unit), patienceFile(unit), mark(unit)]);
  return change({
    id: options.id,
    title: 'take locks and drop-ins off the units',
    check: sh`for file in ${files}; do test ! -e "$file"; done`,
    run: sh`
      rm -f ${files}
      for unit in ${units}; do rmdir /etc/systemd/system/"$unit".service.d 2>/dev/null || true; done
      rmdir ${`${stateDirectory}/locks`} 2>/dev/null || true
      systemctl daemon-reload
    `,
    effects: units.flatMap((unit) => [
      { kind: 'thing', thing: `guard: lock of ${unit}`, exists: false },
      { kind: 'thing', thing: `guard: drop-ins of ${unit}`, exists: false },
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
