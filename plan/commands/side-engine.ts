import type { Rolling, Service } from '../../catalog/service';
import type { Change } from '../../schema/plan';
import { hereDocument, lines, sh } from '../../shell/sh';
import { change } from '../change';
import { emptyCgroup } from './systemd';
import { serviceTransport } from './transport';

interface SideEngine {
  readonly service: Service;
  readonly rolling: Rolling;
}

interface Places {
  readonly unit: string;
  readonly unitFile: string;
  readonly configFile: string;
  readonly configDirectory: string;
}

/** Beside the service's own files: oslo.policy looks for its files where the configuration lies. */
function placesOf({ service, rolling }: SideEngine): Places {
  const unit = `${rolling.engineUnit}-side`;
  const configFile = service.configFile.replace(/\.conf$/, '-side.conf');
  return {
    unit,
    unitFile: `/etc/systemd/system/${unit}.service`,
    configFile,
    configDirectory: `${configFile}.d`,
  };
}

/** The running configuration word for word, on another vhost. */
export function configureSideEngine(options: SideEngine & { label: string; vhost: string }): Change {
  const { label, service, vhost } = options;
  const { configFile, configDirectory } = placesOf(options);
  const moved = { configFile, vhost };
  return change({
    id: `${label}/configure-engine`,
    title: `copy ${service.configFile} for the side engine and point the copy to vhost ${vhost}`,
    check: lines(sh`test -d ${configDirectory}`, serviceTransport({ verb: 'is', ...moved })),
    run: lines(
      sh`
        cp -p ${service.configFile} ${configFile}
        install -d -g ${service.user} -m 0750 ${configDirectory}
        for file in ${service.configFile}.d/*.conf; do test ! -e "$file" || cp -p "$file" ${configDirectory}/; done
      `,
      serviceTransport({ verb: 'set', ...moved }),
    ),
    wayBack: 'automatic',
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-HEAT-30', 'fact 8'],
  });
}

/**
 * A second engine of the installed code. A unit file, not a transient unit: it must survive a reboot of its host while
 * it is the only engine that serves (C.9). It gets the same time to stop as the engine itself (fact 3).
 */
export function startSideEngine(options: SideEngine & { label: string; stopSeconds: number }): Change {
  const { label, service, rolling, stopSeconds } = options;
  const { unit, unitFile, configFile, configDirectory } = placesOf(options);
  const text = `[Unit]
Description=Side engine of the OpenStack upgrade: the installed release of ${service.name}, on a vhost of its own
After=network-online.target
Wants=network-online.target

[Service]
User=${service.user}
Group=${service.user}
WorkingDirectory=~
ExecStart=${rolling.engineProgram} --config-file=${configFile} --config-dir=${configDirectory}
Restart=on-failure
LimitNOFILE=65535
TimeoutStopSec=${String(stopSeconds)}
KillMode=mixed

[Install]
WantedBy=multi-user.target
`;
  return change({
    id: `${label}/start-engine`,
    title: `start ${unit}: the installed code a second time`,
    check: sh`
      cmp -s ${unitFile} - ${hereDocument({ content: text })}
      systemctl -q is-enabled ${unit}
      systemctl -q is-active ${unit}
    `,
    run: sh`
      umask 022
      cat > ${unitFile} ${hereDocument({ content: text })}
      systemctl daemon-reload
      systemctl enable --quiet --now ${unit}
    `,
    wayBack: 'automatic',
    onInterrupted: 'rerun',
    timeoutSeconds: 120,
    requirements: ['R-HEAT-20', 'R-HEAT-30'],
  });
}

/**
 * Graceful, and proved so while the unit is still there to be asked (C.3). `proved: false` on the way back, which must
 * also lead away from an engine that failed to start; what it stranded is looked for in the database.
 */
export function stopSideEngine(options: SideEngine & { label: string; stopSeconds: number; proved: boolean }): Change {
  const { unit } = placesOf(options);
  const graceful = options.proved ? sh`test "$(systemctl show -p Result --value ${unit})" = success` : sh``;
  return change({
    id: `${options.label}/stop-engine`,
    title: `stop ${unit}, which is empty`,
    check: sh`
      case $(systemctl is-active ${unit}) in active|activating|deactivating|reloading) exit 1 ;; esac
      ! systemctl -q is-enabled ${unit} || exit 1
      ${emptyCgroup(unit)}
      ${graceful}
    `,
    run: sh`systemctl disable --quiet --now ${unit}`,
    wayBack: 'automatic',
    onInterrupted: 'rerun',
    timeoutSeconds: options.stopSeconds + 60,
    requirements: ['R-HEAT-16', 'R-HEAT-22', 'traps 3, 47'],
  });
}

export function removeSideEngine(options: SideEngine & { label: string }): Change {
  const { unit, unitFile, configFile, configDirectory } = placesOf(options);
  return change({
    id: `${options.label}/remove-engine`,
    title: `remove ${unit} and its configuration`,
    check: sh`for left in ${[unitFile, configFile, configDirectory]}; do test ! -e "$left"; done`,
    run: sh`
      rm -rf ${[unitFile, configFile, configDirectory]}
      systemctl daemon-reload
    `,
    wayBack: 'none',
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-HEAT-21'],
  });
}
