import { sqlCommand } from '../../catalog/platform/sql';
import type { Backfill, Rolling } from '../../catalog/service';
import type { Change, Probe } from '../../schema/plan';
import { lines, raw, sh } from '../../shell/sh';
import { change, probe } from '../change';

interface Subject {
  readonly rolling: Rolling;
}

/** A row too many is an engine that nobody knows of; one too few is a worker that died (C.6). */
export function workersUp({ rolling }: Subject): Probe {
  return probe({
    id: 'verify/workers-up',
    title: `as many engines count as up as ${rolling.engineUnit} has workers`,
    script: rolling.workersUp,
    retryForSeconds: 180,
    everySeconds: 5,
    remedy:
      'read the journal of the engine on this host; a row too many may be one that was killed less than two minutes ago.',
    requirements: ['R-HEAT-26', 'C.6'],
  });
}

/** After the workers were counted: an engine that is only slow must not lose its row. */
export function deadEnginesAway({ rolling }: Subject): Change {
  return change({
    id: 'verify/dead-engines',
    title: 'take the rows of engines away that are gone',
    check: rolling.deadEngines.none,
    run: rolling.deadEngines.remove,
    effects: [],
    onInterrupted: 'rerun',
    timeoutSeconds: 120,
    requirements: ['R-HEAT-26', 'C.6'],
  });
}

/** Says how many rows it fills, and fills those alone. */
export function backfilled(options: { schema: string; backfill: Backfill }): Change {
  const { schema, backfill } = options;
  const sql = sh`${sqlCommand} -D ${schema}`;
  return change({
    id: `verify/backfill-${backfill.id}`,
    title: `fill in ${backfill.title}`,
    check: sh`test "$(${sql} -e ${backfill.applies})" -eq 0 || test "$(${sql} -e ${backfill.count})" -eq 0`,
    run: lines(sh`echo "$(${sql} -e ${backfill.count})" ${raw(`'${backfill.title}'`)}`, sh`${sql} -e ${backfill.fill}`),
    effects: [],
    onInterrupted: 'rerun',
    timeoutSeconds: 600,
    requirements: ['R-HEAT-26', 'C.6'],
  });
}
