import { sqlCommand } from '../../catalog/platform/sql';
import type { Change, Probe } from '../../schema/plan';
import { sh, type ShellText } from '../../shell/sh';
import { change, probe } from '../change';
import type { ScopedSchema } from '../scope/scope';
import { compressedName, intact, uncompressed, type Compression } from './compression';
import { type RestoredMoment, rowCounts } from './database';
import { connectedNow, connectedStill } from './schema-state';

type Database = ScopedSchema['database'];

/** Of the dump that is restored. */
interface Moment {
  readonly moment: RestoredMoment;
}

/** Rows that the dump holds: counted when nobody wrote, or, where the service ran, as they were loaded for the test. */
const countsOf: Readonly<Record<RestoredMoment, string>> = { final: 'final.counts', prepare: 'prepare.loaded' };

/** The dump that a restore would load is complete, and there is room for it, before anything is stopped (R-OPS-58). */
export function restorable(options: Moment & { schema: string; compression: Compression }): Probe {
  const { schema, compression, moment } = options;
  const packed = compressedName({ file: `${moment}.sql`, compression });
  return probe({
    id: `rollback/restorable-${schema}`,
    title: `the dump of ${schema} is complete, and there is room to load it`,
    script: sh`
      cd "$RP/db/"${schema}
      sha256sum --quiet -c ${moment}.SHA256SUMS
      test -s ${countsOf[moment]}
      ${intact({ file: packed, compression })}
      ${ofThisSchema({ schema, moment, dump: uncompressed(sh`${moment}.sql`) })}
      ${roomAt({ schema, place: sh`"$RUN"`, needed: plainBytes(moment) })}
      ${roomAt({ schema, place: sh`"$(${sqlCommand} -e 'SELECT @@datadir')"`, needed: loadedBytes(moment) })}
      echo "$(cat ${moment}.bytes) bytes, made $(date -u -d "@$(stat -c %Y ${packed})" '+%F %T') UTC"
    `,
    timeoutSeconds: 1800,
    remedy:
      'make room; bring damaged files back from the second copy with openstack-upgrade restore-points fetch; nothing was stopped for the rollback yet.',
    requirements: ['R-OPS-58', 'trap 22'],
  });
}

/**
 * For the plain file, and a dump of what it replaces. For what the server writes while it loads it: rows, indexes, binary log (D.5), and a
 * file for each table, which begins with so many bytes however few its rows are.
 */
const roomFor = { factor: 2, bytesOfTable: 160 * 1024 } as const;

const plainBytes = (moment: RestoredMoment): ShellText => sh`$(($(cat ${moment}.bytes) * ${roomFor.factor}))`;

const loadedBytes = (moment: RestoredMoment): ShellText =>
  sh`$(($(cat ${moment}.bytes) * ${roomFor.factor} + $(wc -l < ${countsOf[moment]}) * ${roomFor.bytesOfTable}))`;

function roomAt(options: { schema: string; place: ShellText; needed: ShellText }): ShellText {
  const { schema, place, needed } = options;
  return sh`
    place=${place}
    needed=${needed}
    room=$(df --output=avail -B1 "$place" | tail -n 1)
    test "$room" -ge "$needed" || { echo "$place has room for $room bytes, the load of "${schema}" needs $needed"; exit 1; }
  `;
}

/** What the schema takes now is free once it is dropped. */
function roomToLoad({ moment, schema }: Moment & { schema: string }): ShellText {
  return sh`
    data=$(${sqlCommand} -e 'SELECT @@datadir')
    taken=$(du -s -B1 "$data"/${schema} 2>/dev/null | cut -f 1)
    free=$(($(df --output=avail -B1 "$data" | tail -n 1) + \${taken:-0}))
    needed=${loadedBytes(moment)}
    test "$free" -ge "$needed" || { echo "$data has room for $free bytes, the load of "${schema}" needs $needed. Nothing was dropped: make room there, then retry" >&2; exit 1; }
  `;
}

/** A server whose disk is full may end itself (seen with MariaDB 10.11). */
const notAnswering =
  'MariaDB does not answer: read its journal, make room where its disk is full, start it (systemctl start mariadb), retry';

/** It holds no lock of ours (a process that was started by hand), and may have written between the rows of the dump. */
const connectedMeanwhile = (schema: string): string =>
  `${schema} was loaded, and somebody connected to it meanwhile. Stop what is named here, then retry: the restore starts from its beginning. Connected:`;

/**
 * Replaces a schema by the dump that the restore point has of it. Starts over from its beginning however often it is
 * run: dropped, loaded, compared by tables and rows. Silence is read in the same script, right before and once it is loaded, and the dump may drop and use
 * this schema alone. Of a statement that fails the client prints the rows as well, which may be secrets: only its errors are passed on.
 */
export function restoreSchema(options: {
  moment: RestoredMoment;
  service: string;
  database: Database;
  compression: Compression;
  timeoutSeconds: number;
}): Change {
  const { moment, service, database, compression } = options;
  const packed = compressedName({ file: `${moment}.sql`, compression });
  const counts = countsOf[moment];
  const { name } = database;
  const file = sh`"$RUN/restore-"${name}.sql`;
  const marker = sh`"$RUN/restored-"${name}`;
  return change({
    id: `rollback/restore-${name}`,
    title: `restore ${name} from the restore point`,
    check: sh`
      test "$(cat ${marker})" = "$(sha256sum < "$RP/db/"${name}/${packed})"
      ${tablesNow(name)} | cmp -s - ${marker}.tables
    `,
    run: sh`
      ${sqlCommand} -e 'SELECT 1' > /dev/null || { echo ${notAnswering} >&2; exit 1; }
      cd "$RP/db/"${name}
      sha256sum --quiet -c ${moment}.SHA256SUMS
      { ${connectedNow({ schema: name, user: database.user })}
      } >&2
      { ${uncompressed(sh`${moment}.sql`)}
      } > ${file}
      tail -n 1 ${file} | grep -q '^-- Dump completed on ' || { echo 'the dump has no trailer: it is not complete. Nothing was restored' >&2; exit 1; }
      ${ofThisSchema({ schema: name, moment, dump: sh`cat ${file}` })}
      ${roomToLoad({ moment, schema: name })}
      rm -f ${marker}
      said=$(mariadb --abort-source-on-error < ${file} 2>&1 > /dev/null) || { code=$?
        rm -f ${file}
        printf '%s\\n' "$said" | grep -a '^ERROR ' || true
        ${sqlCommand} -e 'SELECT 1' > /dev/null 2>&1 || echo ${notAnswering}
        echo "$data has room for $(($(df --output=avail -B1 "$data" | tail -n 1))) bytes now"
        echo ${`${name} is half restored. The one way on is this step again, from its beginning (retry)`}
        exit $code; } >&2
      rm -f ${file}
      ${rowCounts({ schema: name, into: sh`"$RUN/restored-"${name}.counts` })}
      cmp -s ${counts} ${marker}.counts || { echo ${`${name} does not hold what its dump held; tables and rows of the dump (<) and now (>):`} >&2; diff ${counts} ${marker}.counts | head -n 20 >&2; exit 1; }
      { ${connectedStill({ schema: name, user: database.user, but: connectedMeanwhile(name) })}
      } >&2
      ${tablesNow(name)} > ${marker}.tables
      sha256sum < ${packed} > ${marker}
      awk -v FS='\\t' '{ rows += $2 } END { print NR " tables, " rows " rows restored" }' ${counts}
    `,
    effects: [
      { kind: 'schema', service, schema: name, at: 'before', ...(moment === 'prepare' ? { from: moment } : {}) },
    ],
    onInterrupted: 'rerun',
    timeoutSeconds: options.timeoutSeconds,
    mutex: `db:${name}`,
    requirements: ['R-OPS-57', 'R-OPS-63', 'D.6', 'trap 4', 'trap 23'],
  });
}

/**
 * What a dump would drop, use and make: a file of another schema would replace that one, and one of another release would be found out only
 * once the schema is gone. Statements that tell it begin a line; each row stands on a line of its own (Keystone has a revision in each of two branches).
 */
function ofThisSchema({ schema, moment, dump }: Moment & { schema: string; dump: ShellText }): ShellText {
  const found = sh`"$SCRATCH/"${schema}`;
  return sh`
    { ${dump}
    } | sed -nE -e '/^(\\/\\*!40000 DROP DATABASE IF EXISTS |USE |CREATE TABLE )/p' -e '/^INSERT INTO \`(alembic_version|migrate_version)\` /,/;$/p' > ${found}.told
    grep -aE '^(/\\*!40000 DROP|USE )' ${found}.told | sed 's,;.*,,; s,\\*/$,,' | sort -u > ${found}.names
    printf '%s\\n' ${`/*!40000 DROP DATABASE IF EXISTS \`${schema}\``} ${`USE \`${schema}\``} | sort | cmp -s - ${found}.names || { echo ${`the dump is not one of ${schema} alone. Nothing was restored. It says:`} "$(paste -sd ';' ${found}.names)"; exit 1; } >&2
    sed -n 's/^CREATE TABLE \`\\(.*\\)\` (.*/\\1/p' ${found}.told | sort > ${found}.tables
    cut -f 1 ${countsOf[moment]} | sort | diff - ${found}.tables > ${found}.others || { echo ${`the dump is not one of ${schema} as it was recorded. Nothing was restored. Tables that were recorded (<), and that it has (>):`} $(grep '^[<>]' ${found}.others | head -n 6); exit 1; } >&2
    test ! -e ${moment}.revisions || while read -r revision; do
      grep -qw -e "$revision" ${found}.told || { echo ${`the dump is not one of ${schema} as it was recorded, at revision`} "$revision. Nothing was restored"; exit 1; } >&2
    done < ${moment}.revisions
  `;
}

function tablesNow(schema: string): ShellText {
  return sh`${sqlCommand} -e ${`SELECT table_name FROM information_schema.tables WHERE table_schema = '${schema}' ORDER BY table_name`}`;
}
