import './lab-own-network';
import { cloudOf } from '../../activities/make-plan';
import { createReaches } from '../../activities/reach';
import { hostNames, labExec, type HostName } from '../../lab';
import {
  insist,
  migrationsStarted,
  onHost,
  openGate,
  startRig,
  untilStatus,
  watchMigrations,
  type UpgradeRig,
} from './upgrade-rig';

jest.setTimeout(20 * 60 * 1000);

const controllers: readonly HostName[] = ['ctl1', 'ctl2'];

/** `says`: warnings that this plan must have. A busy machine may add others, as of a transaction that takes long. */
async function approvePlan(options: { rig: UpgradeRig; id: string; says?: readonly string[] }): Promise<void> {
  const { rig, id, says = [] } = options;
  const gate = await openGate({ client: rig.client, id, about: 'plan', forSeconds: 120 });
  expect(gate.accept).toEqual(expect.arrayContaining([...says]));
  await rig.client.approve(id, { gate: gate.code, by: 'ana', reason: 'test', accept: [...gate.accept] });
}

/** What each host says to an owner with this number who wants something done. */
async function lateRequests(options: { rig: UpgradeRig; fence: number }): Promise<string[]> {
  const { rig, fence } = options;
  const reaches = createReaches();
  try {
    const { jobs } = await reaches.to(await cloudOf({ directory: rig.lab.cloudsDirectory, name: 'cedar' }));
    const ask = async (host: HostName): Promise<string> => {
      const result = await jobs.run({
        host,
        runId: 'late',
        stepId: `late-${String(fence)}`,
        generation: '0',
        script: 'touch /var/tmp/late',
        timeoutSeconds: 30,
        fence: { cloud: 'cedar', number: fence },
        signal: new AbortController().signal,
      });
      return `${host} ${result.kind}`;
    };
    return await Promise.all(hostNames.map(ask));
  } finally {
    await reaches.close();
  }
}

describe('a person who stops an upgrade on its way', () => {
  let rig: UpgradeRig;
  const id = 'cedar.all.full.bobcat';

  beforeAll(async () => {
    rig = await startRig();
    await watchMigrations({ host: 'ctl1', tool: 'heat-manage', holdSeconds: 20 });
  });
  afterAll(() => rig.stop());

  it('terminates it in the middle: jobs end, guards and lock stay, and the next plan says so', async () => {
    const { client, temporal } = rig;
    await insist(() =>
      client.startFull({
        cloud: 'cedar',
        to: 'bobcat',
        options: { gates: ['packages'], full: { order: 'allAtOnce' } },
      }),
    );
    // What the rig put in place of heat-manage is a diversion, and a plan says so.
    await approvePlan({ rig, id, says: ['files-stay@ctl1'] });
    await openGate({ client, id, about: 'phase', forSeconds: 240 });
    await temporal.client.workflow.getHandle(id).terminate('wrong window');
    await client.preflight({ cloud: 'cedar', to: 'bobcat' });
    const preflight = await client.result('cedar.all.preflight.bobcat').catch((error: unknown) => error);
    expect(JSON.stringify(preflight)).toContain('cloud-locked@db1');
    const active = await Promise.all(
      controllers.map((host) =>
        onHost({
          host,
          command: 'systemctl is-active heat-engine keystone; ls -d /var/lib/openstack-upgrade/locks/keystone; true',
        }),
      ),
    );
    expect(active).toEqual(
      controllers.map((): unknown => expect.stringMatching(/^(inactive|failed)\n(inactive|failed)\n\/var\/lib/)),
    );
  });

  it('lets openstackFinish clean up what is owed, after saying what it is', async () => {
    const { client } = rig;
    await client.finish({ cloud: 'cedar' });
    const finishId = 'cedar.finish';
    const gate = await openGate({ client, id: finishId, about: 'plan', forSeconds: 120 });
    const asked = await client.status(finishId);
    expect(asked.owed.length).toBeGreaterThan(5);
    expect(gate.question).toContain('cedar');
    await client.approve(finishId, { gate: gate.code, by: 'bo', reason: 'mine now' });
    const end = await untilStatus({
      client,
      id: finishId,
      holds: ({ state, gates }) => state === 'completed' || gates.some(({ code }) => code !== gate.code),
      forSeconds: 120,
    });
    expect({ state: end.state, owed: end.owed }).toEqual({ state: 'completed', owed: [] });
    const { sentence } = await client.result(finishId);
    expect(sentence).toMatch(
      /Still down: ctl1: not running: .*keystone.*; .*lb1: taken out of the load balancer: .*heat_api\/ctl1/,
    );
    const left = await Promise.all(
      controllers.map((host) =>
        onHost({
          host,
          command:
            'apt-mark showhold; ls /etc/apt/apt.conf.d /etc/systemd/system/*.service.d /usr/sbin/policy-rc.d /var/lib/openstack-upgrade/locks 2>/dev/null; true',
        }),
      ),
    );
    expect(left).toEqual(
      controllers.map((): unknown => expect.not.stringMatching(/openstack-upgrade|heat|policy-rc|keystone/)),
    );
    expect(await onHost({ host: 'db1', command: 'ls /var/lib/openstack-upgrade/lock 2>/dev/null; true' })).toBe('');
  });

  it('has taken the cloud from the terminated run on every host: a worker of it that wakes is refused', async () => {
    expect(await lateRequests({ rig, fence: 1 })).toEqual(hostNames.map((host) => `${host} fenced`));
    expect(await onHost({ host: 'ctl1', command: 'ls /var/tmp/late 2>/dev/null; true' })).toBe('');
    expect(await lateRequests({ rig, fence: 2 })).toEqual(hostNames.map((host) => `${host} exited`));
  });

  it('cancels it in the middle of a schema migration: the migration ends, nothing is killed, finally runs', async () => {
    const { client, temporal } = rig;
    await Promise.all(
      controllers.map((host) =>
        onHost({ host, command: 'systemctl start keystone heat-engine heat-api heat-api-cfn' }),
      ),
    );
    await onHost({
      host: 'lb1',
      command:
        'for s in keystone heat_api heat_cfn; do for c in ctl1 ctl2; do echo "set server $s/$c state ready" | socat stdio /run/haproxy/admin.sock; done; done; sleep 8',
    });
    await insist(() => client.startFull({ cloud: 'cedar', to: 'bobcat', options: { full: { order: 'allAtOnce' } } }));
    const { gates } = await untilStatus({ client, id, holds: (status) => status.gates.length > 0, forSeconds: 120 });
    await approvePlan({ rig, id, says: gates[0]?.accept ?? [] });
    await untilStatus({
      client,
      id,
      holds: ({ running }) => running.some(({ step }) => step.startsWith('heat/db-sync')),
      forSeconds: 300,
    });
    await temporal.client.workflow.getHandle(id).cancel();
    await expect(client.result(id)).rejects.toThrow();
    expect((await temporal.client.workflow.getHandle(id).describe()).status.name).toBe('CANCELLED');
    const { state, owed, phases } = await client.status(id);
    expect(state).toBe('cancelled');
    expect(owed.map(({ title }) => title)).toContain('take locks and drop-ins off the units');
    expect(phases.find((phase) => phase.id === 'start')?.state).toBe('waiting');
    expect(await migrationsStarted({ host: 'ctl1', tool: 'heat-manage' })).toBe(1);
    const done = await onHost({ host: 'ctl1', command: 'cat /var/lib/openstack-upgrade/runs/*/DONE' });
    expect(done).toMatch(/step=heat\/db-sync .*rc=0 why=exit/);
    expect(
      await onHost({ host: 'db1', command: "mariadb -N -B -e 'SELECT version_num FROM heat.alembic_version'" }),
    ).toBe('c6214ca60943\n');
    expect(
      await onHost({ host: 'lb1', command: 'ls /var/lib/openstack-upgrade/runs/*/availability.stop | wc -l' }),
    ).toBe('2\n');
    expect(await onHost({ host: 'db1', command: 'grep state= /var/lib/openstack-upgrade/lock' })).toBe(
      'state=half-done\n',
    );
  });

  it('leaves commands behind that a person can paste on the hosts to clean up what is owed', async () => {
    const { owed } = await rig.client.status(id);
    const codes: number[] = [];
    for (const { host, command } of owed) codes.push((await labExec({ host: host as HostName, command })).exitCode);
    expect(codes.filter((code) => code !== 0 && code !== 200)).toEqual([]);
    const left = 'ls /etc/apt/apt.conf.d/99-openstack-upgrade /var/lib/openstack-upgrade/locks 2>/dev/null; true';
    expect(await Promise.all(controllers.map((host) => onHost({ host, command: left })))).toEqual(['', '']);
  });

  it('breaks the lock of a half-done run when somebody takes the cloud as it is', async () => {
    const { client } = rig;
    await client.breakLock({ cloud: 'cedar' });
    const gate = await openGate({ client, id: 'cedar.finish', about: 'lock', forSeconds: 120 });
    expect(gate.question).toMatch(/^Break the lock of cedar \(run=.*fence=3.*state=half-done\)/);
    await client.approve('cedar.finish', { gate: gate.code, by: 'bo', reason: 'mine' });
    const { state, sentence } = await client.result('cedar.finish');
    expect([state, sentence]).toEqual(['completed', expect.stringMatching(/Nothing was cleaned up/)]);
    expect(await lateRequests({ rig, fence: 3 })).toEqual(hostNames.map((host) => `${host} fenced`));
    expect(await onHost({ host: 'db1', command: 'cat /var/lib/openstack-upgrade/lock 2>/dev/null; true' })).toBe('');
  });
});
