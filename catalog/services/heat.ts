import { raw, sh, type ShellText } from '../../shell/sh';
import { runAsUser } from '../platform/service-config';
import { type Rolling, type Service, toleratedDeletedRows, unitEverywhere } from '../service';

/** In work, and a stack of its own: not the shadow that an update before convergence kept (`backup`). */
const inWork = "s.status = 'IN_PROGRESS' AND s.deleted_at IS NULL AND s.backup = 0";

/** Loads nothing of Heat, which takes seconds (programs/engine-rows.py). */
const engineRows = (words: string): ShellText => runAsUser({ user: 'heat', program: 'engine-rows', words: raw(words) });

const configFile = '/etc/heat/heat.conf';

const since = 'COALESCE(s.updated_at, s.created_at)';

/**
 * An engine writes its row every `report_interval` for as long as it lives; after three intervals without a word Heat
 * itself takes it for dead.
 */
const alive =
  'e.deleted_at IS NULL AND COALESCE(e.updated_at, e.created_at, UTC_TIMESTAMP()) > UTC_TIMESTAMP() - INTERVAL (3 * e.report_interval) SECOND';

/** Its row is there and says nothing any more. An engine without a row is unknown: it may live (`service clean` takes rows away). */
const heldByDeadEngine =
  '(EXISTS (SELECT 1 FROM service e WHERE e.engine_id = r.engine_id) ' +
  `AND NOT EXISTS (SELECT 1 FROM service e WHERE e.engine_id = r.engine_id AND ${alive}))`;

/**
 * No engine that may live holds anything of it, and it has said nothing for two minutes: the message that would carry it
 * on is lost (C.5). Two minutes, because between two resources a loaded engine may take many seconds. Where no engine at
 * all seems to live, the database was away or the clocks differ, and nothing is known.
 */
const nobodyWorks =
  'NOT EXISTS (SELECT 1 FROM resource r WHERE r.stack_id = s.id ' +
  `AND (r.status = 'IN_PROGRESS' OR r.engine_id IS NOT NULL) AND NOT ${heldByDeadEngine}) ` +
  'AND NOT EXISTS (SELECT 1 FROM event e WHERE e.stack_id = s.id AND e.created_at > UTC_TIMESTAMP() - INTERVAL 120 SECOND) ' +
  `AND ${since} < UTC_TIMESTAMP() - INTERVAL 120 SECOND AND EXISTS (SELECT 1 FROM service e WHERE ${alive})`;

/** What a dead engine left held is debris, which may be years old (C.4). Asked once, not once for each stack. */
const heldByLiveEngine = `s.id IN (SELECT r.stack_id FROM resource r JOIN service e ON e.engine_id = r.engine_id WHERE r.engine_id IS NOT NULL AND ${alive})`;

/** A stack that timed out or was cancelled is over, and an engine may go on with a resource of it: a stop would strand that one (R-HEAT-24). */
const worked = `(${inWork}) OR ${heldByLiveEngine}`;
const action = `IF(${inWork}, s.action, CONCAT(s.action, ' ', s.status, ', an engine works on a resource of it'))`;

/**
 * Sources: Heat upgrade guide, rolling upgrade (R-HEAT-7..30); C.0 to C.9, facts 1, 2 and 11. Supported from
 * Pike (9.0.0) on, which is older than every series in catalog/releases.ts.
 */
export const heatRolling: Rolling = {
  style: 'engines',
  engineUnit: 'heat-engine',
  engineProgram: '/usr/bin/heat-engine',
  /**
   * The eventlet servers of heat-api and heat-api-cfn went with 25.0.0 (release notes, 2025.2). keystonemiddleware and yaql of
   * releases before that import pkg_resources, which setuptools has no more from 82.0.0 on, and upper constraints do not name it.
   */
  venv: {
    distribution: 'openstack-heat',
    drivers: ['pymysql', 'python-memcached', 'setuptools~=80.0'],
    apisEndAt: 25,
  },
  topic: 'engine',
  queues: '^(engine|engine_worker|heat-engine-listener)($|\\.|_fanout)',
  /** The unit gets 120 s (below), and 60 s of them must be left over. */
  longestShutdownSeconds: 60,
  work: {
    noun: 'stack',
    set: `SELECT s.id, s.current_traversal FROM stack s WHERE ${inWork} AND s.current_traversal <> ''`,
    /**
     * A stack is over when its traversal is, or another one has taken its place, and no engine holds a resource of it
     * any more. Counting every held resource instead would wait for debris that is years old (C.4).
     */
    left:
      `SELECT s.id, s.name, s.action, ${since}, IF(${nobodyWorks}, 'stuck', 'works'), s.tenant ` +
      'FROM stack s JOIN switched w ON w.id = s.id ' +
      `WHERE (${inWork} AND s.current_traversal = w.traversal) ` +
      'OR EXISTS (SELECT 1 FROM resource r WHERE r.stack_id = s.id AND r.engine_id IS NOT NULL)',
    untouched:
      `SELECT s.id, s.name, s.action, ${since}, IF(${nobodyWorks}, 'stuck', 'works'), s.tenant ` +
      `FROM stack s JOIN switched w ON w.id = s.id WHERE ${inWork} AND s.current_traversal = w.traversal`,
    all: `SELECT s.id, s.name, ${action}, ${since}, IF(${nobodyWorks}, 'stuck', 'works'), s.tenant FROM stack s WHERE ${worked}`,
    stuck: `SELECT s.id, s.name, s.action, ${since} FROM stack s WHERE ${inWork} AND ${nobodyWorks}`,
    /** Stacks from before convergence: an engine that cannot ask their owner on its own vhost takes their lock. */
    stealable: `SELECT s.id, s.name, s.action, ${since} FROM stack s WHERE ${inWork} AND s.convergence = 0`,
    taken:
      'SELECT s.id, s.name, s.status_reason FROM stack s JOIN switched w ON w.id = s.id ' +
      "WHERE s.deleted_at IS NULL AND s.status = 'FAILED' AND s.status_reason LIKE '%went down%'",
    repair: 'openstack stack update --existing <id> in its own project, or openstack stack delete <id>',
    repairProgram: 'stuck-stacks',
  },
  /**
   * One row a worker: a master with several has them as its children, and is the only worker where it has none. Rows of
   * an engine that was killed count as up for two minutes (C.3).
   */
  workersUp: sh`
    main=$(systemctl show -p MainPID --value heat-engine)
    workers=$(ps -o pid= --ppid "$main" | grep -c . || true)
    test "$workers" -gt 0 || workers=1
    export WORKERS="$workers"
    ${engineRows(`count ${configFile} $WORKERS`)}
  `,
  deadEngines: {
    none: engineRows(`dead ${configFile}`),
    remove: sh`su -s /bin/sh -c 'heat-manage service clean' heat`,
  },
  /** Since 27.0.0 a snapshot says of which action it is; older engines write rows without (C.6). */
  backfills: [
    {
      id: 'snapshot-action',
      title: 'snapshots that old engines took without saying their action',
      applies:
        "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'snapshot' AND column_name = 'action'",
      count: 'SELECT COUNT(*) FROM snapshot WHERE action IS NULL',
      fill: "UPDATE snapshot SET action = 'CREATE' WHERE action IS NULL",
    },
  ],
};

/** Sources: Heat upgrade guide, cold upgrade (R-HEAT-3, R-HEAT-5); C.3, facts 1, 3 and 11. */
export const heat: Service = {
  name: 'heat',
  title: 'Heat',
  sourcePackages: ['heat'],
  versionPackage: 'heat-common',
  majors: {
    zed: 19,
    antelope: 20,
    bobcat: 21,
    caracal: 22,
    dalmatian: 23,
    epoxy: 24,
    flamingo: 25,
    gazpacho: 26,
    hibiscus: 27,
  },
  user: 'heat',
  configFile,
  needs: ['keystone'],
  /** Stacks in progress make servers, whose images and placement these two serve. */
  uses: ['glance', 'placement'],
  programs: ['engine-rows'],
  /** Ubuntu has units as well up to 2025.1; from 25.0.0 on its APIs are sites of Apache. */
  units: [
    {
      name: 'heat-api',
      on: 'controller',
      runBy: unitEverywhere('heat-api'),
      api: { name: 'heat-api', port: 8004, healthPath: '/healthcheck', faces: 'users' },
      ready: null,
      gone: null,
      gracefulStopSeconds: null,
    },
    {
      name: 'heat-api-cfn',
      on: 'controller',
      runBy: unitEverywhere('heat-api-cfn'),
      api: { name: 'heat-api-cfn', port: 8000, healthPath: '/healthcheck', faces: 'users' },
      ready: null,
      gone: null,
      gracefulStopSeconds: null,
    },
    /** An idle engine needs 18 s to leave; with a resource in progress as long as that resource, at most 60 s (C.3). */
    {
      name: 'heat-engine',
      on: 'controller',
      runBy: unitEverywhere('heat-engine'),
      api: null,
      /** Its row, written since this start: rows of an engine that was killed count as up for two minutes (C.3). */
      ready: engineRows(`young ${configFile} heat-engine 10`),
      gone: engineRows(`gone ${configFile}`),
      gracefulStopSeconds: 120,
    },
  ],
  schemas: [
    {
      id: 'heat',
      config: { file: '/etc/heat/heat.conf', section: 'database' },
      /** alembic from 21.0.0 on, sqlalchemy-migrate before; both may be installed, the newer counts. */
      scripts: ['heat/db/migrations/versions', 'heat/db/sqlalchemy/migrate_repo/versions'],
      createsTriggers: false,
      migrations: [
        {
          kind: 'sync',
          command: sh`heat-manage --config-file /etc/heat/heat.conf db_sync`,
          done: { by: 'head' },
          timeoutSeconds: 7200,
          rules: ['R-HEAT-11'],
        },
      ],
      objects: [
        { noun: 'stack', list: 'SELECT id, name FROM stack WHERE deleted_at IS NULL AND owner_id IS NULL' },
        { noun: 'stack snapshot', list: 'SELECT id, name FROM snapshot' },
      ],
      workInFlight: {
        noun: 'stack',
        list: `SELECT s.id, s.name, ${action} AS action, ${since} AS since FROM stack s WHERE ${worked}`,
        tables: ['stack', 'resource', 'service'],
        repair: 'openstack stack update --existing, or delete',
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
          remedy:
            "Purge them first, while Heat runs: su -s /bin/sh -c 'heat-manage purge_deleted -g days -b 20 30' heat",
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
    },
  ],
  templates: [{ package: 'heat-common', packaged: '/usr/share/heat-common/heat.conf', running: '/etc/heat/heat.conf' }],
  pasteFiles: ['/etc/heat/api-paste.ini'],
  passive: [
    { package: 'heat-common', question: 'heat/configure_db' },
    { package: 'heat-common', question: 'heat/configure_rabbit' },
    { package: 'heat-common', question: 'heat/configure_ksat' },
  ],
  upgradeCheck: { command: 'heat-status upgrade check --json', of: 'configuration', prints: 'json' },
  keepsElsewhere: null,
  sharedKeys: [],
  flushMemcached: false,
  proof: { kind: 'stack', api: 'heat-api' },
  rolling: heatRolling,
};
