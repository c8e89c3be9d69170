import type { Rolling, Service } from '../../catalog/service';
import type { Change } from '../../schema/plan';
import { lines, sh } from '../../shell/sh';
import { change } from '../change';
import { ownUnitFile, startOwnUnit, stopOwnUnit } from './own-unit';
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
    unitFile: ownUnitFile(unit),
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
    effects: [{ kind: 'vhost', file: configFile, vhost }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-HEAT-30', 'fact 8'],
  });
}

/** A second engine of the installed code. */
export function startSideEngine(options: SideEngine & { label: string; stopSeconds: number }): Change {
  const { label, service, rolling, stopSeconds } = options;
  const { unit, configFile, configDirectory } = placesOf(options);
  return startOwnUnit({
    id: `${label}/start-engine`,
    title: `start ${unit}: the installed code a second time`,
    unit,
    description: `Side engine of the OpenStack upgrade: the installed release of ${service.name}, on a vhost of its own`,
    user: service.user,
    command: `${rolling.engineProgram} --config-file=${configFile} --config-dir=${configDirectory}`,
    stopSeconds,
    own: { service: service.name, role: 'engine', release: 'host', reads: [configFile] },
    requirements: ['R-HEAT-20', 'R-HEAT-30'],
  });
}

export function stopSideEngine(options: SideEngine & { label: string; stopSeconds: number; proved: boolean }): Change {
  const { label, stopSeconds, proved } = options;
  const { unit } = placesOf(options);
  return stopOwnUnit({ id: `${label}/stop-engine`, title: `stop ${unit}, which is empty`, unit, stopSeconds, proved });
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
    effects: [
      { kind: 'vhost', file: configFile, vhost: null },
      { kind: 'thing', thing: `helper: ${unit}`, exists: false },
    ],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: [],
  });
}
