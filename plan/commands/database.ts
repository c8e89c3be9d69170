import { longTransactionsSql, sqlCommand } from '../../catalog/platform/mariadb';
import { asUser } from '../../catalog/platform/service-config';
import type { Service } from '../../catalog/service';
import type { Change, Probe } from '../../schema/plan';
import { lines, raw, sh, type ShellText } from '../../shell/sh';
import { change, probe } from '../change';
import { serviceSchema } from './programs';

/** `prepare`: while the service runs, for the load test. `final`: after it stopped; the one a rollback restores. */
export type DumpMoment = 'prepare' | 'final';

/**
 * One schema, one moment, one file, never overwritten. No pipe: the dump's own exit code, its trailer and its table
 * count are read before anything compresses it, because a dump cut between two statements restores without any error
 * (D.5, trap 22).
 */
export function dump(options: { schema: string; moment: DumpMoment; timeoutSeconds: number }): Change {
  const { schema, moment } = options;
  const file = `${moment}.sql`;
  const counts = moment === 'final' ? rowCounts({ schema, into: `${moment}.counts` }) : sh`:`;
  return change({
    id: `restore-point/dump-${schema}-${moment}`,
    title: moment === 'final' ? `dump ${schema}, with no writers` : `dump ${schema}`,
    check: sh`
      cd "$RP/db/"${schema} && sha256sum --quiet -c ${`${moment}.SHA256SUMS`}
    `,
    run: sh`
      mkdir -p "$RP/db/"${schema}; cd "$RP/db/"${schema}
      mariadb-dump --single-transaction --quick --routines --triggers --events --hex-blob --add-drop-database --default-character-set=utf8mb4 --databases ${schema} > ${file}.part
      tail -n 1 ${file}.part | grep -q '^-- Dump completed on ' || { echo 'the dump has no trailer: it is not complete' >&2; exit 1; }
      dumped=$(grep -c '^CREATE TABLE ' ${file}.part)
      tables=$(${sqlCommand} -e "SELECT COUNT(*) FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema = '${raw(schema)}'")
      test "$dumped" -eq "$tables" || { echo "the dump holds $dumped of $tables tables" >&2; exit 1; }
      ${counts}
      zstd -q -f -T0 ${file}.part -o ${file}.zst.part && zstd -tq ${file}.zst.part
      mv ${file}.zst.part ${file}.zst; rm ${file}.part
      sha256sum ${`${moment}.`}* > SHA256SUMS.part && mv SHA256SUMS.part ${`${moment}.SHA256SUMS`}
      echo "$dumped tables, $(stat -c %s ${file}.zst) bytes"
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
function rowCounts(options: { schema: string; into: string; sql?: ReturnType<typeof sh> }): ReturnType<typeof sh> {
  const sql = options.sql ?? sqlCommand;
  const statement = `SELECT CONCAT('SELECT ''', table_name, ''', COUNT(*) FROM \`', table_schema, '\`.\`', table_name, '\`;') FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema = '${options.schema}' ORDER BY table_name`;
  return sh`${sql} -e ${statement} > ${options.into}.sql && ${sql} < ${options.into}.sql > ${options.into} && rm ${options.into}.sql`;
}

/**
 * Loads the dump into a throw-away server of the same version, on a socket and a directory of its own: production's
 * server never sees it (R-OPS-9, R-OPS-58, D.5).
 */
export function loadTest(options: { schema: string; timeoutSeconds: number }): Change {
  const { schema } = options;
  const scratchSql = sh`mariadb --no-defaults -N -B --socket="$scratch/sock"`;
  return change({
    id: `restore-point/load-test-${schema}`,
    title: `load the dump of ${schema} into a throw-away server`,
    check: sh`test -s "$RP/db/"${schema}/load-test.counts`,
    run: sh`
      base=/var/lib/openstack-upgrade-scratch; scratch=$base/$OSU_RUN-${schema}
      mkdir -p -m 0711 $base; rm -rf "$scratch"; install -d -o mysql -m 0700 "$scratch"
      trap 'test ! -s "$scratch/pid" || kill "$(cat "$scratch/pid")" 2>/dev/null || true; sleep 1; rm -rf "$scratch"' EXIT
      mariadb-install-db --no-defaults --user=mysql --datadir="$scratch/data" --auth-root-authentication-method=normal --skip-test-db > "$RUN/load-test.log" 2>&1
      mariadbd --no-defaults --user=mysql --datadir="$scratch/data" --socket="$scratch/sock" --pid-file="$scratch/pid" --skip-networking --skip-log-bin >> "$RUN/load-test.log" 2>&1 &
      for attempt in $(seq 60); do ${scratchSql} -e 'SELECT 1' >/dev/null 2>&1 && break; sleep 0.5; done
      zstd -dqf "$RP/db/"${schema}/prepare.sql.zst -o "$scratch/load.sql"
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
  title: 'remove throw-away database servers',
  check: sh`for left in /var/lib/openstack-upgrade-scratch/"$OSU_RUN"-*; do test ! -e "$left"; done`,
  run: sh`
    for left in /var/lib/openstack-upgrade-scratch/"$OSU_RUN"-*; do
      test ! -s "$left/pid" || kill "$(cat "$left/pid")" 2>/dev/null || true
    done
    sleep 1
    rm -rf /var/lib/openstack-upgrade-scratch/"$OSU_RUN"-*
  `,
  effects: [{ kind: 'thing', thing: 'helper: throw-away database server', exists: false }],
  onInterrupted: 'rerun',
  timeoutSeconds: 60,
  requirements: ['D.5'],
});

/** Nobody else is connected as this service to the database server that its URL names; other nodes are not asked. */
export function silentProbe(options: { service: Service }): Probe {
  const { service } = options;
  return probe({
    id: `${service.name}/silent`,
    title: `nobody uses the database of ${service.name}`,
    script: serviceSchema({ service, verb: 'silent' }),
    retryForSeconds: 120,
    proves: [{ kind: 'silent', service: service.name }],
    requirements: ['R-OPS-6'],
  });
}

/**
 * The one step that must never start twice: DDL is not transactional, and a second run beside or after a half one
 * breaks the schema (traps 5, 6). Its unknown fate is always a question. Where the service is stopped, silence is read
 * again in the same script; where the installed release goes on serving, the migration is one that it can live with
 * (R-HEAT-13).
 */
export function syncSchema(options: {
  service: Service;
  schema: string;
  others: 'silent' | 'serving';
  /** Where the new code lies, when not in the packages. */
  beside?: { readonly directory: string; readonly configFile: string };
}): Change {
  const { service, schema, others, beside } = options;
  const code = beside === undefined ? {} : { python: `${beside.directory}/bin/python3` };
  const sync =
    beside === undefined
      ? service.schema.sync
      : raw(`${beside.directory}/bin/${service.schema.sync.text.replace(service.configFile, beside.configFile)}`);
  return change({
    id: `${service.name}/db-sync`,
    title: sync.text,
    check: serviceSchema({ service, verb: 'at-head', ...code }),
    run: lines(
      serviceSchema({ service, verb: 'facts', ...code }),
      others === 'silent' ? serviceSchema({ service, verb: 'silent' }) : null,
      sh`
        state() { ${serviceSchema({ service, verb: 'state', ...code })}; }
        before=$(state)
        ${asUser({ user: service.user, command: sync })} || { code=$?; echo "it ended with $code. Before: $before. Now: $(state 2>/dev/null || echo 'not to be read')" >&2; exit $code; }
      `,
      serviceSchema({ service, verb: 'facts', ...code }),
    ),
    effects: [{ kind: 'schema', service: service.name, schema, at: 'target' }],
    onInterrupted: 'ask',
    whenUnknown: migrationState({ service }),
    timeoutSeconds: service.schema.timeoutSeconds,
    mutex: `db:${schema}`,
    requirements: [
      ...service.schema.rules,
      ...(others === 'silent' ? (['R-OPS-42'] as const) : []),
      'trap 5',
      'trap 6',
      'trap 36',
    ],
  });
}

/**
 * Nobody holds tables that the migration wants to change: it would wait behind a metadata lock, and all others behind it
 * (trap 25). On the database host, right before the migration.
 */
export function nobodyHolds(options: { schema: string }): Probe {
  const { schema } = options;
  return probe({
    id: `database/nobody-holds-${schema}`,
    title: `no transaction holds tables of ${schema} for long`,
    script: sh`
      held=$(${sqlCommand} -e ${`${longTransactionsSql()} AND COALESCE(p.db, '') IN ('', '${schema}')`})
      test -z "$held" || { echo "$held" | awk '{ printf "connection %s of %s holds for %s s; ", $1, $2, $NF }'; false; }
    `,
    retryForSeconds: 300,
    everySeconds: 5,
    remedy:
      'ask its owner to end it, or end its connection by its number (KILL); behind a migration that waits for it every request would wait.',
    requirements: ['trap 25'],
  });
}

/** What people need who must say how far a migration came (trap 5): revision, who is connected, what still runs here. */
function migrationState(options: { service: Service }): ShellText {
  const { service } = options;
  const [tool = ''] = service.schema.sync.text.split(' ');
  return sh`
    ${serviceSchema({ service, verb: 'at-head' })} || true
    ${serviceSchema({ service, verb: 'silent' })} || true
    pgrep -af ${tool} || echo ${`no process of ${tool} on this host`}
  `;
}

/** The code of this host and the schema are of one release (C.6). */
export function schemaAtHead(options: { service: Service }): Probe {
  const { service } = options;
  return probe({
    id: 'verify/schema-at-head',
    title: `the schema of ${service.name} is the one that this host's code wants`,
    script: serviceSchema({ service, verb: 'at-head' }),
    remedy: 'never run the migration by hand during a run: check whether a failed check was overridden earlier.',
    requirements: ['R-OPS-43', 'B.0'],
  });
}

/** Packages may migrate on their own (trap 9): after them the revision is still the surveyed one. */
export function revisionProbe(options: { service: Service; revision: readonly string[] }): Probe {
  const { service } = options;
  return probe({
    id: `${service.name}/revision-unchanged`,
    title: `the packages did not migrate the database of ${service.name}`,
    script: sh`
      ${serviceSchema({ service, verb: 'facts' })} > "$RUN/revision"
      grep -oF ${`"current": ${pythonList(options.revision)}`} "$RUN/revision" || { echo ${`the schema of ${service.name} is not at ${options.revision.join(', ')} any more`}; exit 1; }
    `,
    remedy: 'a package ran the migration itself: check that it ended before anything else writes.',
    requirements: ['trap 9', 'trap 37'],
  });
}

/** `<service>-status upgrade check` with the new code. No JSON, or 2, or 255: never start. 1: a warning, a person looks. */
export function upgradeCheckProbe(options: { service: Service; command: string }): Probe {
  const { service } = options;
  return probe({
    id: `${service.name}/upgrade-check`,
    title: options.command,
    script: asUser({ user: service.user, command: raw(options.command) }),
    stdoutMatches: '"checks"',
    timeoutSeconds: 120,
    remedy: 'read what it names; it checks the configuration with the new code.',
    requirements: ['R-OPS-43', 'B.0'],
  });
}

/** As Python's json.dumps prints a list of strings. */
function pythonList(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}
