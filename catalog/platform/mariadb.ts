import { raw, sh, type ShellText } from '../../shell/sh';
import type { Endpoint } from './endpoints';
import { linesOf, numberOf, reasonOf, rowsOf, type Reader } from '../reader';
import { sqlCommand } from './sql';

export interface DatabaseServerFacts extends DatabaseServer {
  readonly variables: Readonly<Record<string, string>>;
  readonly schemas: readonly SchemaFacts[];
  /** Rows of work in flight by service. Null: it could not be asked, which is not "there is none". */
  readonly workInFlight: Readonly<Record<string, readonly WorkRow[] | null>>;
  /** Null: not read. */
  readonly longTransactions: readonly OpenTransaction[] | null;
  /** Rows of each debt by `service/debt`. Null: not counted within its time. */
  readonly debts: Readonly<Record<string, number | null>>;
  /** Work that nobody does any more, and work that an engine of another vhost would take away, by service. */
  readonly stuckWork: Readonly<Record<string, readonly WorkRow[] | null>>;
  readonly stealableWork: Readonly<Record<string, readonly WorkRow[] | null>>;
  /** Not there: nobody could log in. */
  readonly connection?: SqlConnection | null;
  /** Of the whole cloud. Null: no schema of this server knows them, or they were not read. */
  readonly endpoints: readonly Endpoint[] | null;
}

export interface DatabaseServer {
  /** As the server says it over a connection. Empty: nobody could log in. */
  readonly version: string;
  /** What its program says of itself (`mariadbd  Ver 10.11...`). Null: no such program is on the host. */
  readonly program: string | null;
  /** Administrator's login through the socket works (root's unix_socket authentication). */
  readonly login: boolean;
  /** Why nobody could log in, in the client's words. */
  readonly refusal: string | null;
}

export interface SchemaFacts {
  readonly name: string;
  /** Character set that tables of a migration get: `utf8mb4`. */
  readonly characterSet: string;
  readonly bytes: number;
  readonly largestTableBytes: number;
  readonly tables: number;
  /** Tables that a single-transaction dump does not protect: `stack_tag (MyISAM)`. */
  readonly nonInnoDb: readonly string[];
}

export interface WorkRow {
  readonly id: string;
  readonly name: string;
  readonly action: string;
  readonly since: string;
}

/** These procedures are MariaDB's: MySQL and Percona have other clients, other dumps and other variables. */
export function isMariaDb({ version, program }: DatabaseServer): boolean {
  return /mariadb/i.test(version === '' ? (program ?? '') : version);
}

export const serverVersion: Reader<DatabaseServer> = {
  script: sh`
    { mariadbd --version || mysqld --version; } 2>/dev/null | sed 's/^/program /'
    ${sqlCommand} -e "SELECT CONCAT('version ', VERSION())"
  `,
  parse: (printed) => {
    const said = (word: string): string | undefined =>
      linesOf(printed.stdout)
        .find((line) => line.startsWith(`${word} `))
        ?.slice(word.length + 1)
        .trim();
    const login = printed.exitCode === 0;
    return {
      version: said('version') ?? '',
      program: said('program') ?? null,
      login,
      refusal: login ? null : reasonOf(printed),
    };
  },
};

/** Where the server keeps its data. One that does not answer keeps it where its package does. */
export const dataDirectory = sh`"$(${sqlCommand} -e 'SELECT @@datadir' 2>/dev/null || echo /var/lib/mysql)"`;

/** Variables that stop migrations or restores (traps 24, 26), and what the install guide sets (R-OPS-36). */
const wantedVariables = [
  'log_bin',
  'log_bin_trust_function_creators',
  'max_connections',
  'innodb_file_per_table',
  'character_set_server',
  'bind_address',
  'datadir',
  'hostname',
  'wsrep_on',
  'wsrep_desync',
];

/** Every node of a Galera cluster may call itself Primary and Synced and be alone: size and UUID tell of the others. */
const wantedStatus = [
  'max_used_connections',
  'wsrep_cluster_status',
  'wsrep_local_state_comment',
  'wsrep_ready',
  'wsrep_cluster_size',
  'wsrep_cluster_state_uuid',
  'wsrep_incoming_addresses',
];

function quoted(names: readonly string[]): ShellText {
  return raw(names.map((name) => `'${name}'`).join(', '));
}

export const serverVariables: Reader<Record<string, string>> = {
  script: sh`
    set -e
    ${sqlCommand} -e "SHOW GLOBAL VARIABLES WHERE Variable_name IN (${quoted(wantedVariables)})"
    ${sqlCommand} -e "SHOW GLOBAL STATUS WHERE Variable_name IN (${quoted(wantedStatus)})"
  `,
  // Half of them would read as a server that is no member of a cluster.
  parse: ({ stdout, exitCode }) =>
    exitCode !== 0
      ? {}
      : Object.fromEntries(rowsOf(stdout).map(([key = '', value = '']) => [key.toLowerCase(), value])),
};

/** Whom the client on this host talks to. Null: it talks to nobody, or does not say. */
export interface SqlConnection {
  /** Through the socket: it is this host's own server. */
  readonly local: boolean;
  /** What the server calls its host, and what this host calls itself. */
  readonly server: string;
  readonly host: string;
  /** `root@192.0.2.21:43122`, as the server sees who asks. */
  readonly from: string;
  /** Long lists are cut and joins of large tables refused (`safe-updates` in somebody's ~/.my.cnf). */
  readonly cutsLists: boolean;
}

/**
 * `host=` in somebody's ~/.my.cnf leads the client to a virtual address, and so to whichever server that has: each database host would then
 * tell of the same one. Only a connection through the socket has no port in the server's list. The same file may make the client draw tables
 * around what it prints, or cut it; then no step could read it.
 */
export const sqlConnection: Reader<SqlConnection | null> = {
  script: sh`
    ${sqlCommand} -e "SELECT @@hostname, USER, HOST, @@sql_safe_updates FROM information_schema.processlist WHERE ID = CONNECTION_ID()" || exit 1
    uname -n
  `,
  parse: ({ stdout, exitCode }) => {
    const [[server = '', user = '', from = '', safe = ''] = [], [host = ''] = []] = rowsOf(stdout);
    if (exitCode !== 0 || safe === '') return null;
    return { local: from === 'localhost', server, host, from: `${user}@${from}`, cutsLists: safe !== '0' };
  },
};

export const schemas: Reader<SchemaFacts[]> = {
  script: sh`
    ${sqlCommand} -e "SELECT table_schema, SUM(data_length), MAX(data_length), COUNT(*),
      COALESCE(GROUP_CONCAT(IF(engine <> 'InnoDB', CONCAT(table_name, ' (', engine, ')'), NULL) SEPARATOR ', '), ''),
      MAX(default_character_set_name)
      FROM information_schema.tables JOIN information_schema.schemata ON schema_name = table_schema
      WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')
      GROUP BY table_schema"
  `,
  parse: ({ stdout, exitCode }) =>
    exitCode !== 0
      ? []
      : rowsOf(stdout).map(([name = '', bytes, largest, tables, nonInnoDb = '', characterSet = '']) => ({
          name,
          characterSet,
          bytes: numberOf(bytes) ?? 0,
          largestTableBytes: numberOf(largest) ?? 0,
          tables: numberOf(tables) ?? 0,
          nonInnoDb: nonInnoDb === '' ? [] : nonInnoDb.split(', '),
        })),
};

/** A service's work in flight, in its schema. The schema's name is known only after the controllers were read. */
export function workInFlight(options: { schema: string; list: string }): Reader<WorkRow[] | null> {
  return {
    script: sh`${sqlCommand} -D ${options.schema} -e ${options.list}`,
    parse: ({ stdout, exitCode }) =>
      exitCode !== 0
        ? null
        : rowsOf(stdout).map(([id = '', name = '', action = '', since = '']) => ({ id, name, action, since })),
  };
}

/** Counting may read whole tables of a live cloud; after this it is given up and said so. */
const countSeconds = 20;

/** Rows of one debt. Null: not counted in time, or not countable in this release. */
export function debt(options: { schema: string; count: string }): Reader<number | null> {
  const statement = `SET STATEMENT max_statement_time=${String(countSeconds)} FOR ${options.count}`;
  return {
    script: sh`${sqlCommand} -D ${options.schema} -e ${statement}`,
    parse: ({ stdout, exitCode }) => (exitCode === 0 ? numberOf(stdout) : null),
  };
}

export interface OpenTransaction {
  /** The server's number of the connection, as KILL takes it. */
  readonly connection: string;
  readonly user: string;
  readonly schema: string;
  readonly seconds: number;
}

/** So long a transaction is no request any more: a backup, a report, a forgotten console. */
const longSeconds = 30;

/**
 * Rows `connection, user, schema, seconds` of transactions that are open for long. A migration waits for them behind a
 * metadata lock, and everybody else's statements on the table wait behind the migration (trap 25). A connection that
 * has chosen no schema may hold tables of any.
 */
export function longTransactionsSql(options: { longerThanSeconds?: number } = {}): string {
  const seconds = String(options.longerThanSeconds ?? longSeconds);
  return (
    "SELECT p.id, p.user, COALESCE(p.db, ''), TIMESTAMPDIFF(SECOND, t.trx_started, NOW()) " +
    'FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id ' +
    `WHERE TIMESTAMPDIFF(SECOND, t.trx_started, NOW()) > ${seconds}`
  );
}

export const longTransactions: Reader<OpenTransaction[] | null> = {
  script: sh`${sqlCommand} -e ${longTransactionsSql()}`,
  parse: ({ stdout, exitCode }) =>
    exitCode !== 0
      ? null
      : rowsOf(stdout).flatMap(([connection = '', user = '', schema = '', age]) => {
          const seconds = numberOf(age);
          return seconds === null ? [] : [{ connection, user, schema, seconds }];
        }),
};
