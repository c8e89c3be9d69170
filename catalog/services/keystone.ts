import { sh } from '../../shell/sh';
import { type Service, siteOnUbuntu, toleratedDeletedRows } from '../service';

/**
 * Of the project that Heat makes in a domain of its own for each stack (heat.common.heat_keystoneclient, create_stack_domain_project): its
 * name is two ids, which nobody takes for one of a user's.
 */
const projectOfStack = 'Heat stack user project';

/** Sources: Keystone upgrade guide; facts 5, 9 and 13. */
export const keystone: Service = {
  name: 'keystone',
  title: 'Keystone',
  sourcePackages: ['keystone'],
  versionPackage: 'keystone',
  majors: {
    zed: 22,
    antelope: 23,
    bobcat: 24,
    caracal: 25,
    dalmatian: 26,
    epoxy: 27,
    flamingo: 28,
    gazpacho: 29,
    hibiscus: 30,
  },
  user: 'keystone',
  configFile: '/etc/keystone/keystone.conf',
  needs: [],
  uses: [],
  units: [
    {
      name: 'keystone',
      on: 'controller',
      runBy: siteOnUbuntu('keystone'),
      api: { name: 'keystone', port: 5000, healthPath: '/healthcheck', faces: 'both' },
      ready: null,
      gone: null,
      gracefulStopSeconds: null,
    },
  ],
  schemas: [
    {
      id: 'keystone',
      config: { file: '/etc/keystone/keystone.conf', section: 'database' },
      scripts: ['keystone/common/sql/migrations/versions'],
      createsTriggers: true,
      migrations: [
        {
          kind: 'sync',
          command: sh`keystone-manage db_sync`,
          done: { by: 'head' },
          timeoutSeconds: 3600,
          rules: [],
        },
      ],
      workInFlight: null,
      objects: [
        {
          noun: 'project',
          list: `SELECT id, name FROM project WHERE is_domain = 0 AND COALESCE(description, '') <> '${projectOfStack}'`,
        },
        { noun: 'stack project', list: `SELECT id, name FROM project WHERE description = '${projectOfStack}'` },
        {
          noun: 'user',
          list: "SELECT u.id AS id, COALESCE(l.name, '') AS name FROM user u LEFT JOIN local_user l ON l.user_id = u.id",
        },
        { noun: 'endpoint', list: 'SELECT id, url AS name FROM endpoint' },
      ],
      endpoints: 'SELECT interface, url FROM endpoint WHERE enabled = 1',
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
    },
  ],
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
  upgradeCheck: { command: 'keystone-status upgrade check --json', of: 'configuration and database', prints: 'json' },
  proof: { kind: 'token' },
  keepsElsewhere: null,
  sharedKeys: ['/etc/keystone/fernet-keys', '/etc/keystone/credential-keys'],
  flushMemcached: true,
  rolling: null,
};
