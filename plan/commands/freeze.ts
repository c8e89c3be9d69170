import { sqlCommand } from '../../catalog/platform/sql';
import type { RollingWork } from '../../catalog/service';
import type { ServiceName } from '../../schema/names';
import type { Probe, Repair } from '../../schema/plan';
import { sh } from '../../shell/sh';
import { probe } from '../change';
import { workLine } from './work-line';

/**
 * Waits until nothing at all is in progress, seen twice ten seconds apart: an engine of a vhost that is in use may get the
 * next piece of any work there is (fact 11), so "nothing of its own" would not be enough. `accepted` are those that were
 * stuck before the run, by a person's word (C.5). The line that people see names what is waited for, and since when.
 */
export function nothingInWork(options: {
  id: string;
  service: ServiceName;
  schema: string;
  work: RollingWork;
  accepted: readonly string[];
  retryForSeconds: number;
  repair?: Repair | undefined;
}): Probe {
  const { id, service, schema, work, accepted, retryForSeconds, repair } = options;
  return probe({
    id,
    title: `no ${work.noun} is in progress`,
    script: sh`
      read_rows() {
        ${sqlCommand} -D ${schema} -e ${work.all} > "$SCRATCH/all"
        awk -v FS='\\t' -v accepted=${accepted.join(' ')} 'BEGIN { for (n = split(accepted, ids, " "); n > 0; n--) known[ids[n]] = 1 } !known[$1]' "$SCRATCH/all" > "$SCRATCH/rows"
      }
      read_rows
      test -s "$SCRATCH/rows" || { sleep 10; read_rows; }
      ${workLine({ noun: work.noun, rows: sh`"$SCRATCH/rows"`, repair: work.repair })}
      test ! -s "$SCRATCH/rows"
    `,
    retryForSeconds,
    everySeconds: 5,
    remedy: `wait for those that are worked on, and make sure that nobody starts another one. Fix the stuck ones: ${work.repair}; markDone strands what is still in progress.`,
    repair,
    proves: [{ kind: 'idle', service }],
    requirements: ['R-HEAT-24', 'R-HEAT-29', 'fact 11', 'trap 1', 'trap 49'],
  });
}
