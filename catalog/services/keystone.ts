import { sh } from '../../shell/sh';
import type { Service } from '../service';

/** Sources: Keystone upgrade guide; domain catalogue B.1, facts 5, 9 and 13. */
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
      gracefulStopSeconds: null,
    },
  ],
  schema: {
    sync: sh`keystone-manage db_sync`,
    scripts: ['keystone/common/sql/migrations/versions'],
    timeoutSeconds: 3600,
    createsTriggers: true,
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
  sharedKeys: ['/etc/keystone/fernet-keys', '/etc/keystone/credential-keys'],
  flushMemcached: true,
};
