import type { Change } from '../../schema/plan';
import { sh, type ShellText } from '../../shell/sh';
import { change } from '../change';

/**
 * Every file below the services' directories as the run leaves it, at its very end: what differs later, others have changed. A
 * rollback within the run has no such list, and restores all that the restore point has.
 */
export function recordAsLeft({ directories }: { directories: readonly string[] }): Change {
  return change({
    id: 'restore-point/configuration-as-left',
    title: 'record the configuration as the run leaves it',
    check: sh`cd "$RP/config" && sha256sum --quiet -c as-left.SHA256SUMS`,
    run: sh`
      cd "$RP/config"
      find ${directories} -type f -exec sha256sum {} + | sort -k 2 > as-left
      sha256sum as-left > as-left.SHA256SUMS.part && mv as-left.SHA256SUMS.part as-left.SHA256SUMS
      echo "$(wc -l < as-left) files"
    `,
    effects: [{ kind: 'thing', thing: 'restore point: configuration as left', exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 120,
    requirements: ['R-OPS-62', 'R-OPS-64'],
  });
}

/**
 * Takes out of `files` (paths without the first slash) what others changed since the run and the run did not: it stays as it is, in
 * `$RUN/left-alone`. What both changed is restored, and named in `$RUN/changed-by-both`. `archive` prints the tar of the restore point.
 */
export function withoutLeftAlone({ archive, files }: { archive: ShellText; files: ShellText }): ShellText {
  return sh`
    # Once for a run: edits that the scripts of packages make during the rollback are not kept.
    if test -s "$RP/config/as-left" && test ! -e "$RUN/left-alone"; then
      : > "$RUN/left-alone.part"; : > "$RUN/changed-by-both"
      rm -rf "$RUN/as-before"; mkdir -p "$RUN/as-before"
      ${archive} | tar -xf - -C "$RUN/as-before" -T ${files}
      ( cd "$RUN/as-before" && find . -type f -exec sha256sum {} + ) | sed 's,^\\(.\\{66\\}\\)\\./,\\1/,' > "$RUN/sums-before"
      cut -c 67- "$RP/config/as-left" | while read -r file; do test ! -f "$file" || sha256sum "$file"; done > "$RUN/sums-now"
      awk -v alone="$RUN/left-alone.part" -v both="$RUN/changed-by-both" '
        { file = substr($0, 67) }
        FNR == 1 { list++ }
        list == 1 { before[file] = $1; next }
        list == 2 { left[file] = $1; next }
        file in before && $1 != left[file] && $1 != before[file] { print substr(file, 2) > (before[file] == left[file] ? alone : both) }
      ' "$RUN/sums-before" "$RP/config/as-left" "$RUN/sums-now"
      rm -rf "$RUN/as-before"
      mv "$RUN/left-alone.part" "$RUN/left-alone"
    fi
    test ! -s "$RUN/left-alone" || { grep -vxF -f "$RUN/left-alone" ${files} > ${files}.part; mv ${files}.part ${files}; }
  `;
}

/** Reads, one path a line, which of the recorded files are not as the run left them. `restorePoint`: its directory. */
export function changedSince({ restorePoint }: { restorePoint: ShellText }): ShellText {
  return sh`
    test ! -s ${restorePoint}/config/as-left || sha256sum --quiet -c ${restorePoint}/config/as-left 2>/dev/null | sed -n 's/: FAILED.*$//p'
  `;
}
