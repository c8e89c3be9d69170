import { raw, sh, type ShellText } from '../../shell/sh';
import { rowsOf, type Reader } from '../reader';

export interface DatabaseServerFacts {
  readonly version: string;
  /** Administrator's login through the socket works (root's unix_socket authentication). */
  readonly login: boolean;
  readonly variables: Readonly<Record<string, string>>;
  readonly schemas: readonly SchemaFacts[];
  /** Rows of work in flight by service: `id, name, action, since`. */
  readonly workInFlight: Readonly<Record<string, readonly WorkRow[]>>;
  readonly longTransactions: readonly OpenTransaction[];
  /** Rows of each debt by `service/debt`. Null: not counted within its time. */
  readonly debts: Readonly<Record<string, number | null>>;
  /** Work that nobody does any more, and work that an engine of another vhost would take away, by service. */
  readonly stuckWork: Readonly<Record<string, readonly WorkRow[]>>;
  readonly stealableWork: Readonly<Record<string, readonly WorkRow[]>>;
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

/** Administrator's SQL on the database host: rows tab-separated, no header, no password on any command line. */
export const sqlCommand = sh`mariadb -N -B`;

export const serverVersion: Reader<{ version: string; login: boolean }> = {
  script: sh`${sqlCommand} -e 'SELECT VERSION()'`,
  parse: ({ stdout, exitCode }) => ({ version: exitCode === 0 ? stdout.trim() : '', login: exitCode === 0 }),
};

/** Variables that stop migrations or restores (traps 24, 26), and what the install guide sets (R-OPS-36). */
const wantedVariables = [
  'log_bin',
  'log_bin_trust_function_creators',
  'max_connections',
  'innodb_file_per_table',
  'character_set_server',
  'bind_address',
  'datadir',
  'wsrep_on',
];

const wantedStatus = ['max_used_connections', 'wsrep_cluster_status', 'wsrep_local_state_comment', 'wsrep_ready'];

function quoted(names: readonly string[]): ShellText {
  return raw(names.map((name) => `'${name}'`).join(', '));
}

export const serverVariables: Reader<Record<string, string>> = {
  script: sh`
    ${sqlCommand} -e "SHOW GLOBAL VARIABLES WHERE Variable_name IN (${quoted(wantedVariables)})" || true
    ${sqlCommand} -e "SHOW GLOBAL STATUS WHERE Variable_name IN (${quoted(wantedStatus)})" || true
  `,
  parse: ({ stdout }) => Object.fromEntries(rowsOf(stdout).map(([key = '', value = '']) => [key.toLowerCase(), value])),
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
      : rowsOf(stdout).map(
          ([name = '', bytes = '0', largest = '0', tables = '0', nonInnoDb = '', characterSet = '']) => ({
            name,
            characterSet,
            bytes: Number(bytes),
            largestTableBytes: Number(largest),
            tables: Number(tables),
            nonInnoDb: nonInnoDb === '' ? [] : nonInnoDb.split(', '),
          }),
        ),
};

/** A service's work in flight, in its schema. The schema's name is known only after the controllers were read. */
export function workInFlight(options: { schema: string; list: string }): Reader<WorkRow[]> {
  return {
    script: sh`${sqlCommand} -D ${options.schema} -e ${options.list}`,
    parse: ({ stdout, exitCode }) =>
      exitCode !== 0
        ? []
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
    parse: ({ stdout, exitCode }) => (exitCode === 0 && /^\d+$/.test(stdout.trim()) ? Number(stdout) : null),
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

export const longTransactions: Reader<OpenTransaction[]> = {
  script: sh`${sqlCommand} -e ${longTransactionsSql()} || true`,
  parse: ({ stdout }) =>
    rowsOf(stdout).flatMap(([connection = '', user = '', schema = '', seconds = '']) =>
      /^\d+$/.test(seconds) ? [{ connection, user, schema, seconds: Number(seconds) }] : [],
    ),
};
