import { sh } from '../../shell/sh';
import type { Reader } from '../reader';
import { stateDirectory } from './apt';

/** Pipelines of a new release that a run gave to agents of the installed one (R-CEIL-18), and that are there still. */
export interface PipelinesLeft {
  readonly runId: string;
  readonly service: string;
  /** What the host has, as when they were written. */
  readonly installed: string;
  /** Whose pipelines these are. */
  readonly target: string;
  readonly files: readonly string[];
}

/**
 * As programs/pipeline-files.py wrote it down on this host. Null: none are left. Gone is what its packages have replaced, and each file that
 * people have changed since.
 */
export const pipelinesLeft: Reader<PipelinesLeft | null> = {
  script: sh`
    note=${`${stateDirectory}/pipelines-left`}
    test -e "$note" || exit 0
    said() { sed -n "s/^$1 //p" "$note"; }
    installed=$(dpkg-query -W -f='\${db:Status-Status} \${Version}' "$(said package)" 2>/dev/null) || exit 0
    test "$installed" = "installed $(said installed)" || exit 0
    files=$(grep -E '^[0-9a-f]{64}  /' "$note" | while read -r sum path; do
      echo "$sum  $path" | sha256sum --status -c - 2>/dev/null && echo "$path"
    done | sort)
    test -n "$files" || exit 0
    printf '%s\\t%s\\t%s\\t%s\\n' "$(said run)" "$(said service)" "$(said installed)" "$(said target)"
    printf '%s\\n' "$files"
  `,
  parse: ({ stdout }) => {
    const [head = '', ...files] = stdout.trim().split('\n');
    const [runId = '', service = '', installed = '', target = ''] = head.split('\t');
    return files.length === 0 ? null : { runId, service, installed, target, files };
  },
};
