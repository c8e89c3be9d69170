import './lab-own-network';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePlan } from '../../activities/make-plan';
import { readPrograms } from '../../programs';
import { unpackPlan } from '../../activities/packed-plan';
import { createReaches } from '../../activities/reach';
import { addressOf, labDown, labUp, type HostName, type Lab } from '../../lab';
import { heat, heatRolling } from '../../catalog/services/heat';
import { backfilled, deadEnginesAway, workersUp } from '../../plan/commands/engine-rows';
import { placeProgram } from '../../plan/commands/programs';
import type { Finding } from '../../schema/plan';
import { checkRequest } from '../../schema/request';
import { beginStack } from './cloud-stack';
import { onHost } from './upgrade-rig';

/** One row more than is tolerated, copied from one stack's template so that every reference holds. */
const manyDeletedStacks = `
  INSERT INTO raw_template (template) VALUES ('{}');
  INSERT INTO stack (id, name, raw_template_id, disable_rollback, nested_depth, convergence, deleted_at)
  SELECT UUID(), CONCAT('old-', seq), LAST_INSERT_ID(), 0, 0, 1, UTC_TIMESTAMP() FROM seq_1_to_100001`;

const wrongHeat = `[DEFAULT]
graceful_shutdown_timeout = 0
convergence_engine = false
auth_encryption_key = 00000000000000000000000000000000
`;

/** In progress for an hour, from before convergence, and nobody works on it. */
const legacyStack = `
  INSERT INTO raw_template (template) VALUES ('{}');
  INSERT INTO stack (id, name, action, status, raw_template_id, disable_rollback, nested_depth, convergence, backup, created_at, updated_at)
  VALUES ('5c1d', 'web', 'UPDATE', 'IN_PROGRESS', LAST_INSERT_ID(), 0, 0, 0, 0, UTC_TIMESTAMP() - INTERVAL 1 HOUR, UTC_TIMESTAMP() - INTERVAL 1 HOUR)`;

const deadEngine =
  'INSERT INTO service (id, engine_id, host, hostname, \\`binary\\`, topic, report_interval, created_at, updated_at) ' +
  "VALUES ('dead', 'dead', 'ctl9', 'ctl9', 'heat-engine', 'engine', 60, UTC_TIMESTAMP() - INTERVAL 1 DAY, UTC_TIMESTAMP() - INTERVAL 1 DAY)";

/** Silent for an hour, with one resource that somebody holds; by the name of the stack, who that is. */
const held = (name: string, engine: string): string => `
  INSERT INTO stack (id, name, action, status, raw_template_id, disable_rollback, nested_depth, convergence, backup, created_at, updated_at)
  SELECT '${name}', '${name}', 'UPDATE', 'IN_PROGRESS', MAX(id), 0, 0, 1, 0, UTC_TIMESTAMP() - INTERVAL 1 HOUR, UTC_TIMESTAMP() - INTERVAL 1 HOUR FROM raw_template;
  INSERT INTO resource (name, status, stack_id, engine_id) VALUES ('work', 'IN_PROGRESS', '${name}', ${engine})`;

const heldStacks = [
  "INSERT INTO raw_template (template) VALUES ('{}')",
  deadEngine,
  held('held-by-killed', "'dead'"),
  held(
    'held-by-live',
    '(SELECT MAX(engine_id) FROM service WHERE deleted_at IS NULL AND updated_at > UTC_TIMESTAMP() - INTERVAL 90 SECOND)',
  ),
  held('held-by-unknown', "'no-row'"),
  held('held-by-nobody-named', 'NULL'),
].join(';');

/** As an engine writes it that does not know the column yet. */
const halfSnapshot = `${legacyStack.replace("'IN_PROGRESS'", "'COMPLETE'")};
  ALTER TABLE snapshot ADD COLUMN action VARCHAR(255) NULL;
  INSERT INTO snapshot (id, stack_id, tenant) VALUES ('s1', '5c1d', 'p1')`;

const forgottenConsole = 'START TRANSACTION; SELECT COUNT(*) FROM stack; SELECT SLEEP(300)';
const openFor31Seconds = 'SELECT 1 FROM information_schema.innodb_trx WHERE trx_started < NOW() - INTERVAL 31 SECOND';

jest.setTimeout(15 * 60 * 1000);

/** Each trouble is real, made on the hosts; one survey shows them all, because nothing stops at the first. */
describe('a cloud in no state to be upgraded', () => {
  let lab: Lab;
  let directory: string;

  beforeAll(async () => {
    await labDown();
    lab = await labUp({ series: 'antelope' });
    directory = mkdtempSync(join(tmpdir(), 'clouds-'));
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true, force: true });
    await labDown();
  });

  /** Plans with a copy of the cloud file in which some words were replaced. */
  async function findings(
    options: {
      replace?: readonly [string | RegExp, string][];
      to?: string;
      rolling?: object;
      knownHosts?: (text: string) => string;
    } = {},
  ): Promise<Finding[]> {
    cpSync(lab.cloudsDirectory, directory, { recursive: true });
    const file = join(directory, 'cedar.yaml');
    const text = (options.replace ?? []).reduce(
      (done, [from, to]) => done.replace(from, to),
      readFileSync(file, 'utf8'),
    );
    writeFileSync(file, text);
    const known = join(directory, 'known_hosts');
    if (options.knownHosts !== undefined) writeFileSync(known, options.knownHosts(readFileSync(known, 'utf8')));
    const kind = options.rolling === undefined ? 'full' : 'partial';
    const wish = { cloud: 'cedar', to: options.to ?? 'bobcat' };
    const request = checkRequest(
      kind === 'full' ? wish : { ...wish, services: ['heat'], options: { rolling: options.rolling } },
      kind,
    );
    if (!request.ok) throw new Error(request.sentence);
    const reaches = createReaches();
    try {
      const packed = await makePlan({
        input: { runId: 'bad-input', kind, request: request.value },
        cloudsDirectory: directory,
        programs: readPrograms(),
        reachTo: reaches.to,
        onHost: () => undefined,
      });
      const { plan } = unpackPlan(packed);
      expect(plan.phases.length > 0).toBe(!plan.findings.some(({ level }) => level === 'blocker'));
      return [...plan.findings];
    } finally {
      await reaches.close();
    }
  }

  const ids = (all: readonly Finding[], level: Finding['level']): string[] =>
    all.filter((one) => one.level === level).map(({ id }) => id);
  const on = (host: HostName, command: string): Promise<string> => onHost({ host, command });

  it('is planned for when nothing is wrong', async () => {
    expect(ids(await findings(), 'blocker')).toEqual([]);
  });

  it('refuses a target that is older, and says how one goes back', async () => {
    const all = await findings({ to: 'zed' });
    expect(ids(all, 'blocker')).toContain('target-older');
  });

  it('lets nobody leave a series out without saying so', async () => {
    const all = await findings({ to: 'caracal', replace: [[/^(\s+)bobcat:/m, '$1caracal:']] });
    expect(ids(all, 'warning')).toContain('skip-level');
    expect(all.find(({ id }) => id === 'skip-level')?.text).toMatch(/leaves out 1 series/);
  });

  it('names the host that does not answer, the one with another key, and still reads the others', async () => {
    const all = await findings({
      replace: [[addressOf('mq1'), addressOf('mq1').replace(/\d+$/, '99')]],
      knownHosts: (text) =>
        text
          .split('\n')
          .map((line) =>
            line.startsWith('db1') || line.includes(addressOf('db1'))
              ? line.replace(/AAAAC3\S+/, 'AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ')
              : line,
          )
          .join('\n'),
    });
    expect(ids(all, 'blocker')).toEqual(
      expect.arrayContaining(['host-unread-hostKey@db1', 'host-unread-unreachable@mq1']),
    );
    expect(all.find(({ id }) => id === 'host-unread-hostKey@db1')?.text).toMatch(/known_hosts/);
  });

  it('says all that stands against a rolling upgrade in one look', async () => {
    await on('mq1', "rabbitmqctl -q add_vhost heat-bobcat --description 'of the mail team'");
    await on(
      'ctl2',
      `mkdir -p /etc/heat/heat.conf.d && cat > /etc/heat/heat.conf.d/90-wrong.conf <<'END'\n${wrongHeat}END`,
    );
    await on('lb1', "echo 'set server heat_api/ctl1 state maint' | socat stdio /run/haproxy/admin.sock");
    await on('db1', `mariadb heat -e "${legacyStack}"`);
    const all = await findings({ rolling: { removeOldVhost: true } });
    expect(ids(all, 'blocker')).toEqual([
      'encryption-keys-differ',
      'graceful-stop-too-long@ctl2',
      'no-convergence@ctl2',
      'not-in-rotation-heat-api@ctl1',
      'old-vhost-shared',
      'stacks-from-before-convergence@db1',
      'vhost-taken-heat-bobcat',
    ]);
    expect(ids(all, 'warning')).toEqual(
      expect.arrayContaining(['server-not-serving-heat_api-ctl1@lb1', 'stuck-5c1d@db1']),
    );
    await on('db1', 'mariadb heat -e "DELETE FROM stack WHERE id = \'5c1d\'"');
    await on('lb1', "echo 'set server heat_api/ctl1 state ready' | socat stdio /run/haproxy/admin.sock");
    await on('ctl2', 'rm /etc/heat/heat.conf.d/90-wrong.conf');
  });

  it('calls a stack stuck when an engine that died holds it, and in progress when one that lives does', async () => {
    const stuck = async (): Promise<string[]> => {
      const rows = await on('db1', `mariadb -N heat -e "${heatRolling.work.stuck}"`);
      return rows.split('\n').flatMap((row) => (row === '' ? [] : [row.split('\t')[1] ?? '']));
    };
    await on('db1', `mariadb heat -e "${heldStacks}"`);
    expect(await stuck()).toEqual(['held-by-killed']);
    await on('db1', 'mariadb heat -e "UPDATE service SET report_interval = -60"');
    // Nobody seems to live: then nothing is known.
    expect(await stuck()).toEqual([]);
    // A stack that is over is in progress all the same where an engine that lives works on a resource of it.
    await on(
      'db1',
      "mariadb heat -e \"UPDATE service SET report_interval = 60; UPDATE stack SET status = 'FAILED' WHERE id LIKE 'held-%'\"",
    );
    const inProgress = await on('db1', `mariadb -N heat -e "${heat.schemas[0]?.workInFlight?.list ?? ''}"`);
    expect(inProgress).toMatch(
      /^held-by-live\theld-by-live\tUPDATE FAILED, an engine works on a resource of it\t20\S+ \S+\n$/,
    );
    await on(
      'db1',
      "mariadb heat -e \"DELETE FROM resource WHERE stack_id LIKE 'held-%'; DELETE FROM stack WHERE id LIKE 'held-%'; DELETE FROM service WHERE id = 'dead'\"",
    );
  });

  it('removes a vhost that a service has left, and none that anybody uses', async () => {
    const drop = (vhost: string): Promise<string> =>
      on(
        'mq1',
        `python3 - drop ${vhost} '(${heatRolling.queues})|^reply_' openstack <<'END' 2>&1 || true\n${readPrograms()['broker-vhost'].text}END`,
      );
    await on(
      'mq1',
      'rabbitmqctl -q set_permissions -p heat-bobcat openstack .\\* .\\* .\\*; rabbitmqctl -q add_user mail x; rabbitmqctl -q set_permissions -p heat-bobcat mail .\\* .\\* .\\*',
    );
    expect(await drop('heat-bobcat')).toContain(
      'vhost heat-bobcat was not removed: other users with permissions: mail',
    );
    expect(await drop('/')).toContain("vhost / was not removed: it is the broker's default");
    await on('mq1', 'rabbitmqctl -q delete_user mail');
    expect(await drop('heat-bobcat')).toContain('vhost heat-bobcat was removed');
    expect(await on('mq1', 'rabbitmqctl -q list_vhosts')).not.toContain('heat-bobcat');
  });

  it('lets a rolling upgrade start again after one that had migrated went back', async () => {
    await on(
      'db1',
      'mariadb heat -e "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL); INSERT INTO alembic_version VALUES (\'c6214ca60943\')"',
    );
    const all = await findings({ rolling: {} });
    expect(ids(all, 'blocker')).toEqual([]);
    expect(ids(all, 'warning')).toEqual(expect.arrayContaining(['schema-ahead-heat']));
    await on('db1', "mariadb heat -e 'DROP TABLE alembic_version'");
  });

  it('puts right what two releases side by side leave in the database', async () => {
    const run = (host: HostName, { script }: { readonly script: string }): Promise<string> =>
      on(
        host,
        `mkdir -p /var/lib/openstack-upgrade/runs/rows; OSU_RUN=rows OSU_HOST=${host} sh <<'SCRIPT'; echo "code $?"\n${script}\nSCRIPT`,
      );
    const placed = placeProgram({ name: 'engine-rows', programs: readPrograms() });
    expect(await run('ctl1', placed)).toContain('code 0');
    const counted = await run('ctl1', workersUp({ rolling: heatRolling }));
    expect(counted).toMatch(/1 engines of ctl1 count as up, 1 run[^]*code 0/);
    await on('db1', `mariadb heat -e "${deadEngine}"`);
    const away = deadEnginesAway({ rolling: heatRolling });
    expect(await run('ctl1', away)).toContain('code 0');
    expect(await run('ctl1', away)).toContain('code 200');
    const [backfill] = heatRolling.backfills;
    const filled = backfilled({ schema: 'heat', backfill: backfill! });
    expect(await run('db1', filled)).toContain('code 200');
    await on('db1', `mariadb heat -e "${halfSnapshot}"`);
    expect(await run('db1', filled)).toMatch(/1 snapshots that old engines took[^]*code 0/);
    expect(await on('db1', "mariadb -N heat -e 'SELECT action FROM snapshot'")).toContain('CREATE');
    await on(
      'db1',
      'mariadb heat -e "DELETE FROM snapshot; ALTER TABLE snapshot DROP COLUMN action; DELETE FROM stack WHERE id = \'5c1d\'"',
    );
  });

  it('finds everything that is wrong with the hosts in one look', async () => {
    await on('mq1', 'mv /etc/sudoers.d /etc/sudoers.d.away; mkdir /etc/sudoers.d');
    await on(
      'lb1',
      'mkdir -p /var/lib/openstack-upgrade && mount -t tmpfs -o size=20m tmpfs /var/lib/openstack-upgrade',
    );
    await on('db1', "mariadb -e 'CREATE TABLE heat.plugin_leftover (id INT) ENGINE=MyISAM'");
    await on(
      'ctl2',
      "printf 'Package: python3-heat\\nPin: version 1:21*\\nPin-Priority: -1\\n' > /etc/apt/preferences.d/left-over",
    );
    await on(
      'ctl2',
      "mkdir -p /tmp/half/DEBIAN && printf 'Package: half\\nVersion: 1\\nArchitecture: all\\nMaintainer: x <x@example.org>\\nDescription: half\\n' > /tmp/half/DEBIAN/control && dpkg-deb -b /tmp/half /tmp/half.deb >/dev/null && dpkg --unpack /tmp/half.deb >/dev/null",
    );
    await on(
      'ctl1',
      "setsid python3 -c \"import fcntl,time; f=open('/var/lib/dpkg/lock-frontend','w'); fcntl.lockf(f, fcntl.LOCK_EX); open('/tmp/locked','w'); time.sleep(600)\" </dev/null >/dev/null 2>&1 & for i in $(seq 300); do test -e /tmp/locked && break; sleep 0.1; done; test -e /tmp/locked",
    );
    await beginStack({ name: 'slow', workSeconds: 120 });
    const all = await findings();
    expect(ids(all, 'blocker')).toEqual([
      'apt-locked@ctl1',
      'disk-nearly-full@lb1',
      'dpkg-half-configured@ctl2',
      'host-unread-sudo@mq1',
      'not-innodb-heat@db1',
      'packages-unavailable@ctl2',
    ]);
    expect(ids(all, 'warning')).toContain('stacks-in-progress@db1');
    expect(all.find(({ id }) => id === 'stacks-in-progress@db1')?.text).toContain('slow (CREATE since');
    expect(all.find(({ id }) => id === 'apt-locked@ctl1')?.text).toMatch(/Process \d+ python3 holds dpkg's lock/);
  });

  it('finds what makes a migration long, a service lame, or a report wrong', async () => {
    await on('db1', `setsid mariadb heat -e '${forgottenConsole}' </dev/null >/dev/null 2>&1 &`);
    await on('db1', `mariadb heat -e "${manyDeletedStacks}"`);
    await on('ctl1', "sed -i 's#^\\(transport_url = .*:\\)[^@]*@#\\1pa%2Fss@#' /etc/heat/heat.conf");
    await on('ctl2', 'systemctl mask --runtime heat-api-cfn && systemctl daemon-reload');
    await on('ctl2', 'cp /lib/systemd/system/heat-api.service /etc/systemd/system/ && systemctl daemon-reload');
    await on('lb1', "sed -i '/http-server-close/d' /etc/haproxy/haproxy.cfg");
    await on('db1', `until mariadb -N -e '${openFor31Seconds}' | grep -q .; do sleep 1; done`);
    const all = await findings();
    expect(ids(all, 'blocker')).toEqual(
      expect.arrayContaining(['transport-url-heat@ctl1', 'unit-masked-heat-api-cfn@ctl2']),
    );
    expect(ids(all, 'warning')).toEqual(
      expect.arrayContaining(['deleted-stacks@db1', 'long-transactions@db1', 'unit-own-heat-api@ctl2']),
    );
    expect(ids(all, 'note')).toEqual(
      expect.arrayContaining(['keep-alive-heat_api@lb1', 'keep-alive-keystone@lb1', 'source-key-unread']),
    );
    expect(all.find(({ id }) => id === 'deleted-stacks@db1')?.text).toMatch(/: 100\d{3}\. /);
  });
});
