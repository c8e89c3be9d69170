import type { HostFacts } from '../../catalog/facts';
import type { OpenTransaction, SchemaFacts } from '../../catalog/platform/mariadb';
import type { Schema, Service } from '../../catalog/service';
import type { Finding } from '../../schema/plan';
import { serverFindings, unaskedFindings } from './database-server';
import { finding, gibibytes } from './finding';

/** What the database servers say: dumps that would not be consistent, migrations that would fail half-way. */
export function databaseFindings(options: {
  host: HostFacts;
  schemaNames: Readonly<Record<string, string>>;
  services: readonly Service[];
}): Finding[] {
  const { host, services, schemaNames } = options;
  const server = host.database;
  if (server === null) return [];
  const useless = serverFindings({ host: host.host, server });
  if (useless.length > 0) return useless;
  const ours = Object.values(schemaNames);
  const here = server.schemas.map(({ name }) => name);
  return [
    ...absent({ host: host.host, here, schemaNames }),
    ...server.schemas
      .filter(({ name, nonInnoDb }) => ours.includes(name) && nonInnoDb.length > 0)
      .map(({ name, nonInnoDb }) =>
        finding({
          what: `not-innodb-${name}`,
          level: 'blocker',
          host: host.host,
          text: `Tables of ${name} are not InnoDB: ${nonInnoDb.join(', ')}. A dump would not be of one moment.`,
          remedy: `ALTER TABLE ${name}.<table> ENGINE=InnoDB for each.`,
          sources: ['R-OPS-34', 'D.2'],
        }),
      ),
    ...triggers({ host: host.host, variables: server.variables, services }),
    ...galera({ host: host.host, variables: server.variables }),
    ...settings({ host: host.host, variables: server.variables }),
    ...characterSets({ host: host.host, schemas: server.schemas.filter(({ name }) => ours.includes(name)) }),
    ...longTransactions({ host: host.host, ours, open: server.longTransactions ?? [] }),
    ...unaskedFindings({ host: host.host, server, schemaNames }),
    ...roomToAlter({ host, schemas: server.schemas.filter(({ name }) => ours.includes(name)) }),
    ...services.flatMap(({ schemas }) => schemas.flatMap((schema) => debts({ host, schema }))),
  ];
}

/** The dump would lack it, and every check of its tables would pass with nothing to check. */
function absent(options: {
  host: string;
  here: readonly string[];
  schemaNames: Readonly<Record<string, string>>;
}): Finding[] {
  const { host, here, schemaNames } = options;
  return Object.entries(schemaNames)
    .filter(([, name]) => !here.includes(name))
    .map(([id, name]) =>
      finding({
        what: `schema-absent-${id}`,
        level: 'blocker',
        host,
        text: `The database server of this host has no schema ${name} with tables, which ${id} uses: the restore point would lack it.`,
        remedy: `Give the role database only to servers that have it (SHOW TABLES FROM ${name}); if it is there, run the preflight again: the list could not be read.`,
        sources: ['R-OPS-34'],
      }),
    );
}

function triggers(options: {
  host: string;
  variables: Readonly<Record<string, string>>;
  services: readonly Service[];
}): Finding[] {
  const { host, variables, services } = options;
  const needs = services.filter(({ schemas }) => schemas.some((one) => one.createsTriggers)).map(({ name }) => name);
  const refuses = variables['log_bin'] === 'ON' && variables['log_bin_trust_function_creators'] !== 'ON';
  if (needs.length === 0 || !refuses) return [];
  return [
    finding({
      what: 'triggers-refused',
      level: 'blocker',
      host,
      text: `Binary logging is on and log_bin_trust_function_creators off: the migration of ${needs.join(', ')} fails half-way (error 1419).`,
      remedy: 'SET GLOBAL log_bin_trust_function_creators = ON for the time of the upgrade.',
      sources: ['trap 26'],
    }),
  ];
}

function galera(options: { host: string; variables: Readonly<Record<string, string>> }): Finding[] {
  const { host, variables } = options;
  if (variables['wsrep_on'] !== 'ON') return [];
  const healthy =
    variables['wsrep_cluster_status'] === 'Primary' &&
    variables['wsrep_local_state_comment'] === 'Synced' &&
    variables['wsrep_ready'] === 'ON';
  if (healthy) return [];
  return [
    finding({
      what: 'galera-not-synced',
      level: 'blocker',
      host,
      text:
        `This Galera node is ${variables['wsrep_cluster_status'] ?? 'unknown'}, ${variables['wsrep_local_state_comment'] ?? 'unknown'}` +
        (variables['wsrep_desync'] === 'ON' ? ': wsrep_desync is ON, as a backup sets it.' : '.'),
      remedy: 'Bring the cluster to Primary and Synced first.',
      sources: ['trap 24'],
    }),
  ];
}

/** What OpenStack's installation guide sets on the server (R-OPS-36), as far as its absence shows only under load. */
const guide = { connections: 4096, usedShare: 0.8 };

function settings(options: { host: string; variables: Readonly<Record<string, string>> }): Finding[] {
  const { host, variables } = options;
  const most = Number(variables['max_connections'] ?? guide.connections);
  const used = Number(variables['max_used_connections'] ?? 0);
  const scarce = used > most * guide.usedShare;
  const differs = [
    ...(most < guide.connections ? [`max_connections ${String(most)} (guide: ${String(guide.connections)})`] : []),
    ...(/^utf8/.test(variables['character_set_server'] ?? 'utf8') ? [] : ['character_set_server not utf8']),
    ...(/^(\*|0\.0\.0\.0|::|)$/.test(variables['bind_address'] ?? 'x') ? ['bind_address: every network'] : []),
  ];
  return [
    ...(variables['innodb_file_per_table'] === 'OFF'
      ? [
          finding({
            what: 'one-file-for-all-tables',
            level: 'warning',
            host,
            text: 'innodb_file_per_table is off: what a migration copies stays in one shared file that never shrinks again.',
            remedy: 'SET GLOBAL innodb_file_per_table = ON (and in the configuration), or accept the growth.',
            sources: ['R-OPS-36'],
          }),
        ]
      : []),
    ...(scarce
      ? [
          finding({
            what: 'connections-scarce',
            level: 'warning',
            host,
            text:
              `${String(used)} of ${String(most)} database connections were in use at once. A new release may start more ` +
              'workers; "Too many connections" then fails requests and migrations.',
            remedy: `SET GLOBAL max_connections = ${String(guide.connections)} (and in the configuration), as the installation guide says.`,
            sources: ['R-OPS-36'],
          }),
        ]
      : []),
    ...(differs.length > 0
      ? [
          finding({
            what: 'server-settings',
            level: 'note',
            host,
            text: `Set otherwise than the installation guide says: ${differs.join('; ')}.`,
            remedy: 'Nothing now. Consider the guide when the server is restarted anyway.',
            sources: ['R-OPS-36'],
          }),
        ]
      : []),
  ];
}

function characterSets(options: { host: string; schemas: readonly SchemaFacts[] }): Finding[] {
  return options.schemas
    .filter(({ characterSet }) => !characterSet.startsWith('utf8'))
    .map(({ name, characterSet }) =>
      finding({
        what: `character-set-${name}`,
        level: 'warning',
        host: options.host,
        text:
          `New tables of ${name} would be made in ${characterSet}: a migration that refers from them to older ones fails ` +
          'half-way (incompatible columns), and names outside that set are lost.',
        remedy: `Rehearse the migration on a copy, then ALTER DATABASE ${name} CHARACTER SET utf8mb3 (or what its tables have).`,
        sources: ['R-OPS-36'],
      }),
    );
}

/** ALTER TABLE copies the table on the data's own file system, and what is deleted is freed only afterwards. */
const copiesOfLargestTable = 2;

function dataDirectoryOf({ database }: HostFacts): string {
  return database?.variables['datadir'] ?? '/var/lib/mysql';
}

function roomToAlter(options: { host: HostFacts; schemas: readonly SchemaFacts[] }): Finding[] {
  const { host, schemas } = options;
  const need = copiesOfLargestTable * Math.max(0, ...schemas.map(({ largestTableBytes }) => largestTableBytes));
  return host.fileSystems
    .filter(({ path, availableBytes }) => path === dataDirectoryOf(host) && availableBytes < need)
    .map(({ mount, availableBytes }) =>
      finding({
        what: 'no-room-to-alter',
        level: 'blocker',
        host: host.host,
        text:
          `${mount} has ${gibibytes(availableBytes)} free; changing the largest table takes up to ${gibibytes(need)}. ` +
          'A migration that runs out of space stops half-way.',
        remedy: `Free space on ${mount}, or purge deleted rows first.`,
        sources: ['R-OPS-9', 'trap 44'],
      }),
    );
}

function longTransactions(options: {
  host: string;
  ours: readonly string[];
  open: readonly OpenTransaction[];
}): Finding[] {
  const { host, ours, open } = options;
  const inTheWay = open.filter(({ schema }) => schema === '' || ours.includes(schema));
  if (inTheWay.length === 0) return [];
  const who = inTheWay.map(
    ({ connection, user, schema, seconds }) =>
      `connection ${connection} of ${user}${schema === '' ? '' : ` in ${schema}`} for ${String(seconds)} s`,
  );
  return [
    finding({
      what: 'long-transactions',
      level: 'warning',
      host,
      text:
        `Transactions are open for long: ${who.slice(0, 5).join(', ')}. A migration waits behind them, and every request ` +
        'that needs the same table waits behind the migration. The run waits for them before it migrates.',
      remedy:
        'Find out whose they are (a backup, a report, a forgotten console); let them end, or KILL their connection.',
      sources: ['trap 25'],
    }),
  ];
}

function debts(options: { host: HostFacts; schema: Schema }): Finding[] {
  const { host, schema } = options;
  return schema.debts.flatMap((debt) => {
    const rows = host.database?.debts[`${schema.id}/${debt.id}`];
    if (rows === undefined || (rows !== null && rows <= debt.tolerated)) return [];
    const count = rows === null ? 'could not be counted in time' : String(rows);
    return [
      finding({
        what: debt.id,
        level: debt.level,
        host: host.host,
        text: `${schema.id}, ${debt.noun}: ${count}. ${debt.harm}`,
        remedy: debt.remedy,
        sources: ['R-OPS-30'],
      }),
    ];
  });
}

/** Work that the run waits for before it stops anything (R-OPS-6). */
export function workInFlightFindings(options: { host: HostFacts; services: readonly Service[] }): Finding[] {
  const { host, services } = options;
  return services.flatMap(({ schemas }) => schemas.flatMap((schema) => inFlight({ host, schema })));
}

function inFlight(options: { host: HostFacts; schema: Schema }): Finding[] {
  const { host, schema } = options;
  // What nobody works on has a finding of its own, by which it is accepted.
  const stuck = Object.values(host.database?.stuckWork ?? {}).flatMap((all) => (all ?? []).map(({ id }) => id));
  const rows = (host.database?.workInFlight[schema.id] ?? []).filter(({ id }) => !stuck.includes(id));
  if (schema.workInFlight === null || rows.length === 0) return [];
  const { noun, repair, rules } = schema.workInFlight;
  return [
    finding({
      what: `${noun}s-in-progress`,
      level: 'warning',
      host: host.host,
      text:
        `${String(rows.length)} ${noun}s are in progress now: ` +
        `${rows
          .slice(0, 10)
          .map(({ name, action, since }) => `${name} (${action} since ${since})`)
          .join(', ')}. ` +
        'The run waits for them before it stops anything; one that is stuck waits forever.',
      remedy: `Wait until they end. Repair a stuck one first (${repair}).`,
      sources: [...rules, 'R-OPS-6'],
    }),
  ];
}
