import type { RuleId } from '../../catalog/rules';
import type { OwnProcess } from '../../schema/effect';
import type { Change } from '../../schema/plan';
import { hereDocument, sh } from '../../shell/sh';
import { change } from '../change';
import { seeStopped, stoppedUnit, stopTimeout } from './systemd';

/**
 * A unit of the run's own beside those of the packages. A unit file, not a transient unit: it must survive a reboot of
 * its host, which may be the only one that serves meanwhile (C.9).
 */
export interface OwnUnit {
  readonly unit: string;
  readonly description: string;
  readonly user: string;
  readonly command: string;
  /** As long as the unit has whose work it does (fact 3). */
  readonly stopSeconds: number;
  /** Whose work it does. */
  readonly own: OwnProcess;
}

export const ownUnitFile = (unit: string): string => `/etc/systemd/system/${unit}.service`;

export function startOwnUnit(
  options: OwnUnit & { id: string; title: string; requirements: readonly RuleId[] },
): Change {
  const { id, title, unit, description, user, command, stopSeconds, own, requirements } = options;
  const file = ownUnitFile(unit);
  const text = hereDocument({
    content: `[Unit]
Description=${description}
After=network-online.target
Wants=network-online.target

[Service]
User=${user}
Group=${user}
WorkingDirectory=~
ExecStart=${command}
Restart=on-failure
LimitNOFILE=65535
TimeoutStopSec=${String(stopSeconds)}
KillMode=mixed

[Install]
WantedBy=multi-user.target
`,
  });
  return change({
    id,
    title,
    check: sh`
      cmp -s ${file} - ${text}
      systemctl -q is-enabled ${unit}
      systemctl -q is-active ${unit}
    `,
    run: sh`
      umask 022
      cat > ${file} ${text}
      systemctl daemon-reload
      systemctl enable --quiet --now ${unit}
    `,
    effects: [{ kind: 'process', unit, runs: true, own }],
    onInterrupted: 'rerun',
    timeoutSeconds: 120,
    requirements,
  });
}

/**
 * Graceful, and proved so while the unit is still there to be asked (C.3). `proved: false` on a way back, which must
 * also lead away from a unit that failed to start; what it stranded is looked for in the database.
 */
export function stopOwnUnit(
  options: Pick<OwnUnit, 'unit' | 'stopSeconds'> & { id: string; title: string; proved: boolean },
): Change {
  const { id, title, unit, stopSeconds, proved } = options;
  const graceful = proved ? sh`test "$(systemctl show -p Result --value ${unit})" = success` : sh``;
  return change({
    id,
    title,
    check: sh`
      ${stoppedUnit(unit)}
      ! systemctl -q is-enabled ${unit} || exit 1
      ${graceful}
    `,
    run: sh`
      systemctl disable --quiet --now ${unit} --no-block
      ${seeStopped({ unit, seconds: stopSeconds, graceful: proved })}
    `,
    effects: [{ kind: 'process', unit, runs: false }],
    onInterrupted: 'rerun',
    timeoutSeconds: stopTimeout(stopSeconds),
    requirements: ['R-HEAT-16', 'trap 3', 'trap 47'],
  });
}
