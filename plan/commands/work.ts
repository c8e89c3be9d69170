import { sqlCommand } from '../../catalog/platform/sql';
import type { WorkInFlight } from '../../catalog/service';
import type { ServiceName } from '../../schema/names';
import type { Probe } from '../../schema/plan';
import { sh } from '../../shell/sh';
import { probe } from '../change';
import { workLine } from './work-line';

/**
 * Waits until no work is in flight, seen twice ten seconds apart: between two steps of a stack nothing is in progress for
 * a moment, and what is stopped then stays stuck forever (R-HEAT-24, trap 1). The line that people see names what is
 * waited for.
 */
export function workEnds(options: {
  id: string;
  service: ServiceName;
  schema: string;
  work: WorkInFlight;
  /** Stuck before the run, and accepted so by name: nobody works on it, and a stop strands nothing more. */
  accepted: readonly string[];
  retryForSeconds: number;
}): Probe {
  const { id, service, schema, work, accepted, retryForSeconds } = options;
  const list =
    accepted.length === 0 ? work.list : `${work.list} AND id NOT IN (${accepted.map((one) => `'${one}'`).join(', ')})`;
  return probe({
    id,
    title: `no ${work.noun} is in progress${accepted.length === 0 ? '' : `, but for ${String(accepted.length)} accepted as stuck`}`,
    script: sh`
      ${sqlCommand} -D ${schema} -e ${list} > "$SCRATCH/in-progress"
      test -s "$SCRATCH/in-progress" || { sleep 10; ${sqlCommand} -D ${schema} -e ${list} > "$SCRATCH/in-progress"; }
      ${workLine({ noun: work.noun, rows: sh`"$SCRATCH/in-progress"` })}
      test ! -s "$SCRATCH/in-progress"
    `,
    retryForSeconds,
    everySeconds: 10,
    timeoutSeconds: 60,
    proves: [{ kind: 'idle', service }],
    remedy: 'wait, or ask the owners of what is named; what is stopped in the middle stays stuck.',
    requirements: [...work.rules, 'R-OPS-6'],
  });
}
