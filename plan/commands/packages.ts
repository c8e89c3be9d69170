import { aptEnvironment, aptOptions } from '../../catalog/platform/apt';
import type { PassiveAnswer } from '../../catalog/service';
import type { Change, PackageChange, Probe } from '../../schema/plan';
import { hereDocument, lines, sh, type ShellText } from '../../shell/sh';
import { change, probe } from '../change';
import { programPath } from './programs';

const policyFile = '/usr/sbin/policy-rc.d';
const policyText =
  '#!/bin/sh\n# OpenStack upgrade: packages start nothing; removed when the run is resolved.\nexit 101\n';
export const sourceFile = '/etc/apt/sources.list.d/openstack-upgrade.sources';
export const pinFile = '/etc/apt/preferences.d/openstack-upgrade';

/** Packages start and restart nothing: new code must not run before its schema is there (E.7, trap 10). */
export const noAutoStart: Change = change({
  id: 'packages/no-auto-start',
  title: 'keep packages from starting services',
  check: sh`
    cmp -s ${policyFile} - ${hereDocument({ content: policyText })}
    test -x ${policyFile}
  `,
  run: sh`
    mkdir -p "$RP/host"
    test -e "$RP/host/policy-rc.d" || test ! -e ${policyFile} || cp -p ${policyFile} "$RP/host/policy-rc.d"
    cat > ${policyFile} ${hereDocument({ content: policyText })}
    chmod 0755 ${policyFile}
  `,
  effects: [{ kind: 'thing', thing: 'guard: policy-rc.d', exists: true }],
  onInterrupted: 'rerun',
  timeoutSeconds: 60,
  requirements: ['R-OPS-73', 'trap 10'],
});

export const autoStartAgain: Change = change({
  id: 'packages/auto-start-again',
  title: 'restore policy-rc.d',
  check: sh`if test -e "$RP/host/policy-rc.d"; then cmp -s "$RP/host/policy-rc.d" ${policyFile}; else test ! -e ${policyFile}; fi`,
  run: sh`if test -e "$RP/host/policy-rc.d"; then cp -p "$RP/host/policy-rc.d" ${policyFile}; else rm -f ${policyFile}; fi`,
  effects: [{ kind: 'thing', thing: 'guard: policy-rc.d', exists: false }],
  onInterrupted: 'rerun',
  timeoutSeconds: 60,
  requirements: ['trap 10'],
});

/** Maintainer scripts neither migrate nor rewrite anything by themselves (fact 9, trap 9). */
export function passivePackages(options: { answers: readonly PassiveAnswer[] }): Change {
  const selections = options.answers.map(({ package: name, question }) => `${name} ${question} boolean false`);
  const names = [...new Set(options.answers.map((answer) => answer.package))];
  const questions = options.answers.map(({ question }) => question);
  return change({
    id: 'packages/passive',
    title: 'keep packages from migrating databases',
    check: sh`
      for package in ${names}; do debconf-show "$package"; done > "$RUN/debconf"
      for question in ${questions}; do ! grep "$question: true" "$RUN/debconf" || exit 1; done
    `,
    run: sh`debconf-set-selections ${hereDocument({ content: selections.join('\n') })}`,
    effects: [{ kind: 'thing', thing: 'guard: debconf answers', exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['fact 9', 'trap 9'],
  });
}

/**
 * The target's source, each package of the set pinned to its exact version, the previous release's entry off
 * (R-OPS-37). Never touches the distribution's own entries.
 */
export function targetSource(options: {
  deb822: string;
  packages: readonly PackageChange[];
  pin: number;
  /** deb822 text of the installed release's source. Undefined: the cloud file names none, and its entries stay on. */
  previous: string | undefined;
}): Change {
  const { deb822, previous } = options;
  const pins = options.packages
    .map(({ name, target }) => `Package: ${name}\nPin: version ${target}\nPin-Priority: ${String(options.pin)}\n`)
    .join('\n');
  const first = options.packages[0];
  const source = hereDocument({ content: deb822 });
  return change({
    id: 'packages/source',
    title: 'use the target package source',
    check: sh`
      cmp -s ${sourceFile} - ${source}
      cmp -s ${pinFile} - ${hereDocument({ content: pins })}
      apt-cache policy ${first?.name ?? ''} | grep -qF ${`Candidate: ${first?.target ?? ''}`}
    `,
    run: sh`
      umask 022
      if test -e "$RP/source-before" || test ! -e ${sourceFile} || cmp -s ${sourceFile} - ${source}
      then :
      else cp -p ${sourceFile} "$RP/source-before"
      fi
      cat > ${sourceFile} ${source}
      cat > ${pinFile} ${hereDocument({ content: pins })}
      ${previous === undefined ? sh`:` : previousOff({ previous, target: deb822 })}
      for attempt in 1 2 3; do
        ${aptEnvironment} apt-get -q -o APT::Update::Error-Mode=any update && break
        test $attempt -lt 3; sleep 10
      done
    `,
    effects: [
      { kind: 'thing', thing: 'helper: target package source', exists: true },
      { kind: 'thing', thing: 'guard: exact pins', exists: true },
    ],
    onInterrupted: 'rerun',
    timeoutSeconds: 600,
    requirements: ['R-OPS-37'],
  });
}

/**
 * Takes the exact pins away once the run is resolved: they would keep point releases out, and tell the next upgrade that there is nothing
 * to do. The source stays where it is the installed release's now. Where a run was given up before its packages came, the one from before is
 * restored: without pins and holds the next unattended upgrade would install them, and nobody would migrate.
 */
export function pinsAway(options: { packages: readonly PackageChange[]; deb822: string }): Change {
  const isTarget = sh`cmp -s ${sourceFile} - ${hereDocument({ content: options.deb822 })}`;
  const isUpgraded = versionsAre(options.packages);
  return change({
    id: 'packages/pins-away',
    title: 'take the exact pins away, and the target source where its packages are not installed',
    check: sh`
      test ! -e ${pinFile}
      if ${isTarget}
      then
      ${isUpgraded}
      fi
    `,
    run: sh`
      if (
      ${isUpgraded}
      ) >/dev/null 2>&1 || test ! -e ${sourceFile}
      then :
      elif ${isTarget}
      then if test -e "$RP/source-before"; then cp -p "$RP/source-before" ${sourceFile}; else rm -f ${sourceFile}; fi
      fi
      rm -f ${pinFile}
    `,
    effects: [{ kind: 'thing', thing: 'guard: exact pins', exists: false }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-OPS-37', 'R-OPS-70'],
  });
}

/** Entry by entry: other repositories of the same file stay on. `$RP/changed-sources` is what the way back restores. */
function previousOff({ previous, target }: { previous: string; target: string }): ShellText {
  return sh`python3 ${programPath('source-entries')} /etc/apt ${previous} ${target} "$RP/changed-sources"`;
}

/** What apt would do now is what was approved, word for word; else the cloud is not the one that was planned for. */
export function simulateAgain(options: { packages: readonly PackageChange[] }): Probe {
  const expected = options.packages.map(({ name, target }) => `${name} ${target}`).sort();
  return probe({
    id: 'packages/simulate',
    title: 'apt would do exactly what was approved',
    script: sh`
      cat > "$RUN/expected" ${hereDocument({ content: expected.join('\n') })}
      ${aptEnvironment} apt-get -s ${aptOptions} install ${wordsOf(options.packages)} > "$RUN/simulated"
      awk '$1 == "Remv" { print "would remove " $2 } $1 == "Inst" { sub(/\\(/, "", $0); print $2, ($3 ~ /^\\[/ ? $4 : $3) }' "$RUN/simulated" | sort > "$RUN/would"
      LC_ALL=C sort -o "$RUN/expected" "$RUN/expected"
      diff "$RUN/expected" "$RUN/would"
      echo ${`${String(expected.length)} packages, as approved`}
    `,
    timeoutSeconds: 120,
    remedy: 'the package source or the holds have changed: fix that, or abort and start a new run.',
    requirements: ['R-OPS-38', 'trap 42'],
  });
}

/** Exact versions in one transaction, configuration kept, services left alone (R-OPS-39, fact 14). */
export function install(options: { packages: readonly PackageChange[] }): Change {
  return change({
    id: 'packages/install',
    title: `install ${String(options.packages.length)} packages at their exact versions`,
    check: lines(versionsAre(options.packages), sh`test -z "$(dpkg --audit)"`),
    run: sh`
      ${aptEnvironment} dpkg --configure -a --force-confdef --force-confold
      ${aptEnvironment} apt-get ${aptOptions} --no-download -o Dir::Cache::archives="$POOL/new/" install ${wordsOf(options.packages)}
      dpkg-query -W -f='\${db:Status-Abbrev}\\t\${binary:Package}\\t\${Version}\\t\${Architecture}\\t\${source:Package}\\t\${source:Version}\\n' > "$RUN/versions"
      diff "$RP/packages/versions" "$RUN/versions" > "$RUN/changed-packages" || test $? -eq 1
    `,
    effects: [{ kind: 'code', release: 'target' }],
    onInterrupted: 'check',
    whenUnknown: lines(
      sh`pgrep -ax 'apt-get|dpkg' && { echo 'a package transaction runs on this host'; exit 1; }`,
      versionsAre(options.packages),
      sh`dpkg --audit | head -n 5; test -z "$(dpkg --audit)"`,
    ),
    timeoutSeconds: 3600,
    requirements: ['R-OPS-38', 'R-OPS-39', 'trap 19', 'trap 21', 'trap 43'],
  });
}

/** Every package of the set has exactly the approved version and is configured. */
export function versionsAre(packages: readonly PackageChange[]): ShellText {
  const rows = packages.map(({ name, target }) => `${name} ${target}`).join('\n');
  return sh`
    while read -r package version; do
      test "$(dpkg-query -W -f='\${db:Status-Status} \${Version}' "$package")" = "installed $version" || { echo "$package is not at $version"; exit 1; }
    done ${hereDocument({ content: rows })}
  `;
}

export function versionsProbe(options: { packages: readonly PackageChange[] }): Probe {
  return probe({
    id: 'verify/versions',
    title: 'every package is at its exact version',
    script: lines(
      versionsAre(options.packages),
      sh`echo ${`${String(options.packages.length)} packages at their approved versions`}`,
    ),
    proves: [{ kind: 'code', release: 'target' }],
    remedy: 'install the version that is named, then retry.',
    requirements: ['R-OPS-43'],
  });
}

/** Nobody upgrades the set by accident; packages that apt had brought along stay marked so (R-OPS-70, E.4). */
export function hold(options: { id: string; packages: readonly PackageChange[] }): Change {
  const names = options.packages.map(({ name }) => name);
  return change({
    id: options.id,
    title: 'hold the packages at these versions',
    check: sh`
      apt-mark showhold | sort > "$RUN/held"
      for package in ${names}; do grep -qx "$package" "$RUN/held"; done
    `,
    run: sh`
      apt-mark -q hold ${names}
      for package in ${names}; do grep -qx "$package" "$RP/packages/manual" || echo "$package"; done > "$RUN/auto"
      test ! -s "$RUN/auto" || xargs apt-mark -q auto < "$RUN/auto"
    `,
    effects: [{ kind: 'thing', thing: 'guard: holds', exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-OPS-70'],
  });
}

export function holdsAsBefore(options: { packages: readonly PackageChange[] }): Change {
  const names = options.packages.map(({ name }) => name);
  return change({
    id: 'packages/holds-as-before',
    title: 'hold only what was held before',
    check: sh`
      apt-mark showhold | sort > "$RUN/held"
      sort "$RP/packages/holds" > "$RUN/held-before"
      cmp -s "$RUN/held" "$RUN/held-before"
    `,
    run: sh`
      apt-mark -q unhold ${names}
      test ! -s "$RP/packages/holds" || xargs apt-mark -q hold < "$RP/packages/holds"
    `,
    effects: [{ kind: 'thing', thing: 'guard: holds', exists: false }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-OPS-70'],
  });
}

function wordsOf(packages: readonly PackageChange[]): string[] {
  return packages.map(({ name, target }) => `${name}=${target}`);
}
