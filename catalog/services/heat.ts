import { sh } from '../../shell/sh';
import { toleratedDeletedRows, type Service } from '../service';
import { heatRolling } from './heat-rolling';

/** Sources: Heat upgrade guide, cold upgrade (R-HEAT-3, R-HEAT-5); C.3, facts 1, 3 and 11. */
export const heat: Service = {
  name: 'heat',
  sourcePackages: ['heat'],
  versionPackage: 'heat-common',
  user: 'heat',
  configFile: '/etc/heat/heat.conf',
  units: [
    {
      name: 'heat-api',
      api: { name: 'heat-api', port: 8004, healthPath: '/healthcheck' },
      ready: null,
      gone: null,
      gracefulStopSeconds: null,
    },
    {
      name: 'heat-api-cfn',
      api: { name: 'heat-api-cfn', port: 8000, healthPath: '/healthcheck' },
      ready: null,
      gone: null,
      gracefulStopSeconds: null,
    },
    /** An idle engine needs 18 s to leave; with a resource in progress as long as that resource, at most 60 s (C.3). */
    {
      name: 'heat-engine',
      api: null,
      /** A row of this host that says `up`; rows of engines gone stay `up` for two minutes, so APIs are asked as well. */
      ready: sh`su -s /bin/sh -c 'heat-manage service list' heat 2>/dev/null | grep -w "$(hostname)" | grep -w up || { echo "no engine of $(hostname) counts as up"; exit 1; }`,
      gone: sh`
        su -s /bin/sh -c 'heat-manage service list' heat > "$RUN/engines" 2>/dev/null
        awk -v host="$(hostname)" '$1 == host && / up / { print "engine " $3 " still counts as up"; up = 1 } END { exit up }' "$RUN/engines"
        echo "no engine of $(hostname) counts as up"
      `,
      gracefulStopSeconds: 120,
    },
  ],
  schema: {
    sync: sh`heat-manage --config-file /etc/heat/heat.conf db_sync`,
    /** alembic from 21.0.0 on, sqlalchemy-migrate before; both may be installed, the newer counts. */
    scripts: ['heat/db/migrations/versions', 'heat/db/sqlalchemy/migrate_repo/versions'],
    timeoutSeconds: 7200,
    createsTriggers: false,
    rules: ['R-HEAT-11'],
  },
  templates: [{ package: 'heat-common', packaged: '/usr/share/heat-common/heat.conf', running: '/etc/heat/heat.conf' }],
  pasteFiles: ['/etc/heat/api-paste.ini'],
  passive: [
    { package: 'heat-common', question: 'heat/configure_db' },
    { package: 'heat-common', question: 'heat/configure_rabbit' },
    { package: 'heat-common', question: 'heat/configure_ksat' },
  ],
  upgradeCheck: 'heat-status upgrade check --json',
  workInFlight: {
    noun: 'stack',
    list:
      'SELECT id, name, action, COALESCE(updated_at, created_at) FROM stack ' +
      "WHERE status = 'IN_PROGRESS' AND deleted_at IS NULL AND backup = 0",
    rules: ['R-HEAT-24', 'trap 1'],
  },
  debts: [
    {
      id: 'deleted-stacks',
      noun: 'rows of deleted stacks and their events',
      count:
        'SELECT (SELECT COUNT(*) FROM stack WHERE deleted_at IS NOT NULL) + ' +
        '(SELECT COUNT(*) FROM event JOIN stack ON stack.id = event.stack_id WHERE stack.deleted_at IS NOT NULL)',
      tolerated: toleratedDeletedRows,
      level: 'warning',
      harm: 'A migration that rewrites these tables takes as long as they are, with the API down.',
      remedy: "Purge them first, while Heat runs: su -s /bin/sh -c 'heat-manage purge_deleted -g days -b 20 30' heat",
    },
    {
      id: 'dead-engines',
      noun: 'rows of engines that report no more',
      count:
        'SELECT COUNT(*) FROM service WHERE deleted_at IS NULL AND ' +
        'COALESCE(updated_at, created_at) < UTC_TIMESTAMP() - INTERVAL 2 * report_interval SECOND',
      tolerated: 0,
      level: 'note',
      harm: '`heat-manage service list` shows them as down: they are no sign of a failed upgrade.',
      remedy: "Nothing, or afterwards: su -s /bin/sh -c 'heat-manage service clean' heat",
    },
  ],
  sharedKeys: [],
  flushMemcached: false,
  rolling: heatRolling,
};
