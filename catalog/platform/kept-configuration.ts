import { raw, sh } from '../../shell/sh';
import { linesOf, type Reader } from '../reader';
import { surveyDirectory, unpackedTarget } from './apt';

/** Configuration of a package that somebody changed and that the new package brings another one of: dpkg keeps the changed one (confold). */
export interface KeptConfiguration {
  readonly package: string;
  readonly path: string;
  /** Lines that only the running file has. Null: somebody deleted it, and it stays away. */
  readonly ownLines: number | null;
  /** Lines that only the new package's file has. */
  readonly newLines: number;
}

/** Where the new file lies for people to compare, before anything is changed. */
export function newFileOf({ package: name, path }: Pick<KeptConfiguration, 'package' | 'path'>): string {
  return `${surveyDirectory}/unpacked/${name}${path}`;
}

/**
 * Runs after the simulation. As dpkg decides (deb-conffiles(5)): the file was changed since it was installed, and the new package's
 * is neither the one that was installed nor the running one. The files themselves stay on the host: they may hold secrets. Null: it could not be read.
 */
export const keptConfiguration: Reader<KeptConfiguration[] | null> = {
  script: sh`
    test -e ${surveyDirectory}/simulated || exit 0
    set -e
    cd ${surveyDirectory}
    set -- $(awk '$1 == "Inst" && $3 ~ /^\\[/ { print $2 }' simulated)
    test $# -gt 0 || exit 0
    dpkg-query -W -f='\${Package}\\n\${Conffiles}\\n' "$@" | awk '!/^ / && NF { package = $1 } /^ / && NF == 2 { print package, $2, $1 }' > conffiles
    while read -r package installed path; do
      running=gone; test ! -e "$path" || running=$(md5sum < "$path" | cut -d ' ' -f 1)
      test "$running" = "$installed" || echo "$package $installed $running $path"
    done < conffiles > changed
    for package in $(cut -d ' ' -f 1 changed | sort -u); do
      ( ${unpackedTarget(raw('"$package"'))} )
    done
    while read -r package installed running path; do
      new=unpacked/$package$path
      test -e "$new" || continue
      offered=$(md5sum < "$new" | cut -d ' ' -f 1)
      test "$offered" != "$installed" && test "$offered" != "$running" || continue
      own=gone; test "$running" = gone || own=$(diff "$path" "$new" | grep -c '^<' || true)
      test "$running" != gone && only=$(diff "$path" "$new" | grep -c '^>' || true) || only=$(wc -l < "$new")
      echo "$package $own $only $path"
    done < changed
  `,
  parse: ({ stdout, exitCode }) => {
    if (exitCode !== 0) return null;
    return linesOf(stdout).flatMap((line) => {
      const [, name = '', own = '', newLines = '', path = ''] = kept.exec(line) ?? [];
      return path === ''
        ? []
        : [{ package: name, path, ownLines: own === 'gone' ? null : Number(own), newLines: Number(newLines) }];
    });
  },
};

const kept = /^(\S+) (\d+|gone) (\d+) (\/.*)$/;
