import { sh } from '../../shell/sh';
import { linesOf, type Reader } from '../reader';
import { surveyDirectory } from './apt';
import { repositoriesOf, repository } from './apt-repositories';

export interface PointReleases {
  /** The host's own date: `2026-11-30`. */
  readonly today: string;
  readonly newer: readonly PointRelease[];
}

/** A version of an installed package that is newer than it, from a source that is not the target's. */
export interface PointRelease {
  readonly name: string;
  readonly installed: string;
  readonly offered: string;
}

/** Runs after the simulation, whose private lists it reads: they are new. dpkg compares. Null: apt could not say. */
export function pointReleases(options: {
  packages: readonly string[];
  targetSource: string;
}): Reader<PointReleases | null> {
  const target = repositoriesOf(options.targetSource);
  return {
    script: sh`
      date -u +%F
      cd ${surveyDirectory} || exit 1
      APT_CONFIG=${surveyDirectory}/apt.conf; export APT_CONFIG
      for package in ${options.packages}; do
        installed=$(dpkg-query -W -f='\${db:Status-Status} \${Version}' "$package" 2>/dev/null) || continue
        case $installed in 'installed '*) installed=\${installed#installed } ;; *) continue ;; esac
        apt-cache madison "$package" > versions || exit 1
        while IFS='|' read -r name version place; do
          version=$(echo $version)
          ! dpkg --compare-versions "$version" gt "$installed" || echo "$package $installed $version $place"
        done < versions
      done
    `,
    parse: ({ stdout, exitCode }) => {
      if (exitCode !== 0) return null;
      const [today = '', ...rows] = linesOf(stdout);
      const newer = rows.flatMap((line) => {
        const [, name = '', installed = '', offered = '', uri = '', suite = ''] = row.exec(line) ?? [];
        return name === '' || target.includes(repository({ uri, suite })) ? [] : [{ name, installed, offered }];
      });
      return { today, newer };
    },
  };
}

/** `heat-common 1:20.0.0-1 1:20.0.1-1 http://packages.example/antelope ./ Packages`; where it is not flat, `jammy-updates/antelope/main amd64`. */
const row = /^(\S+) (\S+) (\S+)\s+(\S+) (\S+) (?:\S+ )?Packages$/;
