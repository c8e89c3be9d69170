import { sh } from '../../shell/sh';
import { linesOf, type Reader } from '../reader';
import { surveyDirectory } from './apt';

/** How long apt will still believe the package lists: an upgrade must not run past that. */
export interface SourceLists {
  /** Seconds until the first list expires, and which one; null: none of them says when (`Valid-Until`). */
  readonly listExpires: Expiry | null;
  /** The same of the first signing key of the target's source. */
  readonly keyExpires: Expiry | null;
  /** gpg is on the host and could read the keys; without it nobody knows when they expire. */
  readonly keysRead: boolean;
}

export interface Expiry {
  readonly inSeconds: number;
  readonly what: string;
}

/** Runs after the simulation, whose private lists it reads. The host's clock decides, as it does for apt. */
export function sourceLists(options: { targetSource: string }): Reader<SourceLists> {
  const keyrings = keyringsOf(options.targetSource);
  return {
    script: sh`
      cd ${surveyDirectory} || exit 1
      now=$(date +%s)
      for list in lists/*Release; do
        until=$(sed -n 's/^Valid-Until: //p' "$list" 2>/dev/null | head -n 1)
        test -z "$until" || echo "list $(($(date -u -d "$until" +%s) - now)) \${list#lists/}"
      done
      if command -v gpg >/dev/null; then
        echo gpg
        mkdir -p -m 0700 gnupg
        for keyring in ${keyrings}; do
          gpg --homedir gnupg --no-options --batch --show-keys --with-colons "$keyring" 2>/dev/null |
            awk -F: -v now="$now" -v k="$keyring" '$1 == "pub" && $7 != "" { print "key", $7 - now, k }'
        done
      fi
    `,
    parse: ({ stdout }) => ({
      listExpires: firstOf({ stdout, kind: 'list' }),
      keyExpires: firstOf({ stdout, kind: 'key' }),
      keysRead: linesOf(stdout).includes('gpg'),
    }),
  };
}

/** Paths after `Signed-By:`; a key written into the source itself cannot be asked for here. */
export function keyringsOf(deb822: string): string[] {
  return [...deb822.matchAll(/^Signed-By:[ \t]*(\/.*)$/gim)].flatMap(([, paths = '']) => paths.trim().split(/[\s,]+/));
}

function firstOf(options: { stdout: string; kind: 'list' | 'key' }): Expiry | null {
  const all = linesOf(options.stdout).flatMap((line) => {
    const match = /^(list|key) (-?\d+) (.+)$/.exec(line);
    return match?.[1] === options.kind ? [{ inSeconds: Number(match[2]), what: match[3] ?? '' }] : [];
  });
  return all.sort((a, b) => a.inSeconds - b.inSeconds)[0] ?? null;
}
