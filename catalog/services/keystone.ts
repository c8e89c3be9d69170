import { sh } from '../../shell/sh';
import { toleratedDeletedRows, type Service } from '../service';

/** Sources: Keystone upgrade guide; facts 5, 9 and 13. */
export const keystone: Service = {
  name: 'keystone',
  sourcePackages: ['keystone'],
  versionPackage: 'keystone',
  user: 'keystone',
  configFile: '/etc/keystone/keystone.conf',
  units: [
    {
      name: 'keystone',
      api: { name: 'keystone', port: 5000, healthPath: '/healthcheck' },
      ready: null,
      gone: null,
      gracefulStopSeconds: null,
    },
  ],
  schema: {
    sync: sh`keystone-manage db_sync`,
    scripts: ['keystone/common/sql/migrations/versions'],
    timeoutSeconds: 3600,
    createsTriggers: true,
    rules: [],
  },
  templates: [
    {
      package: 'keystone',
      packaged: '/usr/share/keystone/keystone.conf',
      running: '/etc/keystone/keystone.conf',
    },
  ],
  pasteFiles: [],
  passive: [
    { package: 'keystone', question: 'keystone/configure_db' },
    { package: 'keystone', question: 'keystone/register-endpoint' },
    { package: 'keystone', question: 'keystone/create-admin-tenant' },
  ],
  upgradeCheck: 'keystone-status upgrade check --json',
  workInFlight: null,
  debts: [
    {
      id: 'deleted-trusts',
      noun: 'rows of deleted trusts',
      count: 'SELECT COUNT(*) FROM trust WHERE deleted_at IS NOT NULL',
      tolerated: toleratedDeletedRows,
      level: 'warning',
      harm: 'A migration that rewrites this table takes as long as it is, with every API down.',
      remedy: "Purge them first, while Keystone runs: su -s /bin/sh -c 'keystone-manage trust_flush' keystone",
    },
  ],
  sharedKeys: ['/etc/keystone/fernet-keys', '/etc/keystone/credential-keys'],
  flushMemcached: true,
  rolling: null,
};
