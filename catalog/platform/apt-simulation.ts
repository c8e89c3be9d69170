import { hereDocument, sh } from '../../shell/sh';
import { linesOf, type Printed, type Reader } from '../reader';
import { aptOptions, surveyDirectory } from './apt';

/** What apt would do on one host to bring the set to the target series. */
export interface SimulatedUpgrade {
  readonly installs: readonly SimulatedInstall[];
  readonly removes: readonly string[];
  /** Apt's own words when it refused. Null: it would work. */
  readonly refusal: string | null;
}

export interface SimulatedInstall {
  readonly name: string;
  readonly installed: string | null;
  readonly target: string;
}

/**
 * Simulates the upgrade of a host's own packages against the target source, in lists of its own, so that nothing on
 * the host changes. With it a survey begins anew: what an earlier one unpacked may be of another target. The answer holds every library that must come along (fact 14) with its exact version.
 */
export function simulation(options: {
  sourcePackages: readonly string[];
  targetSource: string;
}): Reader<SimulatedUpgrade> {
  return {
    script: sh`
      set -e
      cd ${surveyDirectory}
      rm -rf sources.d preferences.d unpacked; mkdir -p sources.d preferences.d lists/partial archives/partial
      cp /etc/apt/sources.list.d/* sources.d/ 2>/dev/null || true
      cp /etc/apt/preferences.d/* preferences.d/ 2>/dev/null || true
      rm -f preferences.d/openstack-upgrade*
      cat > sources.d/target.sources ${hereDocument({ content: options.targetSource })}
      cat > apt.conf ${hereDocument({ content: surveyAptConf })}
      APT_CONFIG=${surveyDirectory}/apt.conf; export APT_CONFIG
      apt-get -q -o APT::Update::Error-Mode=any update >update.log 2>&1 || { grep -E '^(E|W|Err):?' update.log; exit 1; }
      set -- $(dpkg-query -W -f='\${source:Package} \${binary:Package} \${db:Status-Status}\\n' | awk -v s=${options.sourcePackages.join(' ')} \\
        'BEGIN { n = split(s, a, " "); for (i = 1; i <= n; i++) set[a[i]] = 1 } set[$1] && $3 == "installed" { print $2 }')
      test $# -gt 0 || { echo 'E: none of the packages is installed'; exit 1; }
      rc=0; apt-get -s ${aptOptions} --only-upgrade install "$@" >simulated || rc=$?
      cat simulated; exit $rc
    `,
    parse: (printed) =>
      printed.exitCode === 0
        ? { installs: installsOf(printed.stdout), removes: removesOf(printed.stdout), refusal: null }
        : { installs: [], removes: [], refusal: refusalOf(printed) },
  };
}

/**
 * Private lists, sources and pins: without those of an earlier run, which would answer that there is nothing to do. `_apt` cannot read below a 0700 path, hence root (E.7); the machine's own lists, and
 * with them a colleague's `apt install`, stay as they are.
 */
const surveyAptConf = `
Dir::State::Lists "${surveyDirectory}/lists";
Dir::Etc::SourceParts "${surveyDirectory}/sources.d";
Dir::Etc::PreferencesParts "${surveyDirectory}/preferences.d";
Dir::Cache::Archives "${surveyDirectory}/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
APT::Sandbox::User "root";
`;

/** `Inst heat-api [1:20.0.0-1] (1:21.0.0-1 lab:bobcat [all]) [...]`; without the first bracket the package is new. */
function installsOf(text: string): SimulatedInstall[] {
  return linesOf(text).flatMap((line) => {
    const match = /^Inst (\S+) (?:\[(\S+)\] )?\((\S+) /.exec(line);
    return match === null ? [] : [{ name: match[1] ?? '', installed: match[2] ?? null, target: match[3] ?? '' }];
  });
}

function removesOf(text: string): string[] {
  return linesOf(text).flatMap((line) => /^Remv (\S+)/.exec(line)?.[1] ?? []);
}

/** Here words are asked for: apt's on both streams, and those of whatever failed before apt. */
function refusalOf({ stdout, stderr }: Printed): string {
  const all = linesOf(`${stdout}\n${stderr}`);
  const said = all.filter((line) => /^(E|Err|W):| Depends: /.test(line));
  return (said.length > 0 ? said : all.slice(-3)).join(' ').replace(/\s+/g, ' ').trim();
}
