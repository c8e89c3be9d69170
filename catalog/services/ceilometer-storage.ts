import { sh } from '../../shell/sh';
import type { Schema, ServingMigration } from '../service';

/*
 * What Ceilometer keeps, and where, by its major versions. Source: ceilometer/cmd/storage.py at the tags 6.1.5 to 24.0.0. `ceilometer-dbsync`
 * got the name `ceilometer-upgrade` in 7.0.0 and learned of Gnocchi then; samples have no database of their own from 10.0.0 on.
 */

/** Samples that its collectors were told to keep there (`meter_dispatchers`), and what its API answers from. */
export const ownDatabase: Schema = {
  id: 'ceilometer',
  config: { file: '/etc/ceilometer/ceilometer.conf', section: 'database' },
  scripts: ['ceilometer/storage/sqlalchemy/migrate_repo/versions'],
  createsTriggers: false,
  migrations: [
    {
      kind: 'sync',
      command: sh`ceilometer-dbsync`,
      done: { by: 'head' },
      timeoutSeconds: 3600,
      rules: ['R-CEIL-2', 'R-CEIL-3'],
      majors: { to: 6 },
    },
    {
      kind: 'sync',
      /** Gnocchi's part needs Gnocchi and Keystone, which may be closed while this one runs. */
      command: sh`ceilometer-upgrade --skip-gnocchi-resource-types`,
      done: { by: 'head' },
      timeoutSeconds: 3600,
      rules: ['R-CEIL-2', 'R-CEIL-3', 'R-CEIL-5'],
      majors: { from: 7 },
    },
  ],
  /** What waits for it waits in the queues of its collectors. */
  workInFlight: null,
  debts: [],
  objects: [
    {
      noun: 'measured resource',
      list: 'SELECT CAST(internal_id AS CHAR) AS id, resource_id AS name FROM resource',
      comeByThemselves: true,
    },
  ],
  majors: { to: 9 },
  optional: true,
};

const common = {
  id: 'resource-types',
  timeoutSeconds: 1200,
  log: '/var/log/ceilometer/ceilometer-upgrade.log',
  failed:
    'It needs Keystone and Gnocchi at the addresses in the catalogue. No agent with the new code has started, and notifications wait in their queues. ' +
    'Make sure that both answer from this host, then retry.',
  rules: ['R-CEIL-2', 'R-CEIL-3', 'R-CEIL-5', 'trap 33'],
} as const satisfies Partial<ServingMigration>;

/** Resource types of Gnocchi. The time limit is for what answers and never ends, and for releases without `--retry`. */
export const resourceTypes: readonly ServingMigration[] = [
  {
    ...common,
    command: sh`timeout 900 ceilometer-upgrade --skip-metering-database --skip-event-database`,
    majors: { from: 7, to: 7 },
  },
  { ...common, command: sh`timeout 900 ceilometer-upgrade --skip-metering-database`, majors: { from: 8, to: 9 } },
  {
    ...common,
    /** Without --retry it tries forever while nobody answers (trap 33). */
    command: sh`timeout 900 ceilometer-upgrade --retry 5`,
    majors: { from: 10 },
  },
];
