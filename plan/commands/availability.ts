import type { Change, Watch } from '../../schema/plan';
import { lines, raw, sh } from '../../shell/sh';
import { change, watch } from '../change';

/** What is asked twice a second through the whole run: one API as its users reach it. */
export interface WatchedApi {
  readonly api: string;
  readonly url: string;
  /** Besides 200 and 300, what it answers where all is well; written down as 200. */
  readonly alsoAnswers?: number;
}

/**
 * Asks every API twice a second and writes one line an answer: instant in ms, API, HTTP code (000: none), duration in
 * ms. A loop an API, so that one that hangs delays no other; the report makes gaps and outages of it (report/).
 * Ends at the stop file, or after a day, so that a forgotten watch does not run forever.
 */
export function watchAvailability(options: { apis: readonly WatchedApi[] }): Watch {
  return watch({
    id: 'availability/watch',
    title: `ask ${options.apis.map(({ api }) => api).join(', ')} twice a second`,
    script: lines(
      sh`
        end=$(( $(date +%s) + 86400 ))
        ask() {
          until test -e "$RUN/availability.stop" || test "$(date +%s)" -gt $end; do
            at=$(date +%s%3N)
            code=$(curl -sk -o /dev/null -m 5 -w '%{http_code}' "$2") || code=000
            test "$code" != "\${3:-}" || code=200
            now=$(date +%s%3N)
            printf '%s\\t%s\\t%s\\t%s\\n' "$at" "$1" "$code" $((now - at)) >> "$RUN/availability.tsv"
            sleep 0.5
          done
        }
      `,
      ...options.apis.map(({ api, url, alsoAnswers }) =>
        alsoAnswers === undefined
          ? sh`ask ${api} ${url} ${raw('&')}`
          : sh`ask ${api} ${url} ${String(alsoAnswers)} ${raw('&')}`,
      ),
      sh`wait`,
    ),
    requirements: ['R-OPS-22', 'trap 53'],
  });
}

export const watchingEnds: Change = change({
  id: 'availability/end',
  title: 'end the availability watch',
  check: sh`test -e "$RUN/availability.stop"`,
  run: sh`test ! -d "$RUN" || touch "$RUN/availability.stop"; sleep 1`,
  effects: [{ kind: 'thing', thing: 'helper: availability watch', exists: false }],
  onInterrupted: 'rerun',
  timeoutSeconds: 60,
  requirements: ['R-OPS-22'],
});
