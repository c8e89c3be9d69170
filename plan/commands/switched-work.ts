import { sqlCommand } from '../../catalog/platform/sql';
import type { RollingWork } from '../../catalog/service';
import type { Change, Probe, Repair } from '../../schema/plan';
import { hereDocument, raw, sh, type ShellText } from '../../shell/sh';
import { change, probe } from '../change';
import { workLine } from './work-line';

/**
 * When work was written down: as all APIs left a vhost (on the way forward the old one, then the side's; on the way back
 * the new one, then the side's), as the first engine of a vhost in use had stopped, or as a dump was restored in which it is in progress.
 */
export type Moment = 'old' | 'side' | 'back-next' | 'back-side' | 'stopped' | 'restored';

interface Switched {
  readonly schema: string;
  readonly work: RollingWork;
  readonly moment: Moment;
}

const fileOf = (moment: Switched['moment']): ShellText => raw(`"$RUN/switched.${moment}"`);

/**
 * Writes down what is in progress now that no request is under way to the APIs of a vhost any more: what that vhost's
 * engines have to end before they may stop. Taken before the drain ended it would miss requests (C.4). `accepted` are
 * those that were stuck before the run, by a person's word (C.5).
 */
export function takeSwitched(options: Switched & { id: string; accepted: readonly string[] }): Change {
  const { id, schema, work, moment, accepted } = options;
  const file = fileOf(moment);
  return change({
    id,
    title: `write down the ${work.noun}s in progress: ${whoEnds[moment] ?? 'the engines of the vhost that was left must finish them'}`,
    check: sh`test -e ${file}`,
    run: sh`
      ${sqlCommand} -D ${schema} -e ${work.set} > "$SCRATCH/in-progress"
      awk -v accepted=${accepted.join(' ')} 'BEGIN { for (n = split(accepted, ids, " "); n > 0; n--) known[ids[n]] = 1 }
        known[$1] { next } ($1 $2) ~ /[^0-9A-Za-z-]/ || NF != 2 { print "not an id: " $0 > "/dev/stderr"; exit 1 } { print }' "$SCRATCH/in-progress" > ${file}.part
      mv ${file}.part ${file}
      echo "$(wc -l < ${file}) ${raw(work.noun)}s in progress"
    `,
    effects: [{ kind: 'thing', thing: `helper: work at switch ${moment}`, exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-HEAT-29', 'trap 49'],
  });
}

const whoEnds: Readonly<Partial<Record<Moment, string>>> = {
  stopped: 'the engines that stay must finish them',
  restored: 'the dump has them so, and nobody works on them',
};

/** Rows of a query over `switched`, in `$SCRATCH/rows`. */
function rowsOfSwitched(options: Switched & { query: string }): ShellText {
  return sh`
    { echo 'CREATE TEMPORARY TABLE switched (id VARCHAR(36), traversal VARCHAR(36));'
      awk '{ printf "INSERT INTO switched VALUES (\\047%s\\047, \\047%s\\047);\\n", $1, $2 }' ${fileOf(options.moment)}
      cat ${hereDocument({ content: `${options.query};` })}
    } > "$SCRATCH/switched.sql"
    ${sqlCommand} -D ${options.schema} < "$SCRATCH/switched.sql" > "$SCRATCH/rows"
  `;
}

/**
 * Waits until nothing that was in progress at the switch is in progress any more, seen twice ten seconds apart. The line that
 * people see names each, since when, and which of them nobody works on any more, with what mends it (fact 11, C.5).
 */
export function switchedEnds(
  options: Switched & {
    id: string;
    vhost: string;
    /** Only what nobody has resumed since, as after a restore: what is worked on again ends by itself. */
    untouched?: true;
    retryForSeconds: number;
    repair?: Repair | undefined;
    /** The broker was asked for messages meanwhile: with it this proves that the vhost is empty (fact 1). */
    provesDrained?: boolean;
  },
): Probe {
  const { id, work, vhost, retryForSeconds, repair, untouched, provesDrained = false } = options;
  const look = rowsOfSwitched({ ...options, query: untouched ? work.untouched : work.left });
  return probe({
    id,
    title: untouched
      ? `every ${work.noun} that was in progress in the dump was resumed`
      : `no ${work.noun} from vhost ${vhost} is in progress`,
    script: sh`
      read_rows() {
      ${look}
      }
      read_rows
      test -s "$SCRATCH/rows" || { sleep 10; read_rows; }
      ${workLine({ noun: work.noun, rows: sh`"$SCRATCH/rows"`, vhost, repair: work.repair })}
      test ! -s "$SCRATCH/rows"
    `,
    retryForSeconds,
    everySeconds: 5,
    remedy: `wait for those that are worked on. Fix the stuck ones: ${work.repair}; markDone strands what is still in progress.`,
    repair,
    ...(provesDrained ? { proves: [{ kind: 'drained', vhost }] } : {}),
    requirements: ['R-HEAT-23', 'R-HEAT-29', 'fact 1', 'trap 1', 'trap 49'],
  });
}

/** Nothing was taken from a live engine by one of another vhost (fact 2): it would have FAILED with these words. */
export function noneTaken(options: Switched & { id: string; vhost: string }): Probe {
  const { id, work, vhost } = options;
  return probe({
    id,
    title: `no ${work.noun} of vhost ${vhost} was taken from its engine`,
    script: sh`
      ${rowsOfSwitched({ ...options, query: work.taken })}
      awk -v FS='\\t' '{ names = names " " $2 " (" $1 ")" } END { print NR " FAILED because another engine took over:" names }' "$SCRATCH/rows"
      test ! -s "$SCRATCH/rows"
    `,
    remedy: `tell the owners: an update (openstack stack update --existing <id>) resumes a FAILED ${work.noun}.`,
    requirements: ['R-HEAT-26', 'fact 2'],
  });
}

/** Looked at right before an engine starts on another vhost: it would take such work from its live owner (fact 2). */
export function noneStealable(options: { id: string; schema: string; work: RollingWork }): Probe {
  const { id, schema, work } = options;
  return probe({
    id,
    title: `no ${work.noun} from before convergence is in progress`,
    script: sh`
      ${sqlCommand} -D ${schema} -e ${work.stealable} > "$SCRATCH/rows"
      awk -v FS='\\t' '{ names = names " " $2 " (" $3 " since " $4 ")" } END { print NR " in progress that the new engine would take:" names }' "$SCRATCH/rows"
      test ! -s "$SCRATCH/rows"
    `,
    retryForSeconds: 600,
    everySeconds: 5,
    remedy: `wait until it ends, and make sure that nobody starts another one: the engine that starts next would take it from its owner.`,
    requirements: ['R-HEAT-17', 'fact 2', 'trap 2'],
  });
}
