import { sqlCommand } from '../../catalog/platform/sql';
import type { Change } from '../../schema/plan';
import { raw, sh, type ShellText } from '../../shell/sh';
import { change } from '../change';
import { compress, compressedName, type Compression, uncompressed } from './compression';

/**
 * `prepare`: while the service runs, for the load test. `final`: after it stopped; the one a rollback restores. `failed`: what such
 * a rollback replaces, for whoever misses something afterwards (D.6).
 */
export type DumpMoment = 'prepare' | 'final' | 'failed';

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
  // What a restored schema is compared with, and how much room it needs.
  const facts =
    moment === 'final'
      ? sh`
      ${rowCounts({ schema, into: 'final.counts' })}
      stat -c %s ${file}.part > final.bytes`
      : sh`:`;
  return change({
    id: `restore-point/dump-${schema}-${moment}`,
    title: dumpTitle[moment](schema),
    check: sh`
      cd "$RP/db/"${schema} && sha256sum --quiet -c ${name}.SHA256SUMS
    `,
    run: sh`
      mkdir -p "$RP/db/"${schema}; cd "$RP/db/"${schema}
      rm -f ${name}.SHA256SUMS
      mariadb-dump --single-transaction --quick --routines --triggers --events --hex-blob --add-drop-database --default-character-set=utf8mb4 --databases ${schema} > ${file}.part
      tail -n 1 ${file}.part | grep -q '^-- Dump completed on ' || { echo 'the dump has no trailer: it is not complete' >&2; exit 1; }
      dumped=$(grep -c '^CREATE TABLE ' ${file}.part)
      tables=$(${sqlCommand} -e "SELECT COUNT(*) FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema = '${raw(schema)}'")
      test "$dumped" -eq "$tables" || { echo "the dump holds $dumped of $tables tables" >&2; exit 1; }
      ${facts}
      ${compress({ from: sh`${file}.part`, to: sh`${packed}.part`, compression })}
      mv ${packed}.part ${packed}; rm ${file}.part
      sha256sum ${name}.* > SHA256SUMS.part && mv SHA256SUMS.part ${name}.SHA256SUMS
      echo "$dumped tables, $(stat -c %s ${packed}) bytes"
    `,
    effects: [{ kind: 'thing', thing: `dump ${schema} ${moment}`, exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: options.timeoutSeconds,
    // A migration in the middle of a dump breaks it (D.2).
    mutex: `db:${schema}`,
    requirements: ['R-OPS-34', 'R-OPS-55', 'trap 22'],
  });
}

/** Rows of every table, one `table<TAB>rows` a line: what a restored schema is compared with. */
export function rowCounts(options: {
  schema: string;
  into: string | ShellText;
  sql?: ReturnType<typeof sh>;
}): ReturnType<typeof sh> {
  const sql = options.sql ?? sqlCommand;
  const statement = `SELECT CONCAT('SELECT ''', table_name, ''', COUNT(*) FROM \`', table_schema, '\`.\`', table_name, '\`;') FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema = '${options.schema}' ORDER BY table_name`;
  return sh`${sql} -e ${statement} > ${options.into}.sql && ${sql} < ${options.into}.sql > ${options.into} && rm ${options.into}.sql`;
}

/**
 * Loads the dump into a temporary server of the same version, on a socket and a directory of its own: production's
 * server never sees it (R-OPS-9, R-OPS-58, D.5).
 */
export function loadTest(options: { schema: string; timeoutSeconds: number }): Change {
  const { schema } = options;
  const scratchSql = sh`mariadb --no-defaults -N -B --socket="$scratch/sock"`;
  return change({
    id: `restore-point/load-test-${schema}`,
    title: `load the dump of ${schema} into a temporary server`,
    check: sh`test -s "$RP/db/"${schema}/load-test.counts`,
    run: sh`
      base=/var/lib/openstack-upgrade-scratch; scratch=$base/$OSU_RUN-${schema}
      mkdir -p -m 0711 $base; rm -rf "$scratch"; install -d -o mysql -m 0700 "$scratch"
      trap 'test ! -s "$scratch/pid" || kill "$(cat "$scratch/pid")" 2>/dev/null || true; sleep 1; rm -rf "$scratch"' EXIT
      mariadb-install-db --no-defaults --user=mysql --datadir="$scratch/data" --auth-root-authentication-method=normal --skip-test-db > "$RUN/load-test.log" 2>&1
      mariadbd --no-defaults --user=mysql --datadir="$scratch/data" --socket="$scratch/sock" --pid-file="$scratch/pid" --skip-networking --skip-log-bin >> "$RUN/load-test.log" 2>&1 &
      for attempt in $(seq 60); do ${scratchSql} -e 'SELECT 1' >/dev/null 2>&1 && break; sleep 0.5; done
      { ${uncompressed(sh`"$RP/db/"${schema}/prepare.sql`)}; } > "$scratch/load.sql"
      ${scratchSql} --abort-source-on-error < "$scratch/load.sql"
      cd "$RP/db/"${schema}
      ${rowCounts({ schema, into: 'load-test.counts.part', sql: scratchSql })}
      loaded=$(wc -l < load-test.counts.part)
      tables=$(${sqlCommand} -e "SELECT COUNT(*) FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema = '${raw(schema)}'")
      test "$loaded" -eq "$tables" || { echo "$loaded of $tables tables were loaded" >&2; exit 1; }
      mv load-test.counts.part load-test.counts
      awk -v FS='\\t' '{ rows += $2 } END { print NR " tables, " rows " rows loaded" }' load-test.counts
    `,
    effects: [{ kind: 'thing', thing: `loaded dump ${schema}`, exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: options.timeoutSeconds,
    mutex: `db:${schema}`,
    requirements: ['R-OPS-9', 'R-OPS-58', 'D.5', 'trap 22'],
  });
}

export const scratchAway: Change = change({
  id: 'restore-point/scratch-away',
  title: 'remove temporary database servers',
  check: sh`for left in /var/lib/openstack-upgrade-scratch/"$OSU_RUN"-*; do test ! -e "$left"; done`,
  run: sh`
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
