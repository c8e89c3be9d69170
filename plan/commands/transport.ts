import { configDirectoryOf, type Service } from '../../catalog/service';
import { listed } from '../../schema/names';
import type { Change, Probe } from '../../schema/plan';
import { hereDocument, lines, sh, type ShellText } from '../../shell/sh';
import { change, probe } from '../change';
import { programPath } from './programs';

/** `service-transport VERB CONFIG VHOST`, as root: the files belong to root, and no log file is opened. */
export function serviceTransport(options: {
  verb: 'is' | 'set' | 'left';
  configFile: string;
  vhost: string;
}): ShellText {
  const { verb, configFile, vhost } = options;
  return sh`python3 ${programPath('service-transport')} ${verb} ${configFile} ${vhost}`;
}

/** Beside the service's configuration, which it belongs to; read by systemd as root, and by nobody else. */
export function environmentFile(service: Service): string {
  return `${configDirectoryOf(service)}/upgrade-transport.env`;
}

const dropIn = (unit: string): string => `/etc/systemd/system/${unit}.service.d/zz-openstack-upgrade-transport.conf`;

interface Apis {
  readonly label: string;
  readonly service: Service;
  readonly units: readonly string[];
}

/**
 * Lets the APIs of a host alone talk on another vhost from their next start on. Not by the configuration file: an engine
 * of the installed code that systemd restarts would read it, and join the vhost of the new code (R-HEAT-17).
 */
export function apisToVhost(options: Apis & { vhost: string }): Change {
  const { label, service, units, vhost } = options;
  const file = environmentFile(service);
  const text = hereDocument({ content: `[Service]\nEnvironmentFile=${file}\n` });
  const transport = (verb: 'env' | 'env-is'): ShellText =>
    sh`python3 ${programPath('service-transport')} ${verb} ${service.configFile} ${file} ${vhost}`;
  return change({
    id: `${label}/apis-vhost`,
    title: `point ${listed(units)} to vhost ${vhost}, and no engine`,
    check: lines(transport('env-is'), ...units.map((unit) => sh`cmp -s ${dropIn(unit)} - ${text}`)),
    run: lines(
      transport('env'),
      sh`umask 022`,
      ...units.map(
        (unit) => sh`
          mkdir -p ${dropIn(unit).replace(/\/[^/]*$/, '')}
          cat > ${dropIn(unit)} ${text}
        `,
      ),
      sh`systemctl daemon-reload`,
    ),
    effects: [{ kind: 'vhost', file, vhost }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-HEAT-17', 'R-HEAT-19', 'C.2'],
  });
}

/** Every one of these units was started with that vhost: what the proofs cannot see, as the old vhost still has engines. */
export function apisTalkOn(options: Apis & { vhost: string }): Probe {
  const { label, service, units, vhost } = options;
  return probe({
    id: `${label}/apis-talk`,
    title: `${listed(units)} talk on vhost ${vhost}`,
    script: sh`
      pids=
      for unit in ${units}; do pids="$pids $(systemctl show -p MainPID --value "$unit")"; done
      python3 ${programPath('service-transport')} runs ${service.configFile} ${vhost} $pids
    `,
    proves: [{ kind: 'talk', units, vhost }],
    remedy: 'restart the one that is named, on a host that is out of rotation; until then the old vhost is not left.',
    requirements: ['R-HEAT-19', 'R-HEAT-22'],
  });
}

/** The configuration file speaks for the APIs again, from their next start on. */
export function apisAsConfigured(options: Apis): Change {
  const { label, service, units } = options;
  const files = [environmentFile(service), ...units.map(dropIn)];
  return change({
    id: `${label}/apis-as-configured`,
    title: `let ${service.configFile} say again where ${listed(units)} talk`,
    check: sh`for file in ${files}; do test ! -e "$file"; done`,
    run: sh`
      rm -f ${files}
      systemctl daemon-reload
    `,
    effects: [{ kind: 'vhost', file: environmentFile(service), vhost: null }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-HEAT-19'],
  });
}

/** Lets a service talk on another vhost from its next start on; what runs now keeps its own (C.2, R-HEAT-15). */
export function setVhost(options: { id: string; configFile: string; vhost: string }): Change {
  const { id, configFile, vhost } = options;
  return change({
    id,
    title: `point ${configFile} to vhost ${vhost}; notifications stay where they are`,
    check: serviceTransport({ verb: 'is', configFile, vhost }),
    run: serviceTransport({ verb: 'set', configFile, vhost }),
    effects: [{ kind: 'vhost', file: configFile, vhost }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-HEAT-15', 'fact 8', 'trap 27', 'trap 31'],
  });
}

/** Neither the service nor its notifications name the vhost on this host any more. */
export function talksElsewhere(options: { id: string; configFile: string; vhost: string }): Probe {
  const { id, configFile, vhost } = options;
  return probe({
    id,
    title: `${configFile} names vhost ${vhost} nowhere`,
    script: serviceTransport({ verb: 'left', configFile, vhost }),
    remedy:
      'let the URL name another vhost, or leave the phase out: who writes to a vhost that is gone gets nothing through.',
    requirements: ['R-HEAT-28', 'C.7', 'fact 8'],
  });
}
