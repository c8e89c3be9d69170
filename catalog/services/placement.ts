import { sh } from '../../shell/sh';
import { type Service, siteOnUbuntu } from '../service';

/**
 * Sources: Placement's upgrade notes and `placement-manage`; seen cold from 2022.2 to 2023.2. Its program writes
 * `OSError: write error` into its log while it stops: that is a client that went away, no failure.
 */
export const placement: Service = {
  name: 'placement',
  title: 'Placement',
  sourcePackages: ['placement'],
  versionPackage: 'placement-common',
  majors: {
    zed: 8,
    antelope: 9,
    bobcat: 10,
    caracal: 11,
    dalmatian: 12,
    epoxy: 13,
    flamingo: 14,
    gazpacho: 15,
    hibiscus: 16,
  },
  user: 'placement',
  configFile: '/etc/placement/placement.conf',
  needs: ['keystone'],
  uses: [],
  units: [
    {
      name: 'placement-api',
      on: 'controller',
      runBy: siteOnUbuntu('placement-api'),
      /** Its /healthcheck wants a token. */
      api: { name: 'placement-api', port: 8778, healthPath: '/', faces: 'services' },
      ready: null,
      gone: null,
      gracefulStopSeconds: null,
    },
  ],
  schemas: [
    {
      id: 'placement',
      config: { file: '/etc/placement/placement.conf', section: 'placement_database' },
      scripts: ['placement/db/sqlalchemy/alembic/versions'],
      createsTriggers: false,
      migrations: [
        {
          kind: 'sync',
          command: sh`placement-manage db sync`,
          done: { by: 'head' },
          timeoutSeconds: 3600,
          rules: [],
        },
        {
          kind: 'online',
          command: sh`placement-manage db online_data_migrations`,
          timeoutSeconds: 3600,
          rules: [],
        },
      ],
      workInFlight: null,
      objects: [{ noun: 'resource provider', list: 'SELECT uuid AS id, name FROM resource_providers' }],
      debts: [],
    },
  ],
  templates: [
    {
      package: 'placement-common',
      packaged: '/usr/share/placement-common/placement.conf',
      running: '/etc/placement/placement.conf',
    },
  ],
  pasteFiles: [],
  passive: [
    { package: 'placement-common', question: 'placement/configure_db' },
    { package: 'placement-common', question: 'placement/configure_ksat' },
    { package: 'placement-api', question: 'placement/configure_api-endpoint' },
  ],
  /** It takes `--json` and prints its table all the same. */
  upgradeCheck: { command: 'placement-status upgrade check', of: 'configuration and database', prints: 'table' },
  proof: { kind: 'resource-provider', api: 'placement-api' },
  keepsElsewhere: null,
  sharedKeys: [],
  flushMemcached: false,
  rolling: null,
};
