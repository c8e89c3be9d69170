import { stateDirectory } from '../catalog/platform/apt';
import { sh } from '../shell/sh';

/** What a host has of a restore point now, every file read. */
export interface PointOnHost {
  /** SHA-256 by path: below `restore-points/<run>`, and `pool/...` below `pool/<run>`. */
  readonly has: Readonly<Record<string, string>>;
  /** The same, as the seals beside the files say. */
  readonly sealed: Readonly<Record<string, string>>;
  readonly bytes: number;
  readonly dumps: readonly DumpOnHost[];
  /** Of the second copy, where this host keeps it: SHA-256 by host and path, as it was listed when it was made. */
  readonly copied: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The manifest is the parts that it was put together from. Null: this host has none. */
  readonly manifestHolds: boolean | null;
}

interface DumpOnHost {
  readonly path: string;
  readonly ends: boolean;
  readonly tables: number;
  /** As many as were recorded with it. Null: not recorded. */
  readonly recordedTables: number | null;
}

/** Read-only. `H`: has, `S`: seal, `B`: bytes, `D`: dump, `C`: copied, `M`: manifest. Both directories may be missing. */
export function pointScript({ runId }: { readonly runId: string }): string {
  return sh`
    set -u; export LC_ALL=C
    if cd ${`${stateDirectory}/restore-points/${runId}`} 2>/dev/null; then
      find . -type f ! -path './inbox/*' ! -name '*.part' -print0 | xargs -0 -r sha256sum | sed 's,^\\([0-9a-f]*\\) [ *][.]/,H \\1 ,'
      find . -type f -name '*SHA256SUMS' ! -path './inbox/*' ! -path './copy/*' | while read -r seal; do
        directory=\${seal%/*}; directory=\${directory#.}; directory=\${directory#/}
        sed "s,^\\([0-9a-f]*\\) [ *],S \\1 $directory/," "$seal"
      done
      find . -type f ! -path './inbox/*' -printf 'B %s\\n' | awk '{ bytes += $2 } END { print "B " bytes + 0 }'
      for dump in db/*/prepare.sql.* db/*/final.sql.*; do
        test -e "$dump" || continue
        moment=\${dump##*/}; moment=\${moment%%.*}; counts=\${dump%/*}/$moment.counts
        case $dump in *.gz) unpack='gzip -dcq' ;; *) unpack='zstd -dcq' ;; esac
        $unpack "$dump" 2>/dev/null | awk -v dump="$dump" -v recorded="$(test -e "$counts" && wc -l < "$counts" || echo -)" '
          /^CREATE TABLE / { tables++ } { last = $0 }
          END { print "D " dump " " (last ~ /^-- Dump completed on / ? "ends" : "cut") " " tables + 0 " " recorded }'
      done
      for list in copy/*.list; do
        test -e "$list" || continue
        host=\${list#copy/}; awk -v host="\${host%.list}" '{ print "C " $1 " " host " " $3 }' "$list"
      done
      if test -e manifest.json; then
        { printf '{"schemaVersion":1,"runId":"%s","hosts":[' ${runId}
          separator=
          for part in hosts/*/part.json; do printf '%s' "$separator"; cat "$part"; separator=,; done
          echo ']}'
        } | cmp -s - manifest.json && parts=same || parts=other
        for list in hosts/*.list; do
          host=\${list%.list}
          ( cd "$host" && awk '{ print $1 "  " $3 }' "../\${list#hosts/}" | sha256sum --status -c ) || parts=other
        done
        echo "M $parts"
      fi
    fi
    if cd ${`${stateDirectory}/pool/${runId}/old`} 2>/dev/null; then
      find . -type f -print0 | xargs -0 -r sha256sum | sed 's,^\\([0-9a-f]*\\) [ *][.]/,H \\1 pool/old/,'
      test ! -e SHA256SUMS || sed 's,^\\([0-9a-f]*\\) [ *],S \\1 pool/old/,' SHA256SUMS
      find . -type f -printf 'B %s\\n' | awk '{ bytes += $2 } END { print "B " bytes + 0 }'
    fi
  `.text;
}

export function parsePoint(text: string): PointOnHost {
  const rows = text.split('\n').map((line) => line.split(' '));
  const of = (letter: string): string[][] => rows.flatMap(([first, ...words]) => (first === letter ? [words] : []));
  const byPath = (letter: string): Record<string, string> =>
    Object.fromEntries(of(letter).map(([sha256 = '', ...path]) => [path.join(' '), sha256]));
  const copied = of('C');
  const hosts = [...new Set(copied.map(([, host = '']) => host))];
  const [manifest] = of('M');
  return {
    has: byPath('H'),
    sealed: byPath('S'),
    bytes: of('B').reduce((sum, [bytes]) => sum + Number(bytes), 0),
    dumps: of('D').map(([path = '', end, tables, recorded]) => ({
      path,
      ends: end === 'ends',
      tables: Number(tables),
      recordedTables: recorded === '-' ? null : Number(recorded),
    })),
    copied: Object.fromEntries(
      hosts.map((host) => [
        host,
        Object.fromEntries(
          copied.flatMap(([sha256 = '', of = '', path = '']) => (of === host ? [[path, sha256]] : [])),
        ),
      ]),
    ),
    manifestHolds: manifest === undefined ? null : manifest[0] === 'same',
  };
}
