import { sh, type ShellText } from '../../shell/sh';
import { quietMeasures } from '../platform/quiet-hour';
import { runAsUser } from '../platform/service-config';
import { type Service, siteOnUbuntu, unitEverywhere } from '../service';

/** Asks the store, and not the API: it answers while that one is stopped. */
const backlog = (most?: number): ShellText =>
  runAsUser({
    user: 'gnocchi',
    program: 'gnocchi-backlog',
    ...(most === undefined ? {} : { words: sh`${String(most)}` }),
  });

/**
 * Sources: Gnocchi's upgrade guide (B.11); seen cold from 4.4.2 to 4.6.0. It is released apart from OpenStack, so that its
 * version tells no series.
 */
export const gnocchi: Service = {
  name: 'gnocchi',
  title: 'Gnocchi',
  sourcePackages: ['gnocchi'],
  versionPackage: 'gnocchi-common',
  majors: null,
  user: 'gnocchi',
  configFile: '/etc/gnocchi/gnocchi.conf',
  needs: ['keystone'],
  uses: [],
  /** Its publisher logs an error and drops the samples while nobody answers here; stopped, its queue keeps them. */
  fedBy: ['ceilometer'],
  programs: ['gnocchi-backlog'],
  units: [
    {
      name: 'gnocchi-api',
      on: 'controller',
      runBy: siteOnUbuntu('gnocchi-api'),
      api: { name: 'gnocchi-api', port: 8041, healthPath: '/healthcheck', faces: 'both' },
      ready: null,
      gone: null,
      gracefulStopSeconds: null,
    },
    {
      name: 'gnocchi-statsd',
      on: 'controller',
      runBy: unitEverywhere('gnocchi-statsd'),
      api: null,
      ready: null,
      gone: null,
      gracefulStopSeconds: null,
    },
    {
      name: 'gnocchi-metricd',
      on: 'controller',
      runBy: unitEverywhere('gnocchi-metricd'),
      api: null,
      ready: null,
      gone: null,
      drained: {
        title: 'every measure is processed',
        look: backlog(),
        remedy:
          'wait: gnocchi-metricd still runs and works on them. If the number does not fall, read /var/log/gnocchi on the hosts of gnocchi-metricd. ' +
          "gnocchi-upgrade never converts measures that wait, and they would be lost. Do not override without Gnocchi's maintainers.",
        rules: ['R-CEIL-4', 'trap 34'],
      },
      gracefulStopSeconds: null,
    },
  ],
  backlog: { what: 'measures wait in Gnocchi', look: backlog(), isLow: backlog(quietMeasures) },
  schemas: [
    {
      id: 'gnocchi',
      config: { file: '/etc/gnocchi/gnocchi.conf', section: 'indexer', option: 'url' },
      scripts: ['gnocchi/indexer/alembic/versions'],
      createsTriggers: false,
      migrations: [
        {
          kind: 'sync',
          command: sh`gnocchi-upgrade`,
          done: { by: 'head' },
          timeoutSeconds: 3600,
          rules: ['R-CEIL-4'],
        },
        /** What is in the store itself. Where the revision stays the same, the step before finds nothing to do and runs nothing. */
        {
          kind: 'online',
          command: sh`gnocchi-upgrade --skip-index --skip-archive-policies-creation`,
          timeoutSeconds: 3600,
          rules: ['R-CEIL-4'],
        },
      ],
      workInFlight: null,
      objects: [
        { noun: 'archive policy', list: 'SELECT name AS id, name FROM archive_policy' },
        { noun: 'resource type', list: 'SELECT name AS id, name FROM resource_type' },
        /** What was measured of one that the restored indexer does not know stays in the store, and nobody finds it. */
        {
          noun: 'measured resource',
          list: 'SELECT LOWER(HEX(id)) AS id, original_resource_id AS name FROM resource',
          comeByThemselves: true,
        },
      ],
      debts: [],
    },
  ],
  templates: [
    {
      package: 'gnocchi-common',
      packaged: '/usr/share/gnocchi-common/gnocchi.conf',
      running: '/etc/gnocchi/gnocchi.conf',
    },
  ],
  pasteFiles: ['/etc/gnocchi/api-paste.ini'],
  passive: [
    { package: 'gnocchi-common', question: 'gnocchi/configure_db' },
    { package: 'gnocchi-common', question: 'gnocchi/configure_ksat' },
    { package: 'gnocchi-api', question: 'gnocchi/configure_api-endpoint' },
  ],
  upgradeCheck: null,
  proof: { kind: 'metric', api: 'gnocchi-api' },
  onlyByName: true,
  keepsElsewhere: { what: 'measures and their aggregates', migratedBy: 'gnocchi-upgrade' },
  sharedKeys: [],
  flushMemcached: false,
  rolling: null,
};
