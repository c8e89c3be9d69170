import { isMariaDb, type DatabaseServerFacts } from '../../catalog/platform/mariadb';
import type { Finding } from '../../schema/plan';
import { finding } from './finding';

interface Subject {
  readonly host: string;
  readonly server: DatabaseServerFacts;
}

/** What makes every further question to a database server pointless. */
export function serverFindings({ host, server }: Subject): Finding[] {
  if (!isMariaDb(server) && (server.version !== '' || server.program !== null)) return [notMariaDb({ host, server })];
  if (server.login) return [...elsewhere({ host, server }), ...cut({ host, server }), ...unread({ host, server })];
  return [
    finding({
      what: 'database-login',
      level: 'blocker',
      host,
      text:
        'root on this host cannot log in to the database server through its socket: nothing can be dumped. ' +
        `The client says: ${server.refusal ?? 'nothing'}`,
      remedy: 'Give root@localhost unix_socket authentication (the default of Debian packages).',
      sources: ['R-OPS-34'],
    }),
  ];
}

/** Each host must tell of its own server: what several tell of one is no cluster, and the dump would be of that one. */
function elsewhere({ host, server: { connection } }: Subject): Finding[] {
  if (connection == null || connection.local || connection.server === connection.host) return [];
  return [
    finding({
      what: 'database-client-elsewhere',
      level: 'blocker',
      host,
      text:
        `mariadb on this host does not talk to the host's own server, but to the one on ${connection.server} ` +
        `(which sees ${connection.from}): a restore point would be of that server, and a rollback would load it there.`,
      remedy:
        'Take host= and port= out of the [client] section that root reads (/root/.my.cnf, /etc/mysql); the socket is the default.',
      sources: ['R-OPS-34'],
    }),
  ];
}

function cut({ host, server: { connection } }: Subject): Finding[] {
  if (connection?.cutsLists !== true) return [];
  return [
    finding({
      what: 'database-client-cuts',
      level: 'blocker',
      host,
      text: 'mariadb on this host starts with safe-updates: it ends each list after 1,000 rows, and refuses questions about large tables.',
      remedy: 'Take safe-updates out of the [mysql] and [client] sections that root reads (/root/.my.cnf, /etc/mysql).',
      sources: ['R-OPS-34'],
    }),
  ];
}

/** What was not read would be taken for a server without a cluster, without binary logs, and with room for connections. */
function unread({ host, server }: Subject): Finding[] {
  if (server.variables['hostname'] !== undefined && server.connection !== null) return [];
  return [
    finding({
      what: 'database-unread',
      level: 'blocker',
      host,
      text: 'The settings of the database server could not be read, although root can log in: whether it belongs to a cluster is not known.',
      remedy:
        'Run mariadb -N -B -e "SELECT @@hostname" as root on this host: it must print one name and nothing else. Take table, vertical and tee out of ' +
        '/root/.my.cnf; where it says "Too many connections", wait and run the preflight again.',
      sources: ['R-OPS-34', 'trap 24'],
    }),
  ];
}

/** Its remedy names no package: MariaDB's client conflicts with MySQL's server, and apt would remove the server. */
function notMariaDb({ host, server }: Subject): Finding {
  return finding({
    what: 'not-mariadb',
    level: 'blocker',
    host,
    text:
      `The database server is not MariaDB (${server.version === '' ? (server.program ?? '') : server.version}): dump, ` +
      'restore and checks of these procedures are for MariaDB alone.',
    remedy:
      "Upgrade this cloud by other means. Do not install MariaDB's client here: its packages conflict with those of " +
      'the server, which apt would then remove.',
    sources: ['R-OPS-34'],
  });
}

/** A question that failed is no "none": the plan would wait for nothing and strand what is in progress. */
export function unaskedFindings(options: Subject & { schemaNames: Readonly<Record<string, string>> }): Finding[] {
  const { host, server, schemaNames } = options;
  const here = Object.entries(schemaNames).filter(([, schema]) => server.schemas.some(({ name }) => name === schema));
  const questions = [server.workInFlight, server.stuckWork, server.stealableWork];
  return [
    ...(server.longTransactions === null
      ? [
          finding({
            what: 'transactions-unread',
            level: 'warning',
            host,
            text: 'Which transactions are open for long could not be read. A migration waits behind each of them.',
            remedy: 'Read information_schema.innodb_trx on this host before you approve.',
            sources: ['trap 25'],
          }),
        ]
      : []),
    ...here
      .filter(([service]) => questions.some((answers) => answers[service] === null))
      .map(([service, schema]) =>
        finding({
          what: `work-unread-${service}`,
          level: 'blocker',
          host,
          text: `Which work of ${service} is in progress could not be read from schema ${schema}: a stop might strand it.`,
          remedy: `Find out why root on this host cannot query ${schema}, then run the preflight again.`,
          sources: ['R-HEAT-24', 'R-OPS-6'],
        }),
      ),
  ];
}
