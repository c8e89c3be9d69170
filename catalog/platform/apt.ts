import { sh, type ShellText } from '../../shell/sh';

/** All that the product keeps on a host lies here (0711; what holds secrets is 0700 below it). */
export const stateDirectory = '/var/lib/openstack-upgrade';
export const surveyDirectory = `${stateDirectory}/survey`;

/**
 * The same options in every simulation and in the real run, so that what was simulated is what happens (R-OPS-38).
 * confdef and confold keep an operator's configuration (R-OPS-39); 60 s are given to whoever holds dpkg's lock;
 * phased updates are decided per machine-id and would give two hosts two answers (E.7).
 */
export const aptOptions = sh`-y --allow-change-held-packages --no-install-recommends -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=60 -o APT::Get::Always-Include-Phased-Updates=true -o APT::Get::AutomaticRemove=false`;

/**
 * Downloads a package of the target and unpacks it below the survey's directory, where the script is then; it is never installed. Several
 * readers of a survey look into the same package: the first one brings it. `name`: or a shell word.
 */
export function unpackedTarget(name: string | ShellText): ShellText {
  return sh`
    cd ${surveyDirectory}
    APT_CONFIG=${surveyDirectory}/apt.conf; export APT_CONFIG
    if ! test -d unpacked/${name}; then
      mkdir -p debs unpacked
      rm -rf debs/${name}_*.deb unpacked.part
      ( cd debs && apt-get -q download ${name} >/dev/null 2>&1 )
      dpkg-deb -x debs/${name}_*.deb unpacked.part
      mv unpacked.part unpacked/${name}
    fi
  `;
}

/** Nothing may ask a terminal that is not there (trap 21), and nothing may restart a service behind our back. */
export const aptEnvironment = sh`UPGRADE_OVERRIDE=1 DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 NEEDRESTART_MODE=l UCF_FORCE_CONFFOLD=1 APT_LISTCHANGES_FRONTEND=none APT_LISTBUGS_FRONTEND=none`;

/** Keeps packages that no run has upgraded where they are; it outlives the run. */
export const otherPinsFile = '/etc/apt/preferences.d/openstack-upgrade-others';

/** Units that install packages by themselves; a stopped timer is back after a reboot, hence the file below as well. */
export const autoUpgradeUnits: readonly string[] = [
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'unattended-upgrades.service',
];

/**
 * Refuses foreign apt runs while the upgrade owns the host. No escaped quotes: apt.conf knows no escapes and would let
 * everything pass (E.7). dpkg called directly is not covered.
 */
export const quietAptFile = {
  path: '/etc/apt/apt.conf.d/99-openstack-upgrade',
  content: `APT::Periodic::Enable "0";
DPkg::Pre-Invoke { "test x$UPGRADE_OVERRIDE != x || { echo 'an OpenStack upgrade owns apt on this host (UPGRADE_OVERRIDE=1 passes)' >&2; exit 1; }"; };
`,
} as const;
