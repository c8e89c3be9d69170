import { sh } from '../../shell/sh';
import { linesOf, type Reader } from '../reader';

/** A restore point of an earlier run, as far as this host keeps it. */
export interface KeptPoint {
  readonly runId: string;
  readonly days: number;
  /** Dumps and archives, the second copy of others, and packages. */
  readonly bytes: number;
}

/** The newest first. One that a run is making has its directory, too. */
export const keptPoints: Reader<KeptPoint[]> = {
  script: sh`
    cd /var/lib/openstack-upgrade 2>/dev/null || exit 0
    now=$(date +%s)
    for point in $(ls -1t restore-points 2>/dev/null); do
      bytes=$(du -scb restore-points/"$point" pool/"$point" 2>/dev/null | tail -n 1 | cut -f 1)
      test -e runs/"$point"/RUNBOOK.txt && made=runs/$point/RUNBOOK.txt || made=restore-points/$point
      echo "$point $(( (now - $(stat -c %Y "$made")) / 86400 )) $bytes"
    done
  `,
  parse: ({ stdout }) =>
    linesOf(stdout).flatMap((line) => {
      const [, runId, days, bytes] = /^(\S+) (\d+) (\d+)$/.exec(line) ?? [];
      return runId === undefined ? [] : [{ runId, days: Number(days), bytes: Number(bytes) }];
    }),
};
