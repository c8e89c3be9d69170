import { sh } from '../../shell/sh';
import { linesOf, type Reader } from '../reader';
import { otherPinsFile, surveyDirectory } from './apt';
import { repositoriesOf, repository } from './apt-repositories';

/** What the target source does to packages beside those that were asked for, as soon as it is open. */
export interface TargetOffers {
  /** Installed packages that the next upgrade of the whole host would take from the target source, and from no other. */
  readonly packages: readonly TargetOffer[];
  /** An earlier run has pinned packages of this host. */
  readonly pinned: boolean;
}

export interface TargetOffer {
  readonly name: string;
  readonly installed: string;
  readonly offered: string;
}

/** Runs after the simulation, whose private lists it reads. Null: apt could not say. */
export function targetOffers(options: { targetSource: string }): Reader<TargetOffers | null> {
  const target = repositoriesOf(options.targetSource);
  return {
    script: sh`
      cd ${surveyDirectory} || exit 1
      test ! -e ${otherPinsFile} || echo pinned
      APT_CONFIG=${surveyDirectory}/apt.conf; export APT_CONFIG
      apt-get -q -s -y -o APT::Get::Always-Include-Phased-Updates=true dist-upgrade > everything || exit 1
      set -- $(awk '$1 == "Inst" && $3 ~ /^\\[/ { print $2 }' everything)
      test $# -gt 0 || exit 0
      grep '^Inst' everything
      apt-cache madison "$@"
    `,
    parse: ({ stdout, exitCode }) => {
      if (exitCode !== 0) return null;
      const lines = linesOf(stdout);
      const places = lines.flatMap((line) => {
        const [, name = '', version = '', uri = '', suite = ''] = offer.exec(line) ?? [];
        return name === '' ? [] : [{ name, version, isTarget: target.includes(repository({ uri, suite })) }];
      });
      const packages = lines.flatMap((line) => {
        const [, name = '', installed = '', offered = ''] = upgrade.exec(line) ?? [];
        const from = places.filter((one) => one.name === name && one.version === offered);
        return from.length > 0 && from.every(({ isTarget }) => isTarget) ? [{ name, installed, offered }] : [];
      });
      return { packages, pinned: lines[0] === 'pinned' };
    },
  };
}

/** `Inst gnocchi-api [4.5.0-1] (4.6.0-1 cloud:bobcat [all])`. */
const upgrade = /^Inst (\S+) \[(\S+)\] \((\S+) /;

/** `gnocchi-api | 4.6.0-1 | http://packages.example/bobcat ./ Packages`; of a repository that is not flat, `jammy-updates/bobcat/main amd64`. */
const offer = /^\s*(\S+) \|\s*(\S+) \| (\S+) (\S+) (?:\S+ )?Packages$/;
