import { aptEnvironment, aptOptions, otherPinsFile } from '../../catalog/platform/apt';
import { listed } from '../../schema/names';
import type { Change, PackageChange, Probe } from '../../schema/plan';
import { hereDocument, lines, raw, sh, type ShellText } from '../../shell/sh';
import { change, probe } from '../change';
import { withoutLeftAlone } from './changed-since';
import { uncompressed } from './compression';
import { pinFile, sourceFile, versionsAre } from './packages';

/** The packages of a set as they were: versions to return to, and names that were not there. */
interface Recorded {
  readonly old: readonly PackageChange[];
  readonly fresh: readonly string[];
}

function recorded(packages: readonly PackageChange[]): Recorded {
  return {
    old: packages.flatMap(({ name, installed }) =>
      installed === null ? [] : [{ name, installed, target: installed }],
    ),
    fresh: packages.filter(({ installed }) => installed === null).map(({ name }) => name),
  };
}

const archive = uncompressed(sh`"$RP"/config/config.tar`);

/**
 * The sources and pins that the restore point has. Lists are fetched again, and it does not matter when they cannot be:
 * what is installed on the way back lies on the host (R-OPS-66, R-OPS-70).
 */
export const previousSource: Change = change({
  id: 'back/source',
  title: 'use the package source from before',
  check: sh`
    ${aptBefore()}
    for file in ${[sourceFile, pinFile, otherPinsFile]} $(cat "$RP/changed-sources" 2>/dev/null); do
      if test -e "$RUN/before$file"; then cmp -s "$RUN/before$file" "$file"; else test ! -e "$file"; fi
    done
  `,
  run: sh`
    ${aptBefore()}
    for file in ${[sourceFile, pinFile, otherPinsFile]} $(cat "$RP/changed-sources" 2>/dev/null); do
      if test -e "$RUN/before$file"; then cp -p "$RUN/before$file" "$file"; else rm -f "$file"; fi
    done
    ${aptEnvironment} apt-get -q -o APT::Update::Error-Mode=any update || echo 'the package lists could not be fetched; the rollback does not need them'
  `,
  effects: [{ kind: 'thing', thing: 'helper: target package source', exists: false }],
  onInterrupted: 'rerun',
  timeoutSeconds: 600,
  requirements: ['R-OPS-70'],
});

/** /etc/apt of the restore point, in `$RUN/before`. */
function aptBefore(): ShellText {
  return sh`
    rm -rf "$RUN/before"; mkdir -p "$RUN/before"
    ${archive} | tar -xf - -C "$RUN/before" etc/apt
  `;
}

/**
 * What a rollback puts back on this host is as it was kept: a damaged archive would be found out only once everything is stopped, and
 * apt reads of a package no more than its head before it unpacks it (R-OPS-58).
 */
export function keptFiles(options: { packages: readonly PackageChange[] }): Probe {
  const { old } = recorded(options.packages);
  const places = [sh`"$RP/config"`, sh`"$RP/packages"`, ...(old.length === 0 ? [] : [sh`"$POOL/old"`])];
  return probe({
    id: 'rollback/kept-files',
    title: 'the recorded configuration and packages are as they were kept',
    script: sh`
      for place in ${places}; do
        ( cd "$place"; sha256sum --quiet -c SHA256SUMS )
      done
      ${archive} | tar -tf - > /dev/null
      echo ${`the configuration and ${String(old.length)} packages as they were kept`}
    `,
    timeoutSeconds: 300,
    remedy:
      'bring damaged files back from the second copy with openstack-upgrade restore-points fetch, and packages from another host that kept them; nothing was stopped for the rollback yet.',
    requirements: ['R-OPS-58', 'R-OPS-66'],
  });
}

/** What apt would do is to put back what this run replaced, and nothing else. */
export function simulateBack(options: { packages: readonly PackageChange[] }): Probe {
  const { old, fresh } = recorded(options.packages);
  const expected = [...old.map(({ name, target }) => `Inst ${name} ${target}`), ...fresh.map((name) => `Remv ${name}`)];
  return probe({
    id: 'back/simulate',
    title: 'apt would restore exactly what this run replaced',
    script: sh`
      cat > "$RUN/expected-back" ${hereDocument({ content: expected.join('\n') })}
      ${transaction({ fresh, simulated: true })} > "$RUN/simulated-back"
      awk '$1 == "Remv" { print $1, $2 } $1 == "Inst" { sub(/\\(/, "", $0); print $1, $2, ($3 ~ /^\\[/ ? $4 : $3) }' "$RUN/simulated-back" > "$RUN/would-back"
      grep -vxF -f "$RUN/expected-back" "$RUN/would-back" > "$RUN/beside" || true
      test ! -s "$RUN/beside" || { echo "apt would do this beside what was recorded: $(paste -sd ';' "$RUN/beside")"; exit 1; }
      echo "$(wc -l < "$RUN/would-back") of ${String(expected.length)} packages are downgraded, the others are in place"
    `,
    timeoutSeconds: 120,
    remedy: 'the kept packages are in the pool of the run; nothing was restored yet. Find what apt names, then retry.',
    requirements: ['R-OPS-67', 'trap 17'],
  });
}

/**
 * Every recorded version in one transaction, from the .debs that were kept; what the target release brought goes. Never
 * purged: that would delete configuration and data (E.4).
 */
export function installBack(options: { packages: readonly PackageChange[] }): Change {
  const { old, fresh } = recorded(options.packages);
  const names = old.map(({ name }) => name);
  const holds = lines(versionsAre(old), none(fresh), sh`test -z "$(dpkg --audit)"`);
  return change({
    id: 'back/packages',
    title: `put ${String(old.length)} packages back at their recorded versions`,
    check: holds,
    run: sh`
      ( cd "$POOL/old" && sha256sum --quiet -c SHA256SUMS )
      ${aptEnvironment} dpkg --configure -a --force-confdef --force-confold
      ${transaction({ fresh, simulated: false })}
      for package in ${names}; do ! grep -qx "$package" "$RP/packages/auto" || echo "$package"; done > "$RUN/auto-back"
      test ! -s "$RUN/auto-back" || xargs apt-mark -q auto < "$RUN/auto-back"
      apt-mark -q hold ${names}
    `,
    effects: [{ kind: 'code', release: 'installed' }],
    onInterrupted: 'check',
    whenUnknown: lines(
      sh`pgrep -ax 'apt-get|dpkg' && { echo 'a package transaction runs on this host'; exit 1; }`,
      versionsAre(old),
      sh`dpkg --audit | head -n 5; test -z "$(dpkg --audit)"`,
    ),
    timeoutSeconds: 3600,
    requirements: ['R-OPS-66', 'R-OPS-67', 'R-OPS-69', 'fact 6', 'trap 17'],
  });
}

/**
 * By path: no source has to offer the old versions any more, and `_apt` need not read below a closed directory (E.5).
 * Not `--no-download`: with it apt installs no file by its path ("Unable to fetch some archives"), and a path is fetched
 * from no network anyway.
 */
function transaction(options: { fresh: readonly string[]; simulated: boolean }): ShellText {
  const gone = options.fresh.map((name) => `${name}-`);
  const apt = options.simulated ? sh`apt-get -s` : sh`apt-get`;
  return sh`${aptEnvironment} ${apt} ${aptOptions} --allow-downgrades install "$POOL"/old/*.deb ${gone}`;
}

function none(names: readonly string[]): ShellText {
  if (names.length === 0) return sh`:`;
  return sh`
    for package in ${names}; do
      case $(dpkg-query -W -f='\${db:Status-Status}' "$package" 2>/dev/null) in installed) echo "$package is still installed"; exit 1 ;; esac
    done
  `;
}

/**
 * What the packages have put in /etc and the archive does not have, in `$RUN/beside-configuration`: what dpkg and ucf wrote beside the
 * files that are restored (`polling.yaml.dpkg-dist`), in the upgrade and in the rollback, and configuration files that only the target
 * release brings, as long as nobody changed them. Nothing beside a file that is left as others made it.
 */
function besideConfiguration({ names }: { names: readonly string[] }): ShellText {
  return sh`
    ( cd / && while read -r file; do
      for beside in "$file".dpkg-* "$file".ucf-*; do test ! -f "$beside" || echo "$beside"; done
    done ) < "$RUN/configuration-back" > "$SCRATCH/beside"
    { dpkg-query -W -f='\${Conffiles}\\n' ${names} 2>/dev/null || true; } | awk 'NF > 1 { print $2 "  " $1 }' > "$SCRATCH/brought"
    { md5sum -c "$SCRATCH/brought" 2>/dev/null || true; } | sed -n 's,^/\\(.*\\): OK$,\\1,p' >> "$SCRATCH/beside"
    grep -vxF -f "$RUN/archived" "$SCRATCH/beside" | sort -u > "$RUN/beside-configuration" || true
  `;
}

/**
 * Configuration byte for byte, with owners, modes and times: everything below the services' directories, and every
 * configuration file that the packages own, and what was patched in them. What is replaced is kept. What others added
 * or changed after the run, and the run did not change, stays (R-OPS-62). What the packages put beside these files goes.
 */
export function configurationBack(options: {
  /** One host may be put back twice on the way: its files after its packages, and again from another vhost. */
  id: string;
  directories: readonly string[];
  /** Keys that rotate on their own: a token or a credential of today cannot be read with those of then (trap 45). */
  keys: readonly string[];
  packages: readonly PackageChange[];
}): Change {
  const { old, fresh } = recorded(options.packages);
  const names = old.map(({ name }) => name);
  const prefixes = options.directories.map((directory) => `${directory.replace(/^\//, '')}/`);
  const rotating = options.keys.map((directory) => `${directory.replace(/^\//, '')}/`);
  const wanted = sh`
    ${archive} | tar -tf - > "$RUN/archived"
    dpkg-query -W -f='\${Conffiles}\\n' ${names} | awk 'NF > 1 { sub("^/", "", $1); print $1 }' | sort -u > "$RUN/conffiles"
    { awk -v prefixes=${prefixes.join(' ')} 'BEGIN { n = split(prefixes, p, " ") } { for (i = 1; i <= n; i++) if (index($0, p[i]) == 1) print }' "$RUN/archived"
      grep -Fx -f "$RUN/conffiles" "$RUN/archived" || true
      cat "$RP/config/patched"
    } | grep -v '/$' | awk -v keys=${rotating.join(' ')} 'BEGIN { n = split(keys, k, " ") } { for (i = 1; i <= n; i++) if (index($0, k[i]) == 1) next; print }' | sort -u > "$RUN/configuration-back"
    test -s "$RUN/configuration-back"
    ${withoutLeftAlone({ archive, files: sh`"$RUN/configuration-back"` })}
    ${besideConfiguration({ names: [...names, ...fresh] })}
  `;
  return change({
    id: options.id,
    title: `restore the configuration below ${listed(options.directories)}`,
    check: sh`
      ${wanted}
      ${archive} | tar --numeric-owner -df - -C / -T "$RUN/configuration-back"
      test ! -s "$RUN/beside-configuration" || { echo 'packages have put these files there:'; cat "$RUN/beside-configuration"; exit 1; }
    `,
    run: sh`
      ${wanted}
      mkdir -p "$RP/failed"
      ${raw('( cd / && while read -r file; do test ! -e "$file" || echo "$file"; done )')} < "$RUN/configuration-back" > "$RUN/configuration-now"
      cat "$RUN/beside-configuration" >> "$RUN/configuration-now"
      test -e "$RP/failed/config.tar" || { tar --xattrs --acls --numeric-owner -C / -T "$RUN/configuration-now" -cf "$RP/failed/config.tar.part" && mv "$RP/failed/config.tar.part" "$RP/failed/config.tar"; }
      ${archive} | tar --numeric-owner -df - -C / -T "$RUN/configuration-back" || true
      ${archive} | tar --xattrs --acls --numeric-owner -C / -xpf - -T "$RUN/configuration-back"
      ( cd / && while read -r file; do rm -f "$file"; done ) < "$RUN/beside-configuration"
      test ! -s "$RUN/beside-configuration" || { echo 'put there by packages, and removed:'; cat "$RUN/beside-configuration"; }
      test ! -s "$RUN/left-alone" || { echo 'changed by others since the run, and left as it is:'; cat "$RUN/left-alone"; }
      test ! -s "$RUN/changed-by-both" || { echo "changed by the run and by others since, restored; what others made of it is in $RP/failed/config.tar:"; cat "$RUN/changed-by-both"; }
    `,
    effects: [{ kind: 'configuration', below: options.directories }],
    onInterrupted: 'rerun',
    timeoutSeconds: 300,
    requirements: ['R-OPS-62', 'R-OPS-71', 'trap 45'],
  });
}

/**
 * Every package is as that run found it, or as it left it, or on the way between: a later upgrade would be taken back with it, unseen,
 * over more than one release (R-OPS-66).
 */
export function versionsOfRun(options: { packages: readonly PackageChange[] }): Probe {
  const words = options.packages.map(({ name, installed, target }) => `${name}=${installed ?? ''}=${target}`);
  return probe({
    id: 'rollback/versions-of-run',
    title: 'every package is at a version of the run that is rolled back',
    script: sh`
      for one in ${words}; do
        name=\${one%%=*}; versions=\${one#*=}
        now=$(dpkg-query -W -f='\${Version}' "$name" 2>/dev/null) || now=
        case $now in ''|"\${versions%%=*}"|"\${versions#*=}") ;; *) echo "$name is at $now, and that run knew \${versions%%=*} and \${versions#*=}"; exit 1 ;; esac
      done
      echo ${`${String(words.length)} packages as that run found or left them`}
    `,
    remedy:
      'roll back the newest run first. A security update since: install the version that the run left, then retry.',
    requirements: ['R-OPS-66', 'R-OPS-68'],
  });
}

/** Every recorded version is there, nothing that the target release brought, nothing half configured. */
export function versionsBack(options: { packages: readonly PackageChange[] }): Probe {
  const { old, fresh } = recorded(options.packages);
  return probe({
    id: 'back/versions',
    title: 'every package is at the version that it had before the run',
    script: lines(
      versionsAre(old),
      none(fresh),
      sh`test -z "$(dpkg --audit)"; echo ${`${String(old.length)} packages as recorded`}`,
    ),
    proves: [{ kind: 'code', release: 'installed' }],
    remedy: 'install the version that is named from the pool of the run, then retry.',
    requirements: ['R-OPS-71'],
  });
}

/** The source of the target is off and the holds are there: the next unattended upgrade leaves the packages alone (R-OPS-70). */
export function nothingUpgrades(options: { packages: readonly PackageChange[] }): Probe {
  const { old } = recorded(options.packages);
  return probe({
    id: 'back/nothing-upgrades',
    title: 'apt-get dist-upgrade would leave every restored package',
    script: sh`
      ${aptEnvironment} apt-get -q -s -y -o APT::Get::Always-Include-Phased-Updates=true dist-upgrade > "$RUN/dist-upgrade-back"
      for package in ${old.map(({ name }) => name)}; do
        ! grep -q "^Inst $package " "$RUN/dist-upgrade-back" || { echo "apt would upgrade $package"; exit 1; }
      done
      echo ${`${String(old.length)} packages stay`}
    `,
    timeoutSeconds: 120,
    remedy: 'hold the package that is named (apt-mark hold), and take the source of the next series away, then retry.',
    requirements: ['R-OPS-70'],
  });
}
