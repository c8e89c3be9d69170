import {
  aptEnvironment,
  aptOptions,
  autoUpgradeUnits,
  quietAptFile,
  surveyDirectory,
} from '../../catalog/platform/apt';
import type { Change, PackageChange } from '../../schema/plan';
import { raw, sh, type ShellText } from '../../shell/sh';
import { change } from '../change';
import { compress, compressedName, intact, type Compression } from './compression';

/** Versions, marks, holds and answers before the first change: what a rollback returns to (R-OPS-64, E.1). */
export function packageSnapshot(options: { packages: readonly string[] }): Change {
  return change({
    id: 'restore-point/packages',
    title: 'record versions, marks and holds of all packages',
    check: sh`cd "$RP/packages" && sha256sum --quiet -c SHA256SUMS`,
    run: sh`
      mkdir -p "$RP/packages"; cd "$RP/packages"
      dpkg --get-selections > selections
      dpkg-query -W -f='\${db:Status-Abbrev}\\t\${binary:Package}\\t\${Version}\\t\${Architecture}\\t\${source:Package}\\t\${source:Version}\\n' > versions
      apt-mark showmanual > manual; apt-mark showauto > auto; apt-mark showhold > holds
      for package in ${options.packages}; do debconf-show "$package" 2>/dev/null || true; done > debconf
      ${sealed(sh`selections versions manual auto holds debconf`)}
    `,
    effects: [{ kind: 'thing', thing: 'restore point: packages', exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 120,
    requirements: ['R-OPS-9', 'R-OPS-64', 'R-OPS-65'],
  });
}

/** The .deb of every version that will be replaced: the way back needs no network (R-OPS-66, trap 18). */
export function keepOldPackages(options: { packages: readonly PackageChange[] }): Change {
  const old = options.packages.filter(({ installed }) => installed !== null);
  const words = old.map(({ name, installed }) => `${name}=${installed ?? ''}`);
  return change({
    id: 'restore-point/old-packages',
    title: `keep the ${String(old.length)} installed packages that will be replaced`,
    check: sh`
      cd "$POOL/old" && sha256sum --quiet -c SHA256SUMS
      test "$(wc -l < SHA256SUMS)" -eq ${old.length}
    `,
    run: sh`
      umask 022
      mkdir -p "$POOL/old"; cd "$POOL/old"
      APT_CONFIG=${surveyDirectory}/apt.conf; export APT_CONFIG
      for package in ${words}; do
        apt-get -q download "$package" && continue
        command -v dpkg-repack || { echo "no source offers $package any more, and dpkg-repack is not installed" >&2; exit 1; }
        dpkg-repack "\${package%%=*}"
      done
      ${sealed(sh`*.deb`)}
    `,
    effects: [{ kind: 'thing', thing: 'restore point: installed packages', exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 900,
    requirements: ['R-OPS-66', 'trap 18'],
  });
}

/** Fetched before the outage, from the survey's private lists: in the outage no network is needed. */
export function fetchTargetPackages(options: { packages: readonly PackageChange[] }): Change {
  const words = options.packages.map(({ name, target }) => `${name}=${target}`);
  return change({
    id: 'packages/fetch',
    title: `fetch the ${String(words.length)} target packages`,
    check: sh`
      cd "$POOL/new" && sha256sum --quiet -c SHA256SUMS
      test "$(wc -l < SHA256SUMS)" -eq ${words.length}
    `,
    run: sh`
      umask 022
      mkdir -p "$POOL/new/partial"
      APT_CONFIG=${surveyDirectory}/apt.conf; export APT_CONFIG
      ${aptEnvironment} apt-get -q ${aptOptions} -o Dir::Cache::archives="$POOL/new/" --download-only install ${words}
      cd "$POOL/new"
      ${sealed(sh`*.deb`)}
    `,
    effects: [{ kind: 'thing', thing: 'helper: target packages', exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 1800,
    requirements: ['R-OPS-37', 'R-OPS-38'],
  });
}

/**
 * All of /etc with owners, modes and links; the guide's `cp -r /etc/$i/*` loses them and the dotfiles (R-OPS-32). Files
 * of the packages that somebody patched in place go with it: the kept .debs do not hold them. On every host that a run may change, also
 * where no package does: of these a rollback puts nothing back, and people may have to.
 */
export function configArchive(options: { packages: readonly PackageChange[]; compression: Compression }): Change {
  const { compression } = options;
  const file = compressedName({ file: 'config.tar', compression });
  const names = options.packages.filter(({ installed }) => installed !== null).map(({ name }) => name);
  return change({
    id: 'restore-point/configuration',
    title: 'archive /etc and patched files with owners and modes',
    check: sh`cd "$RP/config" && sha256sum --quiet -c SHA256SUMS && ${intact({ file, compression })}`,
    run: sh`
      mkdir -p "$RP/config"; cd "$RP/config"
      set -- etc
      for file in var/lib/apt/extended_states var/cache/debconf/config.dat usr/sbin/policy-rc.d; do test ! -e /$file || set -- "$@" $file; done
      ${patched(names)} > patched
      tar --xattrs --acls --numeric-owner -C / -cf config.tar "$@" --verbatim-files-from -T patched
      ${compress({ from: 'config.tar', to: file, compression })}
      rm config.tar
      ${sealed(sh`${file} patched`)}
    `,
    effects: [{ kind: 'thing', thing: 'restore point: configuration', exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 600,
    requirements: ['R-OPS-9', 'R-OPS-32', 'trap 45'],
  });
}

/** Without a name dpkg would read every file of the host. */
function patched(names: readonly string[]): ShellText {
  if (names.length === 0) return sh`:`;
  return sh`dpkg --verify ${names} | awk '/^\\?\\?/ && substr($0, 11, 1) != "c" { print substr($0, 14) }'`;
}

/**
 * What a load balancer and a broker have in memory or in their own stores, as they had it before the first change: nothing puts it back by
 * itself, and without it nobody knows what was there.
 */
export function stateOf(options: { what: 'HAProxy'; socket: string } | { what: 'RabbitMQ' }): Change {
  const { what } = options;
  const file = what === 'HAProxy' ? 'haproxy-servers' : 'rabbitmq-definitions.json';
  return change({
    id: `restore-point/state-${what.toLowerCase()}`,
    title: what === 'HAProxy' ? 'record the state of every server of HAProxy' : 'record the definitions of RabbitMQ',
    check: sh`cd "$RP/state" && sha256sum --quiet -c ${file}.SHA256SUMS`,
    run: sh`
      mkdir -p "$RP/state"; cd "$RP/state"
      ${
        options.what === 'HAProxy'
          ? sh`echo 'show servers state' | socat stdio ${options.socket} > ${file}.part`
          : sh`rabbitmqctl -q export_definitions - > ${file}.part`
      }
      test -s ${file}.part
      mv ${file}.part ${file}
      sha256sum ${file} > ${file}.SHA256SUMS.part && mv ${file}.SHA256SUMS.part ${file}.SHA256SUMS
    `,
    effects: [{ kind: 'thing', thing: `restore point: state of ${what}`, exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 120,
    requirements: ['R-OPS-9'],
  });
}

/** Nobody but this run installs packages on the host while it lasts (trap 20). */
export const quietApt: Change = change({
  id: 'host/quiet-apt',
  title: 'keep others from installing packages',
  check: sh`
    test -s ${quietAptFile.path}
    for unit in ${autoUpgradeUnits}; do ! systemctl -q is-active "$unit" || { echo "$unit is active"; exit 1; }; done
  `,
  run: sh`
    mkdir -p "$RP/host"
    test -e "$RP/host/timers" || for unit in ${autoUpgradeUnits}; do systemctl -q is-active "$unit" && echo "$unit"; done > "$RP/host/timers" || true
    umask 022
    printf %s ${quietAptFile.content} > ${quietAptFile.path}
    for unit in ${autoUpgradeUnits}; do ! systemctl -q is-active "$unit" || systemctl stop "$unit"; done
  `,
  effects: [{ kind: 'thing', thing: 'guard: apt', exists: true }],
  onInterrupted: 'rerun',
  timeoutSeconds: 120,
  requirements: ['R-OPS-70', 'trap 20'],
});

export const unquietApt: Change = change({
  id: 'host/unquiet-apt',
  title: 'let others install packages again, timers as before',
  check: sh`
    test ! -e ${quietAptFile.path}
    for unit in $(cat "$RP/host/timers" 2>/dev/null); do systemctl -q is-active "$unit"; done
  `,
  run: sh`
    rm -f ${quietAptFile.path}
    for unit in $(cat "$RP/host/timers" 2>/dev/null); do systemctl start "$unit"; done
  `,
  effects: [{ kind: 'thing', thing: 'guard: apt', exists: false }],
  onInterrupted: 'rerun',
  timeoutSeconds: 120,
  requirements: ['trap 20'],
});

/** Sums over the files, written last: they are there only when all before them is. */
function sealed(files: ShellText): ShellText {
  return sh`sha256sum ${files} > ${raw('SHA256SUMS.part')} && mv SHA256SUMS.part SHA256SUMS`;
}
