import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { heatRolling } from '../../catalog/services/heat';
import { readPrograms } from '../../programs';

/** The program as it is; beside it a fake `rabbitmqctl` that prints what a real one (3.10.8) printed. */
describe('broker-vhost', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'broker-vhost-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const run = (
    printed: Readonly<Record<string, string>>,
    ...words: string[]
  ): { code: number | null; said: string } => {
    const cases = Object.entries(printed).map(([verb, text]) => `${verb}) printf '%s' '${text}' ;;`);
    const fake = join(directory, 'rabbitmqctl');
    writeFileSync(
      fake,
      `#!/bin/sh\necho "$2" >> ${directory}/asked\ncase $2 in\n${cases.join('\n')}\n*) exit 64 ;;\nesac\n`,
    );
    chmodSync(fake, 0o755);
    const { status, stdout, stderr } = spawnSync('python3', ['-', ...words], {
      input: readPrograms()['broker-vhost'].text,
      encoding: 'utf8',
      env: { PATH: `${directory}:${process.env['PATH'] ?? ''}` },
    });
    return { code: status, said: (stdout + stderr).trim() };
  };
  const queues = (...rows: object[]): Record<string, string> => ({ list_queues: JSON.stringify(rows) });
  const consumed = queues(
    { name: 'engine', consumers: 2 },
    { name: 'engine.ctl1', consumers: 1 },
    { name: 'engine.ctl2', consumers: 1 },
    { name: 'engine_worker.17940f60', consumers: 1 },
  );

  it.each([
    [['ctl1', 'ctl2'], 0],
    [['ctl1'], 1],
    [['ctl1', 'ctl2', 'ctl3'], 1],
    [[], 1],
  ])('is content with engines of exactly %j', (hosts, code) => {
    expect(run(consumed, 'engines', '/', 'engine', ...hosts)).toEqual({
      code,
      said: 'vhost /: engines on ctl1, ctl2, consumers of engine: 2',
    });
  });

  it('is not content with a queue that a dead engine left behind', () => {
    const left = queues({ name: 'engine', consumers: 0 }, { name: 'engine.ctl1', consumers: 0 });
    expect(run(left, 'engines', '/', 'engine', 'ctl1').code).toBe(1);
    expect(run(left, 'engines', '/', 'engine').code).toBe(0);
  });

  it('counts what waits and what is in progress, in the queues of the engines alone', () => {
    const waiting = queues(
      { name: 'engine_worker', messages_ready: 0, messages_unacknowledged: 1 },
      { name: 'engine', messages_ready: 0, messages_unacknowledged: 0 },
      { name: 'notifications.info', messages_ready: 900, messages_unacknowledged: 0 },
    );
    expect(run(waiting, 'empty', '/', heatRolling.queues)).toEqual({
      code: 1,
      said: 'vhost /: engine_worker 0 ready, 1 unacknowledged',
    });
  });

  it('does without the default queue type where the release has none (3.8 to 3.10.0, text of 3.9)', () => {
    const before = `*) case "$*" in
      *default_queue_type*) echo 'Error (argument validation): Info key(s) default_queue_type are not supported' >&2; exit 64 ;;
      '-q list_vhosts '*) printf '%s\\n' '[' '{"name":"/","description":"Default virtual host"}' ']' ;;
      '-q list_'*) echo '[]' ;;
      *) cat >/dev/null ;;
      esac ;; x`;
    expect(run({ [before]: '' }, 'make', 'heat-bobcat', '/', 'OpenStack upgrade 7')).toEqual({
      code: 0,
      said: 'vhost heat-bobcat: permissions (0) and policies (0) copied from /',
    });
    expect(readFileSync(join(directory, 'asked'), 'utf8')).toContain('add_vhost');
  });

  it('removes no vhost that is not of this run, and none that is used', () => {
    const named = (description: string): string => JSON.stringify([{ name: 'heat-bobcat-side', description }]);
    const foreign = run(
      { list_vhosts: named('of the mail team') },
      'remove',
      'heat-bobcat-side',
      'OpenStack upgrade 7',
    );
    expect(foreign).toEqual({
      code: 1,
      said: 'vhost heat-bobcat-side was not made by this upgrade: "of the mail team". Nothing was changed',
    });
    const used = run(
      {
        list_vhosts: named('OpenStack upgrade 7'),
        list_connections: '[{"vhost":"heat-bobcat-side"}]',
        list_queues: '[{"messages":0}]',
      },
      'remove',
      'heat-bobcat-side',
      'OpenStack upgrade 7',
    );
    expect(used).toEqual({
      code: 1,
      said: 'vhost heat-bobcat-side is still in use and was not removed: connections 1, messages 0',
    });
  });

  describe('looks who uses a vhost that a service has left', () => {
    const left = `(${heatRolling.queues})|^reply_`;
    const quiet = {
      list_vhosts: '[{"name":"heat","description":""}]',
      list_connections: '[{"vhost":"/","user":"openstack","name":"192.0.2.11:41000 -> 192.0.2.22:5672"}]',
      list_users:
        '[{"user":"heat","tags":[]},{"user":"guest","tags":["administrator"]},{"user":"ceilometer","tags":[]}]',
      list_permissions:
        '[{"user":"heat","configure":".*","write":".*","read":".*"},{"user":"guest","configure":".*","write":".*","read":".*"}]',
      ...queues(
        { name: 'engine_worker.dead', messages: 0, consumers: 0 },
        { name: 'reply_f0', messages: 0, consumers: 0 },
      ),
      delete_vhost: '',
    };

    it('lets it go when nobody does, queues of dead engines or not', () => {
      expect(run(quiet, 'unused', 'heat', left, 'heat')).toEqual({ code: 0, said: 'vhost heat: not in use' });
      expect(run(quiet, 'drop', 'heat', left, 'heat')).toEqual({ code: 0, said: 'vhost heat was removed' });
    });

    it.each<[string, Record<string, string>, string]>([
      [
        'a connection',
        {
          list_connections:
            '[{"vhost":"heat","user":"heat","name":"192.0.2.12:41000 -> 192.0.2.22:5672"},{"vhost":"heat","user":"heat","name":"192.0.2.12:41002 -> 192.0.2.22:5672"}]',
        },
        'connected: heat from 192.0.2.12',
      ],
      [
        'a user of somebody else',
        { list_permissions: '[{"user":"ceilometer","configure":"","write":"","read":".*"}]' },
        'other users with permissions: ceilometer',
      ],
      [
        'a queue of somebody else',
        queues({ name: 'notifications.info', messages: 0, consumers: 0 }),
        'queues of other services: notifications.info',
      ],
      [
        'a message',
        queues({ name: 'engine', messages: 2, consumers: 0 }),
        'queues with messages, consumers: engine (2, 0)',
      ],
      [
        'a consumer',
        queues({ name: 'engine', messages: 0, consumers: 1 }),
        'queues with messages, consumers: engine (0, 1)',
      ],
    ])('keeps it for %s', (_, seen, why) => {
      const printed = { ...quiet, ...seen };
      expect(run(printed, 'unused', 'heat', left, 'heat')).toEqual({ code: 1, said: `vhost heat: ${why}` });
      expect(run(printed, 'drop', 'heat', left, 'heat')).toEqual({
        code: 1,
        said: `vhost heat was not removed: ${why}`,
      });
      expect(readFileSync(join(directory, 'asked'), 'utf8')).not.toContain('delete_vhost');
    });

    it('keeps the default vhost, whoever uses it', () => {
      const root = { ...quiet, list_vhosts: '[{"name":"/","description":""}]', list_connections: '[]' };
      expect(run(root, 'drop', '/', left, 'heat')).toEqual({
        code: 1,
        said: "vhost / was not removed: it is the broker's default vhost, which every service may use",
      });
    });

    it('finds nothing to do when it is gone already', () => {
      expect(run({ list_vhosts: '[]' }, 'drop', 'heat', left, 'heat')).toEqual({
        code: 0,
        said: 'vhost heat was removed',
      });
    });
  });
});
