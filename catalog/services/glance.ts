import { sh } from '../../shell/sh';
import { type Service, toleratedDeletedRows, unitEverywhere } from '../service';

/** Says by its exit code which migration comes next: 3 expand, 4 migrate, 5 contract, 0 none; anything else is an error. */
const check = sh`glance-manage db check`;

/**
 * Sources: Glance's database management and `glance-manage db check` of 2023.1; seen cold from 2022.2 to 2023.2. Its
 * paste file is the old one afterwards (the package does not replace it), and works.
 */
export const glance: Service = {
  name: 'glance',
  title: 'Glance',
  sourcePackages: ['glance'],
  versionPackage: 'glance-common',
  majors: {
    zed: 25,
    antelope: 26,
    bobcat: 27,
    caracal: 28,
    dalmatian: 29,
    epoxy: 30,
    flamingo: 31,
    gazpacho: 32,
    hibiscus: 33,
  },
  user: 'glance',
  configFile: '/etc/glance/glance-api.conf',
  needs: ['keystone'],
  uses: [],
  units: [
    {
      name: 'glance-api',
      on: 'controller',
      runBy: unitEverywhere('glance-api'),
      api: { name: 'glance-api', port: 9292, healthPath: '/healthcheck', faces: 'both' },
      ready: null,
      gone: null,
      gracefulStopSeconds: null,
    },
  ],
  schemas: [
    {
      id: 'glance',
      config: { file: '/etc/glance/glance-api.conf', section: 'database' },
      scripts: ['glance/db/sqlalchemy/alembic_migrations/versions'],
      createsTriggers: false,
      migrations: [
        {
          kind: 'expand',
          command: sh`glance-manage db expand`,
          done: { by: 'exit', command: check, codes: [0, 4, 5] },
          timeoutSeconds: 3600,
          rules: [],
        },
        {
          kind: 'migrate',
          command: sh`glance-manage db migrate`,
          done: { by: 'exit', command: check, codes: [0, 5] },
          timeoutSeconds: 3600,
          rules: [],
        },
        {
          kind: 'contract',
          command: sh`glance-manage db contract`,
          done: { by: 'exit', command: check, codes: [0] },
          timeoutSeconds: 3600,
          rules: [],
        },
      ],
      /** The process that takes the bytes writes them. One that is in progress since yesterday has lost its process. */
      objects: [{ noun: 'image', list: 'SELECT id, name FROM images WHERE deleted = 0' }],
      workInFlight: {
        noun: 'image',
        /** An import that was accepted is a task before its image is `importing`. */
        list:
          'SELECT id, name, status, updated_at FROM images ' +
          "WHERE status IN ('saving', 'uploading', 'importing') AND deleted = 0 " +
          'AND updated_at > UTC_TIMESTAMP() - INTERVAL 1 DAY ' +
          'UNION ALL SELECT id, type, status, updated_at FROM tasks ' +
          "WHERE status IN ('pending', 'processing') AND deleted = 0 AND updated_at > UTC_TIMESTAMP() - INTERVAL 1 DAY",
        tables: ['images', 'tasks'],
        rowBeforeAnswer: true,
        repair: 'openstack image delete',
        rules: [],
      },
      debts: [
        {
          id: 'deleted-images',
          noun: 'rows of deleted images',
          count: 'SELECT COUNT(*) FROM images WHERE deleted = 1',
          tolerated: toleratedDeletedRows,
          level: 'warning',
          harm: 'A migration that rewrites this table takes as long as it is, with the API down.',
          remedy:
            "Purge them first, while Glance runs: su -s /bin/sh -c 'glance-manage db purge --age_in_days 30 --max_rows 1000' glance",
        },
      ],
    },
  ],
  templates: [
    {
      package: 'glance-common',
      packaged: '/usr/share/glance-common/glance-api.conf',
      running: '/etc/glance/glance-api.conf',
    },
  ],
  pasteFiles: ['/etc/glance/glance-api-paste.ini'],
  passive: [
    { package: 'glance-common', question: 'glance/configure_db' },
    { package: 'glance-common', question: 'glance/configure_rabbit' },
    { package: 'glance-common', question: 'glance/configure_ksat' },
    { package: 'glance-api', question: 'glance/configure_api-endpoint' },
  ],
  upgradeCheck: { command: 'glance-status upgrade check --json', of: 'configuration', prints: 'json' },
  proof: { kind: 'image', api: 'glance-api' },
  keepsElsewhere: { what: 'the bytes of images' },
  sharedKeys: [],
  flushMemcached: false,
  rolling: null,
};
