import { sqlCommand } from '../../catalog/platform/sql';
import type { Programs } from '../../programs';
import type { Change } from '../../schema/plan';
import { hereDocument, lines, raw, sh, type ShellText } from '../../shell/sh';
import { change } from '../change';
import { compress, compressedName, type Compression } from './compression';

/**
 * `prepare`: while the service runs; loaded for a test, and the one that a rolling run's rollback with restore loads. `final`: after it
 * stopped; the one that a full run's rollback loads. `failed`: what such a rollback replaces, for whoever misses something afterwards (D.6).
 */
export type DumpMoment = RestoredMoment | 'failed';

/** Of the dump that a rollback loads. */
export type RestoredMoment = 'prepare' | 'final';

/** A restore point may be restored twice, by two runs: each keeps what it replaces. */
const nameOf: Readonly<Record<DumpMoment, ShellText>> = {
  prepare: raw('prepare'),
  final: raw('final'),
  failed: raw('"failed-$OSU_RUN"'),
};

const dumpTitle: Readonly<Record<DumpMoment, (schema: string) => string>> = {
  prepare: (schema) => `dump ${schema}`,
  final: (schema) => `dump ${schema}, with no writers`,
  failed: (schema) => `dump ${schema} as it is now`,
};

/**
 * One schema, one moment, one file, never overwritten. No pipe: the dump's own exit code, its trailer and its table
 * count are read before anything compresses it, because a dump cut between two statements restores without any error
 * (D.5, trap 22).
 */
export function dump(options: {
  schema: string;
  moment: DumpMoment;
  compression: Compression;
  timeoutSeconds: number;
}): Change {
  const { schema, moment, compression } = options;
  const name = nameOf[moment];
  const file = sh`${name}.sql`;
  const packed = compressedName({ file, compression });
  // What a restored schema is compared with. While users write, only a load of the dump tells what it holds.
  const facts =
    moment === 'final'
      ? sh`
      ${rowCounts({ schema, into: 'final.counts' })}
      ${revisions(schema)} > final.revisions
      test "$dumped" -eq "$(wc -l < final.counts)"`
      : sh`:`;
  return change({
    id: `restore-point/dump-${schema}-${moment}`,
    title: dumpTitle[moment](schema),
    check: sh`
      cd "$RP/db/"${schema} && sha256sum --quiet -c ${name}.SHA256SUMS
    `,
    run: lines(
      sh`
        mkdir -p "$RP/db/"${schema}; cd "$RP/db/"${schema}
        rm -f ${name}.SHA256SUMS ${name}.loaded
      `,
      moment === 'failed' ? orNothingThere({ schema, file, compression }) : null,
      sh`
        mariadb-dump --single-transaction --quick --routines --triggers --events --hex-blob --add-drop-database --default-character-set=utf8mb4 --databases ${schema} > ${file}.part
        tail -n 1 ${file}.part | grep -q '^-- Dump completed on ' || { echo 'the dump has no trailer: it is not complete' >&2; exit 1; }
        dumped=$(grep -c '^CREATE TABLE ' ${file}.part)
        tables=$(${sqlCommand} -e "SELECT COUNT(*) FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema = '${raw(schema)}'")
        test "$dumped" -eq "$tables" || { echo "the dump holds $dumped of $tables tables" >&2; exit 1; }
        ${facts}
        stat -c %s ${file}.part > ${name}.bytes
        ${compress({ from: sh`${file}.part`, to: sh`${packed}.part`, compression })}
        mv ${packed}.part ${packed}; rm ${file}.part
        sha256sum ${name}.* > SHA256SUMS.part && mv SHA256SUMS.part ${name}.SHA256SUMS
        echo "$dumped tables, $(stat -c %s ${packed}) bytes"
      `,
    ),
    effects: [{ kind: 'thing', thing: `dump ${schema} ${moment}`, exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: options.timeoutSeconds,
    // A migration in the middle of a dump breaks it (D.2).
    mutex: `db:${schema}`,
    requirements: ['R-OPS-34', 'R-OPS-55', 'trap 22'],
  });
}

/** Revisions as alembic and sqlalchemy-migrate keep them, of a database whose tables are listed in `final.counts`. */
function revisions(schema: string): ShellText {
  return sh`
    { for column in alembic_version.version_num migrate_version.version; do
      if grep -q "^\${column%.*}\t" final.counts; then ${sqlCommand} -D ${schema} -e "SELECT \${column#*.} FROM \${column%.*}"; fi
    done; }
  `;
}

/** A restore that ended between DROP and CREATE leaves no schema. The next one starts over, and what it replaces is nothing. */
function orNothingThere(options: { schema: string; file: ShellText; compression: Compression }): ShellText {
  const { schema, file, compression } = options;
  const packed = compressedName({ file, compression });
  const name = nameOf.failed;
  return sh`
    there=$(${sqlCommand} -e "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = '${raw(schema)}'")
    if test "$there" = 0; then
      echo ${`-- There was no database ${schema}.`} > ${file}.part
      ${compress({ from: sh`${file}.part`, to: sh`${packed}.part`, compression })}
      mv ${packed}.part ${packed}; rm ${file}.part
      sha256sum ${name}.* > SHA256SUMS.part && mv SHA256SUMS.part ${name}.SHA256SUMS
      echo ${`there is no database ${schema} now: nothing to dump`}
      exit 0
    fi
  `;
}

/** Rows of every table, one `table<TAB>rows` a line: what a restored schema is compared with. */
export function rowCounts(options: { schema: string; into: string | ShellText }): ReturnType<typeof sh> {
  const statement = `SELECT CONCAT('SELECT ''', table_name, ''', COUNT(*) FROM \`', table_schema, '\`.\`', table_name, '\`;') FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema = '${options.schema}' ORDER BY table_name`;
  return sh`${sqlCommand} -e ${statement} > ${options.into}.sql && ${sqlCommand} < ${options.into}.sql > ${options.into} && rm ${options.into}.sql`;
}

const scratchBase = '/var/lib/openstack-upgrade-scratch';

/**
 * Loads the dump into a temporary server of the same version, on a socket and a directory of its own: production's
 * server never sees it (R-OPS-9, R-OPS-58, D.5).
 */
export function loadTest(options: { schema: string; programs: Programs; timeoutSeconds: number }): Change {
  const { schema, programs } = options;
  return change({
    id: `restore-point/load-test-${schema}`,
    title: `load the dump of ${schema} into a temporary server`,
    check: sh`test -s "$RP/db/"${schema}/prepare.loaded`,
    run: sh`
      sh -s -- prepare "$RP" ${raw(`${scratchBase}/"$OSU_RUN"-${schema}`)} ${schema} ${hereDocument({ content: programs['load-dump'].text })}
      ${tablesAsNow({ schema, moment: 'prepare' })}
    `,
    effects: [{ kind: 'thing', thing: `loaded dump ${schema}`, exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: options.timeoutSeconds,
    mutex: `db:${schema}`,
    requirements: ['R-OPS-9', 'R-OPS-58', 'D.5', 'trap 22'],
  });
}

function tablesAsNow({ schema, moment }: { schema: string; moment: 'prepare' }): ShellText {
  return sh`
    loaded=$(wc -l < "$RP/db/"${schema}/${moment}.loaded)
    tables=$(${sqlCommand} -e "SELECT COUNT(*) FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema = '${raw(schema)}'")
    test "$loaded" -eq "$tables" || { rm "$RP/db/"${schema}/${moment}.loaded; echo "$loaded of $tables tables were loaded" >&2; exit 1; }
  `;
}

const loadUnit = raw('"openstack-upgrade-load-$OSU_RUN"');
const finalScratch = raw(`${scratchBase}/"$OSU_RUN"-final`);

/**
 * The dumps that a rollback loads are loaded once, too, beside the steps that replace packages on other hosts: the outage is not
 * longer for it. A unit of its own, because a step ends when its command does.
 */
export function beginFinalLoad(options: { schemas: readonly string[]; programs: Programs }): Change {
  const { schemas, programs } = options;
  return change({
    id: 'restore-point/load-final-begins',
    title: 'begin to load the dumps with no writers into a temporary server, beside the next steps',
    check: sh`systemctl -q is-active ${loadUnit} || test -e "$RUN/load-final.started"`,
    run: sh`
      cat > "$RUN/load-dump.sh" ${hereDocument({ content: programs['load-dump'].text })}
      systemd-run --quiet --collect --unit=${loadUnit} -p StandardOutput=file:"$RUN/load-final.log" -p StandardError=file:"$RUN/load-final.log" sh "$RUN/load-dump.sh" final "$RP" ${finalScratch} ${schemas}
      : > "$RUN/load-final.started"
    `,
    effects: [{ kind: 'thing', thing: 'helper: temporary database server', exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-OPS-58', 'D.5'],
  });
}

/** Waits for the load of the dump that a rollback would use. Where it was cut off (a reboot), it is done here. */
export function finalLoaded(options: { schema: string; timeoutSeconds: number }): Change {
  const { schema } = options;
  const loaded = sh`"$RP/db/"${schema}/final.loaded`;
  return change({
    id: `restore-point/load-final-${schema}`,
    title: `wait until the dump of ${schema} with no writers is loaded, and compare its rows`,
    check: sh`cmp ${loaded} "$RP/db/"${schema}/final.counts`,
    run: sh`
      while systemctl -q is-active ${loadUnit}; do test ! -s ${loaded} || break; sleep 0.2; done
      test -s ${loaded} || sh "$RUN/load-dump.sh" final "$RP" ${finalScratch} ${schema}
      cmp -s ${loaded} "$RP/db/"${schema}/final.counts || { echo 'the dump does not hold what the database held when it was made; tables and rows of the database (<) and of the dump (>):' >&2; diff "$RP/db/"${schema}/final.counts ${loaded} | head -n 20 >&2; exit 1; }
      awk -v FS='\\t' '{ rows += $2 } END { print NR " tables, " rows + 0 " rows, as in the database" }' ${loaded}
    `,
    effects: [{ kind: 'thing', thing: `loaded dump ${schema} final`, exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: options.timeoutSeconds,
    mutex: `db:${schema}`,
    requirements: ['R-OPS-55', 'R-OPS-58', 'D.5', 'trap 22'],
  });
}

export const scratchAway: Change = change({
  id: 'restore-point/scratch-away',
  title: 'remove temporary database servers',
  check: sh`
    ! systemctl -q is-active ${loadUnit} || exit 1
    for left in /var/lib/openstack-upgrade-scratch/"$OSU_RUN"-*; do test ! -e "$left"; done
  `,
  run: sh`
    ! systemctl -q is-active ${loadUnit} || systemctl stop ${loadUnit}
    for left in /var/lib/openstack-upgrade-scratch/"$OSU_RUN"-*; do
      test ! -s "$left/pid" || kill "$(cat "$left/pid")" 2>/dev/null || true
    done
    sleep 1
    rm -rf /var/lib/openstack-upgrade-scratch/"$OSU_RUN"-*
  `,
  effects: [{ kind: 'thing', thing: 'helper: temporary database server', exists: false }],
  onInterrupted: 'rerun',
  timeoutSeconds: 60,
  requirements: ['D.5'],
});
