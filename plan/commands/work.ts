import { sqlCommand } from '../../catalog/platform/sql';
import type { WorkInFlight } from '../../catalog/service';
import type { ServiceName } from '../../schema/names';
import type { Probe } from '../../schema/plan';
import { lines, sh, type ShellText } from '../../shell/sh';
import { probe } from '../change';
import { workLine } from './work-line';

interface Work {
  readonly id: string;
  readonly service: ServiceName;
  readonly schema: string;
  readonly work: WorkInFlight;
  /** Stuck before the run, and accepted so by name: nobody works on it, and a stop strands nothing more. */
  readonly accepted: readonly string[];
  readonly retryForSeconds: number;
  /** A restore may have ended half-way and left the schema without these tables: then nobody works on anything in it. */
  readonly mayBeGone?: true;
}

/**
 * Waits until no work is in flight, seen twice ten seconds apart: between two steps of a stack nothing is in progress for
 * a moment, and what is stopped then stays stuck forever (R-HEAT-24, trap 1). The line that people see names what is
 * waited for.
 */
export function workEndsTwice(options: Work): Probe {
  return probe({
    ...common(options),
    script: lines(
      unlessGone(options),
      readRows(options),
      sh`test -s "$SCRATCH/in-progress" || { sleep 10; ${readRows(options)}; }`,
      noRows(options),
    ),
    everySeconds: 10,
    proves: [{ kind: 'idle', service: options.service }],
  });
}

/** One look, which proves nothing by itself. */
export function firstLook(options: Work): Probe {
  return probe({
    ...common(options),
    script: lines(unlessGone(options), readRows(options), noRows(options)),
    everySeconds: 2,
  });
}

/** One look, after the first one and after one at the queues. */
export function lastLook(options: Work): Probe {
  return probe({
    ...common(options),
    title: `still ${common(options).title}`,
    script: lines(unlessGone(options), readRows(options), noRows(options)),
    everySeconds: 2,
    proves: [{ kind: 'idle', service: options.service }],
  });
}

/** Nobody works any more: what is in progress now stays so. */
export function noneStranded(options: Work): Probe {
  const { work } = options;
  return probe({
    ...common(options),
    title: `the stop left no ${work.noun} in progress`,
    script: lines(readRows(options), noRows(options)),
    retryForSeconds: 0,
    remedy:
      'roll back: the installed code starts again, and what is named can be repaired with it. With skip it stays stuck under the new code: ' +
      `${work.repair}.`,
  });
}

function common({ id, work, accepted, retryForSeconds }: Work) {
  return {
    id,
    title: `no ${work.noun} is in progress${accepted.length === 0 ? '' : `, but for ${String(accepted.length)} accepted as stuck`}`,
    retryForSeconds,
    timeoutSeconds: 60,
    remedy: 'wait, or ask the owners of what is named; what is stopped in the middle stays stuck.',
    requirements: [...work.rules, 'R-OPS-6'] as const,
  };
}

function unlessGone({ schema, work, mayBeGone }: Work): ShellText | null {
  const { tables, noun } = work;
  if (mayBeGone === undefined) return null;
  const names = tables.map((one) => `'${one}'`).join(', ');
  return sh`
    there=$(${sqlCommand} -e ${`SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '${schema}' AND table_name IN (${names})`})
    test "$there" = ${String(tables.length)} || { echo ${`${schema} is not complete, as a restore leaves it that ends half-way: no ${noun} is in progress`}; exit 0; }
  `;
}

function readRows({ schema, work, accepted }: Work): ShellText {
  const list =
    accepted.length === 0
      ? work.list
      : `SELECT * FROM (${work.list}) AS work WHERE id NOT IN (${accepted.map((one) => `'${one}'`).join(', ')})`;
  return sh`${sqlCommand} -D ${schema} -e ${list} > "$SCRATCH/in-progress"`;
}

function noRows({ work }: Work): ShellText {
  return sh`
    ${workLine({ noun: work.noun, rows: sh`"$SCRATCH/in-progress"` })}
    test ! -s "$SCRATCH/in-progress"
  `;
}
