import './lab-own-network';
import type { HostName } from '../../lab';
import {
  insist,
  migrationsStarted,
  onHost,
  openGate,
  sleep,
  startRig,
  untilStatus,
  watchMigrations,
  type UpgradeRig,
} from './upgrade-rig';
import { createStack, stackStatus, updateStack } from './cloud-stack';

jest.setTimeout(25 * 60 * 1000);

const hosts: readonly HostName[] = ['lb1', 'ctl1', 'ctl2', 'db1', 'mq1'];
const controllers: readonly HostName[] = ['ctl1', 'ctl2'];

/** What a run must leave as it found it, as each host tells it. */
async function surroundings(host: HostName): Promise<string> {
  return onHost({
    host,
    command:
      'apt-mark showhold; ls /usr/sbin/policy-rc.d 2>&1; ls /etc/systemd/system/*.service.d 2>&1; ' +
      'ls /etc/apt/apt.conf.d /etc/apt/preferences.d; for t in apt-daily.timer apt-daily-upgrade.timer; do systemctl is-active $t; done; ' +
      'ls -d /var/lib/openstack-upgrade/locks /run/openstack-upgrade/* /var/lib/openstack-upgrade-scratch/* 2>&1; true',
  });
}

describe('a full upgrade whose worker is killed ten times and whose Temporal server is killed twice', () => {
  let rig: UpgradeRig;
  let before: Record<string, string>;
  const id = 'cedar.all.full.bobcat';

  beforeAll(async () => {
    rig = await startRig();
    await Promise.all(controllers.map((host) => watchMigrations({ host, tool: 'heat-manage', holdSeconds: 8 })));
    await Promise.all(controllers.map((host) => watchMigrations({ host, tool: 'keystone-manage', holdSeconds: 4 })));
    before = Object.fromEntries(
      await Promise.all(hosts.map(async (host) => [host, await surroundings(host)] as const)),
    );
    await createStack({ name: 'from-before' });
  });
  afterAll(() => rig.stop());

  it('ends green', async () => {
    const { client, temporal } = rig;
    await insist(() => client.startFull({ cloud: 'cedar', to: 'bobcat', options: { openAutomatically: true } }));
    const gate = await openGate({ client, id, about: 'plan', forSeconds: 120 });
    await client.approve(id, { gate: gate.code, by: 'ana', reason: 'test', accept: [...gate.accept] });
    for (let kills = 1; kills <= 10; kills++) {
      await sleep(3000 + Math.random() * 9000);
      await rig.killWorker();
      if (kills === 4 || kills === 7) {
        await temporal.server.kill9();
        await temporal.server.restart();
      }
    }
    const end = await untilStatus({
      client,
      id,
      holds: ({ state, gates }) => state === 'completed' || gates.length > 0,
      forSeconds: 600,
    });
    expect({ state: end.state, gates: end.gates, owed: end.owed }).toEqual({ state: 'completed', gates: [], owed: [] });
    const result = await insist(() => client.result(id));
    expect(result.sentence).toBe('cedar: keystone, heat upgraded from antelope to bobcat.');
  });

  it('started each schema migration exactly once, says the host', async () => {
    const starts = await Promise.all(
      controllers.flatMap((host) =>
        ['keystone-manage', 'heat-manage'].map((tool) => migrationsStarted({ host, tool })),
      ),
    );
    expect(starts).toEqual([1, 1, 0, 0]);
  });

  it.each(hosts)('ran no step twice on %s, says its journal', async (host) => {
    const log = await onHost({ host, command: 'journalctl -q -o cat -t openstack-upgrade' });
    const steps = log.split('\n').flatMap((line) => /\bstep=(\S+) .*\brc=/.exec(line)?.[1] ?? []);
    const done = (await onHost({ host, command: 'cat /var/lib/openstack-upgrade/runs/*/DONE' }))
      .split('\n')
      .filter(Boolean);
    const twice = steps.filter((step, index) => steps.indexOf(step) !== index);
    // `finally` puts the load balancer into the last phase's state once more: a job of its own, that found nothing to do.
    expect(twice.filter((step) => !step.endsWith('/serving'))).toEqual([]);
    expect(done.length).toBe(steps.length);
  });

  it.each(controllers)('left every package of the set at its exact version on %s', async (host) => {
    const versions = await onHost({
      host,
      command:
        "dpkg-query -W -f='${binary:Package} ${Version} ${db:Status-Status}\\n' | grep -E '^(heat-|keystone |python3-(heat|keystone) )' | sort; dpkg --audit",
    });
    expect(versions.trim().split('\n')).toEqual(
      [
        ...['heat-api', 'heat-api-cfn', 'heat-common', 'heat-engine'].map((name) => `${name} 1:21.0.0-0lab1 installed`),
        'keystone 2:24.0.0-0lab1 installed',
        'python3-heat 1:21.0.0-0lab1 installed',
        'python3-keystone 2:24.0.0-0lab1 installed',
      ].sort(),
    );
  });

  it('left holds, policy-rc.d, drop-ins and timers as they were on every host', async () => {
    const after = Object.fromEntries(
      await Promise.all(hosts.map(async (host) => [host, await surroundings(host)] as const)),
    );
    expect(after).toEqual(before);
  });

  it('updates the stack from before and creates a new one', async () => {
    expect(await updateStack({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
    await createStack({ name: 'from-after' });
    expect(await stackStatus({ name: 'from-after' })).toBe('CREATE_COMPLETE');
  });
});
