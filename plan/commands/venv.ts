import { configDirectoryOf, type Api, type Service } from '../../catalog/service';
import type { OwnProcess } from '../../schema/effect';
import type { Change, Probe } from '../../schema/plan';
import { hereDocument, lines, sh, type ShellText } from '../../shell/sh';
import { change, probe } from '../change';
import { ownUnitFile, startOwnUnit, stopOwnUnit } from './own-unit';
import { serviceTransport } from './transport';

/** New code in a virtual environment beside the installed packages, with everything that is its own (R-HEAT-10). */
export interface Venv {
  readonly service: Service;
  readonly directory: string;
  readonly configDirectory: string;
  readonly configFile: string;
  /** Directory on the host with the wheels of the new code, of all it needs, and of pip itself. */
  readonly wheelhouse: string;
  /** What pip is asked for: the service at the packages' own version, and its drivers. */
  readonly requirements: readonly string[];
  readonly series: string;
  /** Null: the packages' version is none that pip could be asked for. */
  readonly version: string | null;
}

const portsFile = 'zz-openstack-upgrade.conf';

/** Not the packaged APIs' ports: those run on the same host until requests have left them. */
export function venvPort(api: Pick<Api, 'port'>): number {
  return api.port + 100;
}

/** pip from its own wheel: no controller needs python3-venv or python3-pip for it, and no setting of the host counts. */
function pip(options: { venv: Venv; python: string; words: ShellText }): ShellText {
  const { venv, python, words } = options;
  return sh`
    pip=$(ls ${venv.wheelhouse}/pip-*.whl | tail -n 1)
    ${python} "$pip/pip" --isolated -q install --no-cache-dir --no-index --only-binary :all: --find-links ${venv.wheelhouse} ${words}
  `;
}

/** Read before anything is altered: pip itself works out whether every wheel is there, and installs none. */
export function wheelsComplete(options: { venv: Venv; apis: readonly Api[] }): Probe {
  const { venv, apis } = options;
  return probe({
    id: 'venv/wheels-complete',
    title: `${venv.wheelhouse} holds ${venv.requirements[0] ?? ''} and all it needs; place and ports are free`,
    script: lines(
      sh`ls ${venv.wheelhouse}/pip-*.whl > "$RUN/pip-wheel" || { echo ${`${venv.wheelhouse} has no wheel of pip: add one (pip download pip)`}; exit 1; }`,
      // Without a report, Debian's pip takes even a dry run for an installation beside its packages (PEP 668), and refuses.
      pip({ venv, python: 'python3', words: sh`--dry-run --report /dev/null --ignore-installed ${venv.requirements}` }),
      sh`
        needed=$(( $(du -sk ${venv.wheelhouse} | cut -f 1) * 8 ))
        free=$(df -Pk /opt | awk 'NR == 2 { print $4 }')
        test "$free" -gt "$needed" || { echo "/opt has $free KiB, the new code needs some $needed"; exit 1; }
        for place in ${[venv.directory, venv.configDirectory]}; do test ! -e "$place" || { echo "$place exists already"; exit 1; }; done
        for port in ${apis.map(venvPort)}; do
          test -z "$(ss -Hltn "sport = :$port")" || { echo "port $port is in use"; exit 1; }
        done
        echo 'every wheel is there'
      `,
    ),
    timeoutSeconds: 300,
    remedy:
      'add what pip misses to the wheelhouse, free the place or the port that is named, then retry; nothing was altered.',
    requirements: ['R-HEAT-10', 'E.5'],
  });
}

/** Half an environment is none: it is made anew. No package of the system is touched. */
export function makeVenv(options: { label: string; venv: Venv }): Change {
  const { label, venv } = options;
  const python = `${venv.directory}/bin/python3`;
  return change({
    id: `${label}/make`,
    title: `put the new code into ${venv.directory}`,
    check: sh`
      ${python} -m pip --isolated -q check
      for wanted in ${venv.requirements.filter((one) => one.includes('=='))}; do
        test "$(${python} -c 'import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))' "\${wanted%%==*}")" = "\${wanted#*==}"
      done
    `,
    run: lines(
      sh`
        umask 022
        rm -rf ${venv.directory}
        python3 -m venv --without-pip ${venv.directory}
      `,
      pip({ venv, python, words: sh`pip ${venv.requirements}` }),
    ),
    effects: [{ kind: 'thing', thing: `helper: ${venv.directory}`, exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 1200,
    requirements: ['R-HEAT-10'],
  });
}

/** The running configuration word for word, on another vhost and other ports. */
export function configureVenv(options: {
  label: string;
  venv: Venv;
  apis: readonly Api[];
  /** They are reached there by IPv6: without a word the new code listens on IPv4 alone, whatever the packaged one does. */
  ipv6: boolean;
  vhost: string;
}): Change {
  const { label, venv, apis, ipv6, vhost } = options;
  const { configFile, configDirectory } = venv;
  const from = configDirectoryOf(venv.service);
  const ports = hereDocument({
    content: apis
      .map(
        (api) =>
          `[${api.name.replaceAll('-', '_')}]\n${ipv6 ? 'bind_host = ::\n' : ''}bind_port = ${String(venvPort(api))}\n`,
      )
      .join(''),
  });
  const moved = { configFile, vhost };
  return change({
    id: `${label}/configure`,
    title: `copy ${from} to ${configDirectory}, with vhost ${vhost} and ports ${apis.map((api) => String(venvPort(api))).join(', ')}`,
    check: lines(sh`cmp -s ${`${configFile}.d/${portsFile}`} - ${ports}`, serviceTransport({ verb: 'is', ...moved })),
    run: lines(
      sh`
        rm -rf ${configDirectory}
        cp -a ${from} ${configDirectory}
        install -d -g ${venv.service.user} -m 0750 ${`${configFile}.d`}
        ( umask 022; cat > ${`${configFile}.d/${portsFile}`} ${ports}
        )
      `,
      serviceTransport({ verb: 'set', ...moved }),
    ),
    effects: [{ kind: 'vhost', file: configFile, vhost }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-HEAT-15', 'fact 8'],
  });
}

/** A file of the service's configuration where the new code has its copy, and the Python that will read it. */
export function besideFile(options: { venv: Venv; file: string }): { readonly file: string; readonly python: string } {
  const { venv, file } = options;
  return {
    file: file.replace(configDirectoryOf(venv.service), venv.configDirectory),
    python: `${venv.directory}/bin/python3`,
  };
}

export const venvUnit = ({ venv, program }: { venv: Venv; program: string }): string => `${program}-${venv.series}`;

export function startVenvUnit(options: {
  label: string;
  venv: Venv;
  program: string;
  role: OwnProcess['role'];
  stopSeconds: number;
}): Change {
  const { label, venv, program, role, stopSeconds } = options;
  const unit = venvUnit({ venv, program });
  return startOwnUnit({
    id: `${label}/start-${program}-venv`,
    title: `start ${unit}: the new code beside the installed one`,
    unit,
    description: `${program} of ${venv.series} from ${venv.directory}, for the time of the OpenStack upgrade`,
    user: venv.service.user,
    command: `${venv.directory}/bin/${program} --config-file=${venv.configFile} --config-dir=${venv.configFile}.d`,
    stopSeconds,
    own: { service: venv.service.name, role, release: 'target', reads: [venv.configFile] },
    requirements: ['R-HEAT-16', 'R-HEAT-18'],
  });
}

export function stopVenvUnit(options: {
  label: string;
  venv: Venv;
  program: string;
  stopSeconds: number;
  proved: boolean;
}): Change {
  const { label, venv, program, stopSeconds, proved } = options;
  const unit = venvUnit({ venv, program });
  return stopOwnUnit({ id: `${label}/stop-${program}-venv`, title: `stop ${unit}`, unit, stopSeconds, proved });
}

export function removeVenv(options: { label: string; venv: Venv; programs: readonly string[] }): Change {
  const { label, venv, programs } = options;
  const left = [
    ...programs.map((program) => ownUnitFile(venvUnit({ venv, program }))),
    venv.configDirectory,
    venv.directory,
  ];
  return change({
    id: `${label}/remove-venv`,
    title: `remove ${venv.directory}, its configuration and its units`,
    check: sh`for left in ${left}; do test ! -e "$left"; done`,
    run: sh`
      rm -rf ${left}
      systemctl daemon-reload
    `,
    effects: [
      { kind: 'vhost', file: venv.configFile, vhost: null },
      { kind: 'thing', thing: `helper: ${venv.directory}`, exists: false },
    ],
    onInterrupted: 'rerun',
    timeoutSeconds: 120,
    requirements: [],
  });
}
