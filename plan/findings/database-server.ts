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
  if (server.login) return [];
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
