import { manual, observed, type Rule } from './rule';

/** What goes wrong with schemas, dumps and restores. */
export const databaseTraps = {
  'trap 4': {
    words: 'a restore leaves newer tables',
    sentence: 'A restore over a newer schema leaves its revision and extra tables behind.',
    source: observed('heat schema on MariaDB 10.11'),
  },
  'trap 5': {
    words: 'half-applied migration',
    sentence:
      'A migration that failed in the middle has altered tables and not the revision; running it again fails, so a person decides.',
    source: observed('heat-manage db_sync killed on MariaDB 10.11: error 1060 on the next run'),
  },
  'trap 6': {
    words: 'two migrations at once',
    sentence:
      'A second migration starts beside the first, or after a lost connection while the first still runs, and breaks the schema.',
    source: observed('two heat-manage db_sync at once: error 1050 in 3 of 4 runs'),
  },
  'trap 7': {
    words: 'old revision is stamped as new',
    sentence:
      "Heat 21 stamps a legacy schema as current without reading its version, so the old release's migrations are finished first.",
    source: observed('heat/db/migration.py; heat 19.0.0 to 24.0.0'),
  },
  'trap 8': {
    words: "keystone's check says up to date",
    sentence: 'Keystone before 28.0.0 reports an up-to-date schema although migrations are pending.',
    source: observed('keystone 27.0.0'),
  },
  'trap 9': {
    words: 'packages migrate behind our back',
    sentence: 'A maintainer script migrates the schema during the package step.',
    source: observed('maintainer scripts of Debian 12 and 13 with configure_db true'),
  },
  'trap 16': {
    words: 'online data migrations are unfinished',
    sentence: 'Online data migrations of the installed release are unfinished and block the next schema.',
    source: manual('Cinder: upgrades', 'https://docs.openstack.org/cinder/latest/admin/upgrades.html'),
  },
  'trap 22': {
    words: 'incomplete dump that restores cleanly',
    sentence: 'A dump that was cut between two statements restores without any error.',
    source: observed('mariadb-dump of MariaDB 10.11: only the last line tells'),
  },
  'trap 23': {
    words: 'first line breaks old clients',
    sentence: 'New dumps begin with a sandbox line that old clients do not understand.',
    source: manual('MariaDB: mariadb-dump', 'https://mariadb.com/kb/en/mariadb-dump/'),
  },
  'trap 24': {
    words: 'Galera node desynced or not primary',
    sentence:
      'A Galera node that is desynced, not Primary or not Synced is neither dumped nor migrated, and is never left desynced.',
    source: manual(
      'Galera: monitoring a cluster',
      'https://galeracluster.com/library/documentation/monitoring-cluster.html',
    ),
  },
  'trap 25': {
    words: 'migration waits for a metadata lock',
    sentence: 'A long transaction blocks the migration, and every later statement on the table waits behind it.',
    source: manual('MariaDB: metadata locking', 'https://mariadb.com/kb/en/metadata-locking/'),
  },
  'trap 26': {
    words: 'triggers need a server setting',
    sentence:
      'With binary logging, keystone and glance cannot create triggers without SUPER or log_bin_trust_function_creators.',
    source: manual('Keystone: upgrading', 'https://docs.openstack.org/keystone/latest/admin/upgrading.html'),
  },
  'trap 36': {
    words: 'root-owned files stop a service',
    sentence: 'A manage tool that runs as root leaves log or lock files that the service cannot open.',
    source: observed('manage tools of Debian 12'),
  },
  'trap 37': {
    words: 'a package hides a failed migration',
    sentence: 'A maintainer script ignores the failure of its migration, so the revision is read afterwards.',
    source: observed('glance and nova packages of Debian 12: `db_sync || true`'),
  },
  'trap 44': {
    words: 'disk full',
    sentence: 'A dump or a migration runs out of space and leaves a half one.',
    source: observed('mariadb-dump on a full file system; ALTER TABLE copies a table'),
  },
} satisfies Record<string, Rule>;
