import type { Backlog } from '../../catalog/service';
import type { Change, Probe, Watch } from '../../schema/plan';
import { sh } from '../../shell/sh';
import { change, probe, watch } from '../change';

/** Each look starts a Python that loads the service's code: seconds of a processor that the upgrade needs as well. */
const everySeconds = 20;

/**
 * Writes one line a look: instant in ms, and how many wait; `-` where it could not be told, as while its packages are replaced. Each look is a
 * process of its own: one that stays would run with the code that is replaced. Ends at the stop file, or after a day.
 */
export function watchBacklog({ backlog }: { backlog: Backlog }): Watch {
  return watch({
    id: 'backlog/watch',
    title: `count every ${String(everySeconds)} s how many ${backlog.what}`,
    script: sh`
      end=$(( $(date +%s) + 86400 ))
      waiting() {
        ${backlog.look}
      }
      until test -e "$RUN/backlog.stop" || test "$(date +%s)" -gt $end; do
        at=$(date +%s%3N)
        count=$(waiting 2>/dev/null | awk '$1 ~ /^[0-9]+$/ { found = $1 } END { print (found == "") ? "-" : found }')
        printf '%s\\t%s\\n' "$at" "$count" >> "$RUN/backlog.tsv"
        sleep ${String(everySeconds)}
      done
    `,
    requirements: ['R-CEIL-6', 'R-CEIL-31'],
  });
}

export const backlogWatchEnds: Change = change({
  id: 'backlog/end',
  title: 'end the count of what waits',
  check: sh`test -e "$RUN/backlog.stop"`,
  run: sh`test ! -d "$RUN" || touch "$RUN/backlog.stop"`,
  effects: [{ kind: 'thing', thing: 'helper: backlog watch', exists: false }],
  onInterrupted: 'rerun',
  timeoutSeconds: 60,
  requirements: ['R-CEIL-6'],
});

/** What waits when APIs close is waited for while they are closed. */
export function backlogIsLow(options: { service: string; backlog: Backlog; retryForSeconds: number }): Probe {
  const { service, backlog, retryForSeconds } = options;
  return probe({
    id: `${service}/quiet-backlog`,
    title: `few ${backlog.what}: the hour is quiet`,
    script: backlog.isLow,
    retryForSeconds,
    everySeconds: 5,
    remedy:
      'wait for an hour in which less is measured, then retry: nothing is stopped yet. If the number never falls, read /var/log/gnocchi: gnocchi-metricd is stopped or too slow. ' +
      'Override only if the store always has so many waiting: the run then takes longer, and where it stops Gnocchi it waits again until none is left.',
    requirements: ['R-CEIL-6'],
  });
}
