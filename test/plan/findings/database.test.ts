import type { HostFacts } from '../../../catalog/facts';
import { said } from './said';
import { on, packagesOn } from '../../support/cloud-changes';
import { toyPlan } from '../../support/planned';

const database = (change: object): ((host: HostFacts) => HostFacts) =>
  on('db1', (host) => ({ ...host, database: host.database === null ? null : { ...host.database, ...change } }));

const settings = (change: Record<string, string>): ((host: HostFacts) => HostFacts) =>
  on('db1', (host) => ({
    ...host,
    database:
      host.database === null ? null : { ...host.database, variables: { ...host.database.variables, ...change } },
  }));

/** What ctl1 sees of a Heat whose code wants revision 86. */
const migratedTo = (options: { current: string; ahead: boolean }): ((host: HostFacts) => HostFacts) =>
  packagesOn('ctl1', (one) => ({
    ...one,
    schemas: {
      ...one.schemas,
      heat: {
        database: { name: 'heat', user: 'heat', host: 'db' },
        revision: { current: [options.current], head: ['86'], ahead: options.ahead },
        unreadable: null,
      },
    },
  }));

describe('findings about the database', () => {
  it.each<[string, Parameters<typeof toyPlan>[0], string[]]>([
    [
      'a stack in progress',
      { change: database({ workInFlight: { heat: [{ id: '1', name: 'web', action: 'CREATE', since: '03:00' }] } }) },
      ['warning stacks-in-progress@db1'],
    ],
    [
      'an image that is being uploaded',
      {
        services: ['glance'],
        change: database({ workInFlight: { glance: [{ id: '1', name: 'web', action: 'saving', since: '03:00' }] } }),
      },
      ['warning images-in-progress@db1', 'note data-outside-database-glance'],
    ],
    [
      'a table that is not InnoDB',
      {
        change: database({
          schemas: [
            {
              name: 'heat',
              characterSet: 'utf8mb4',
              bytes: 1,
              largestTableBytes: 1,
              tables: 2,
              nonInnoDb: ['raw_template (MyISAM)'],
            },
            { name: 'keystone', characterSet: 'utf8mb4', bytes: 1, largestTableBytes: 1, tables: 2, nonInnoDb: [] },
          ],
        }),
      },
      ['blocker not-innodb-heat@db1'],
    ],
    [
      'triggers that the server refuses',
      { change: database({ variables: { hostname: 'db1', log_bin: 'ON', log_bin_trust_function_creators: 'OFF' } }) },
      ['blocker triggers-refused@db1'],
    ],
    [
      'a schema that its own release has not finished',
      { change: migratedTo({ current: '85', ahead: false }) },
      ['blocker schema-not-at-head-heat@ctl1'],
    ],
    [
      'a schema that a newer release has migrated',
      { change: migratedTo({ current: 'c6214ca60943', ahead: true }) },
      ['warning schema-ahead-heat@ctl1'],
    ],
    [
      'deleted rows that make the migration long',
      { change: database({ debts: { 'heat/deleted-stacks': 2_400_000, 'heat/dead-engines': 0 } }) },
      ['warning deleted-stacks@db1'],
    ],
    [
      'rows that could not be counted',
      { change: database({ debts: { 'keystone/deleted-trusts': null } }) },
      ['warning deleted-trusts@db1'],
    ],
    [
      'as many deleted rows as are tolerated, and dead engines',
      { change: database({ debts: { 'heat/deleted-stacks': 100_000, 'heat/dead-engines': 3 } }) },
      ['note dead-engines@db1'],
    ],
    [
      'a server that is not set up as the guide says',
      {
        change: settings({
          max_connections: '151',
          max_used_connections: '140',
          innodb_file_per_table: 'OFF',
          bind_address: '0.0.0.0',
        }),
      },
      ['warning connections-scarce@db1', 'warning one-file-for-all-tables@db1', 'note server-settings@db1'],
    ],
    [
      'a schema in an old character set',
      {
        change: database({
          schemas: ['heat', 'keystone'].map((name) => ({
            ...{ name, bytes: 1, largestTableBytes: 1, tables: 2, nonInnoDb: [] },
            characterSet: name === 'heat' ? 'latin1' : 'utf8mb4',
          })),
        }),
      },
      ['warning character-set-heat@db1'],
    ],
    [
      'a transaction that is open for long',
      {
        change: database({
          longTransactions: [
            { connection: '12', user: 'backup', schema: 'heat', seconds: 900 },
            { connection: '13', user: 'ana', schema: 'nova', seconds: 900 },
          ],
        }),
      },
      ['warning long-transactions@db1'],
    ],
    [
      'a long transaction elsewhere',
      {
        change: database({
          longTransactions: [{ connection: '13', user: 'ana', schema: 'nova', seconds: 900 }],
        }),
      },
      [],
    ],
    [
      'no room for the copy of a table',
      {
        change: on('db1', (host) => ({
          ...host,
          fileSystems: [
            ...host.fileSystems,
            { path: '/var/lib/mysql', mount: '/data', availableBytes: 1.9e6, availableInodes: 1e6 },
          ],
        })),
      },
      ['blocker no-room-to-alter@db1'],
    ],
  ])('says %s', (_what, toy, expected) => {
    expect(said(toyPlan(toy))).toEqual(expected);
  });
});
