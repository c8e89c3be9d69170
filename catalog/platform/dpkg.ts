import { sh } from '../../shell/sh';
import { linesOf, reasonOf, rowsOf, wellRead, type Reader } from '../reader';
import { autoUpgradeUnits } from './apt';

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  /** dpkg's wish and state: `ii` installed and wanted so, `hi` installed and held. */
  readonly state: string;
}

/** The guide's `dpkg --get-selections` has no versions; this has (E.1). */
export const installedPackages: Reader<InstalledPackage[]> = {
  script: sh`dpkg-query -W -f='\${db:Status-Abbrev}\\t\${binary:Package}\\t\${Version}\\t\${source:Package}\\n'`,
  parse: (printed) =>
    rowsOf(wellRead({ printed, what: 'The list of installed packages' }))
      .map(([state = '', name = '', version = '', source = '']) => ({ name, version, source, state: state.trim() }))
      .filter(({ state }) => state[1] === 'i'),
};

export interface AptFacts {
  /** What `dpkg --audit` complains about: empty when every package is complete (trap 19). */
  readonly audit: string;
  readonly holds: readonly string[];
  /** Who holds dpkg's lock now: `1234 unattended-upgr`. Null: nobody (trap 20). */
  readonly lockHolder: string | null;
  /** Where dpkg is told to overwrite configuration: it wins over our confold (E.7). */
  readonly forceConf: readonly string[];
  /** Debconf questions that are true although they must be false (trap 9). */
  readonly activeQuestions: readonly string[];
  /** Timers and services that upgrade packages by themselves and are active now. */
  readonly activeTimers: readonly string[];
}

/** It says on stderr what it thinks of other people's packages (`missing 'Maintainer' field`): no package is worse for that. */
export const audit: Reader<string> = {
  script: sh`dpkg --audit`,
  parse: (printed) => printed.stdout.trim() || (printed.exitCode === 0 ? '' : reasonOf(printed)),
};

export const holds: Reader<string[]> = {
  script: sh`apt-mark showhold`,
  parse: (printed) => linesOf(wellRead({ printed, what: 'The list of held packages' })),
};

const dpkgLocks = ['/var/lib/dpkg/lock-frontend', '/var/lib/dpkg/lock'];

/** Who holds the lock of dpkg: `1234 unattended-upgr`. Null: nobody (trap 20). */
export const lockHolder: Reader<string | null> = lockHolderOf({ files: dpkgLocks });

/**
 * dpkg takes POSIX record locks, which `flock` does not see. The kernel is asked for each file who would stand in the way: its list in
 * /proc/locks was read without an entry that was there. Perl, because dpkg depends on it; the record is `struct flock` of 64-bit machines.
 */
export function lockHolderOf({ files }: { readonly files: readonly string[] }): Reader<string | null> {
  return {
    script: sh`
      set -e
      pids=$(perl -MFcntl -e '
        for my $file (@ARGV) {
          next unless -e $file;
          open(my $opened, "<", $file) or die "$file: $!\\n";
          my $lock = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0);
          fcntl($opened, F_GETLK, $lock) or die "$file: $!\\n";
          my ($type, $pid) = (unpack("s s x4 q q i", $lock))[0, 4];
          print "$pid\\n" if $type != F_UNLCK;
        }' ${files})
      for pid in $pids; do echo "$pid $(cat "/proc/$pid/comm" 2>/dev/null || echo 'a process')"; done
    `,
    parse: (printed) => linesOf(wellRead({ printed, what: 'Who holds the lock of dpkg' }))[0] ?? null,
  };
}

/** Both places in which a host keeps such options: dpkg's own files, and what apt hands on to dpkg. */
export const forceConf: Reader<string[]> = {
  script: sh`
    grep -rsH '^[[:space:]]*force-' /etc/dpkg/dpkg.cfg /etc/dpkg/dpkg.cfg.d
    apt-config dump DPkg::Options | sed -n 's/^DPkg::Options[^"]*"--\\(force-.*\\)";$/DPkg::Options of apt:\\1/p'
    true
  `,
  parse: ({ stdout }) => linesOf(stdout).filter(overwritesConfiguration),
};

/** dpkg reads no file of dpkg.cfg.d with other letters in its name (dpkg(1)). */
const readByDpkg = /^(?:DPkg::Options of apt|\/etc\/dpkg\/dpkg\.cfg(?:\.d\/[A-Za-z0-9_-]+)?):\s*force-([\w,-]+)/;

/** `confold` and `confdef` are what the run says, too; `confmiss` and `all` bring back what somebody has removed. */
function overwritesConfiguration(line: string): boolean {
  const words = readByDpkg.exec(line)?.[1]?.split(',') ?? [];
  return words.some((word) => ['confnew', 'confmiss', 'confask', 'all'].includes(word));
}

export function activeQuestions(options: {
  questions: readonly { readonly package: string; readonly question: string }[];
}): Reader<string[]> {
  const packages = [...new Set(options.questions.map((answer) => answer.package))];
  const wanted = options.questions.map(({ question }) => question);
  return {
    script: sh`for package in ${packages}; do debconf-show "$package" 2>/dev/null; done; true`,
    parse: ({ stdout }) =>
      linesOf(stdout)
        .map((line) => /^\*?\s*(\S+): (\S+)/.exec(line))
        .filter((match) => match?.[2] === 'true' && wanted.includes(match[1] ?? ''))
        .map((match) => match?.[1] ?? ''),
  };
}

export const activeTimers: Reader<string[]> = {
  script: sh`for unit in ${autoUpgradeUnits}; do systemctl -q is-active "$unit" && echo "$unit"; done; true`,
  parse: ({ stdout }) => linesOf(stdout),
};
