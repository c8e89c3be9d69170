import type { Programs } from '../../programs';
import type { HostName, SchemaName } from '../../schema/names';
import type { Carried, Change } from '../../schema/plan';
import { hereDocument, lines, sh, type ShellText } from '../../shell/sh';
import { change, prelude } from '../change';

/** Steps of two moments: `prepare`, before anything is altered; `final`, with the dumps that a rollback restores. */
export type Moment = 'prepare' | 'final';

/**
 * Each host lists what it keeps for a rollback, and the files of its services as they are, with SHA-256, owner and mode. Read by
 * people and programs on the host itself, and gathered on the lock host: a host that loses it cannot tell what is missing.
 */
export function listPart(options: {
  moment: Moment;
  /** Directories of the services and of the platform; a host lists those that it has. */
  directories: readonly string[];
  programs: Programs;
}): Change {
  const { moment, directories, programs } = options;
  return change({
    id: `restore-point/part-${moment}`,
    title: 'list what this host keeps for a rollback',
    check: sh`
      cd "$RP"; test -s part.json
      find . -type f -name '*SHA256SUMS' ! -path './inbox/*' ! -path './copy/*' -exec cat {} + | cut -d ' ' -f 1 > "$RUN/sealed"
      cut -d ' ' -f 1 part.list > "$RUN/listed"
      ! grep -vxF -f "$RUN/listed" "$RUN/sealed"
    `,
    run: sh`sh -s -- "$OSU_HOST" "$RP" "$POOL" ${directories} ${hereDocument({ content: programs['restore-part'].text })}`,
    effects: [{ kind: 'thing', thing: `restore point: part ${moment}`, exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 1800,
    requirements: ['R-OPS-9', 'R-OPS-64'],
  });
}

const listedPart = lines(
  prelude,
  sh`set -e; cd "$RP"; printf '%s %s part.json\\n' "$(sha256sum < part.json | cut -d ' ' -f 1)" "$(stat -c %s part.json)"`,
);

/** On the lock host: one manifest of every host's part. `hosts`: whose part is new; those of the others are there. */
export function gatherManifest(options: { moment: Moment; hosts: readonly HostName[] }): Change {
  const { moment, hosts } = options;
  return change({
    id: `restore-point/manifest-${moment}`,
    title: `gather what ${hosts.length === 1 ? hosts.join() : 'all hosts'} listed into the manifest`,
    check: sh`
      cd "$RP"
      for host in ${hosts}; do cmp "inbox/$host/list.hosts" "hosts/$host.list"; done
      ${manifest()} | cmp - manifest.json
    `,
    run: sh`
      cd "$RP"
      ${putTogether({ hosts, into: 'hosts' })}
      ${manifest()} > manifest.json.part
      mv manifest.json.part manifest.json; sync manifest.json
    `,
    effects: [{ kind: 'thing', thing: `restore point: manifest ${moment}`, exists: true }],
    carries: { hosts, list: listedPart.text, into: 'hosts' },
    onInterrupted: 'rerun',
    timeoutSeconds: 600,
    requirements: ['R-OPS-9', 'R-OPS-58'],
  });
}

/** Parts are JSON: one after the other they are the manifest. */
function manifest(): ShellText {
  return sh`
    { printf '{"schemaVersion":1,"runId":"%s","hosts":[' "$POINT"
      separator=
      for part in hosts/*/part.json; do printf '%s' "$separator"; cat "$part"; separator=,; done
      echo ']}'
    }
  `;
}

const listedAll = lines(
  prelude,
  sh`set -e; cd "$RP"; cat part.list`,
  sh`for file in part.json part.list manifest.json; do test ! -e $file || printf '%s %s %s\\n' "$(sha256sum < $file | cut -d ' ' -f 1)" "$(stat -c %s $file)" $file; done`,
);

/** On another host: everything of these hosts, put together, written, and read again from there (R-OPS-58). */
export function copyPoint(options: {
  moment: Moment;
  hosts: readonly HostName[];
  /** Dumps that the copy has to hold. */
  dumps: readonly SchemaName[];
  timeoutSeconds: number;
}): Change {
  const { moment, hosts, dumps } = options;
  return change({
    id: `restore-point/copy-${moment}`,
    title: `keep a second copy of the restore point of ${hosts.join(', ')}, and read it again`,
    check: sh`
      cd "$RP/copy"
      for host in ${hosts}; do
        cmp "../inbox/$host/list.copy" "$host.list"
        ( cd "$host" && awk '{ print $1 "  " $3 }' "../$host.list" | sha256sum --quiet -c )
      done
      for schema in ${dumps}; do grep -q " db/$schema/${moment}[.]sql[.]" *.list; done
    `,
    run: sh`
      cd "$RP"
      ${putTogether({ hosts, into: 'copy' })}
      echo "$(cat copy/*.list | awk '{ bytes += $2 } END { print NR " files, " bytes " bytes" }') in the copy"
    `,
    effects: [{ kind: 'thing', thing: `second copy: ${moment}`, exists: true }],
    carries: { hosts, list: listedAll.text, into: 'copy' },
    onInterrupted: 'rerun',
    timeoutSeconds: options.timeoutSeconds,
    requirements: ['R-OPS-9', 'R-OPS-58', 'trap 44'],
  });
}

/** Pieces to files, each hashed as it was written; what is there already stays. */
function putTogether(options: { hosts: readonly HostName[]; into: Carried['into'] }): ShellText {
  const { hosts, into } = options;
  return sh`
    for host in ${hosts}; do
      mkdir -p ${into}/$host
      while read -r sum bytes path; do
        to=${into}/$host/$path
        if echo "$sum  $to" | sha256sum --status -c 2>/dev/null; then rm -f "inbox/$host/$path"@*; continue; fi
        mkdir -p "\${to%/*}"
        cat "inbox/$host/$path"@* > "$to.part"
        test "$(stat -c %s "$to.part")" -eq "$bytes"
        echo "$sum  $to.part" | sha256sum --quiet -c || { rm -f "inbox/$host/$path"@* "$to.part"; echo "$path of $host did not arrive as it was; retry brings it again" >&2; exit 1; }
        sync "$to.part"; mv "$to.part" "$to"
        rm -f "inbox/$host/$path"@*
      done < inbox/$host/list.${into}
      cp inbox/$host/list.${into} ${into}/$host.list
    done
    sync .
  `;
}
