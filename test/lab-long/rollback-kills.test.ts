import '../lab/lab-own-network';
import { createStack, stackStatus, updateStack } from '../lab/cloud-stack';
import { differences, exactCloud } from '../lab/exact-cloud';
import { insist, onHost, openGate, sleep, untilStatus, type UpgradeRig } from '../lab/upgrade-rig';
import { startUpgradedRig } from '../lab/upgraded-rig';

jest.setTimeout(40 * 60 * 1000);

const rollbackId = 'cedar.rollback';

describe('a rollback whose worker is killed again and again, and whose Temporal server is killed twice', () => {
  let rig: UpgradeRig;
  let before: readonly string[];

  beforeAll(async () => {
    ({ rig, before } = await startUpgradedRig());
    await createStack({ name: 'from-after' });
    // What the server was told, as the server says it.
    await onHost({ host: 'db1', command: `mariadb -e "SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = ON"` });
  });
  afterAll(() => rig.stop());

  it('ends as if nothing had happened', async () => {
    const { client, temporal } = rig;
    await insist(() => client.rollback({ cloud: 'cedar', options: { openAutomatically: true } }));
    const plan = await openGate({ client, id: rollbackId, about: 'plan', forSeconds: 240 });
    await client.approve(rollbackId, { gate: plan.code, by: 'ana', reason: 'test', accept: [...plan.accept] });
    const over = { state: '' };
    const killing = (async (): Promise<number> => {
      let kills = 0;
      for (; over.state === ''; kills++) {
        await sleep(3000 + Math.random() * 9000);
        await rig.killWorker();
        if (kills === 3 || kills === 7) {
          await temporal.server.kill9();
          await temporal.server.restart();
        }
      }
      return kills;
    })();
    const end = await untilStatus({
      client,
      id: rollbackId,
      holds: ({ state, gates }) => state === 'completed' || gates.some(({ code }) => code !== plan.code),
      forSeconds: 1500,
    }).finally(() => {
      over.state = 'over';
    });
    const kills = await killing;
    process.stdout.write(`worker killed ${String(kills)} times\n`);
    expect({ state: end.state, gates: end.gates, owed: end.owed }).toEqual({ state: 'completed', gates: [], owed: [] });
    expect(kills).toBeGreaterThanOrEqual(9);
    expect(differences({ before, now: await exactCloud() })).toEqual([]);
    await expect(stackStatus({ name: 'from-after' })).rejects.toThrow();
    expect(await updateStack({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
  });

  it.each(['keystone', 'heat'])('loaded the database %s exactly once, says the server', async (schema) => {
    const drops = await onHost({
      host: 'db1',
      command: `mariadb -N -B -e "SELECT COUNT(*) FROM mysql.general_log WHERE argument LIKE '/*!40000 DROP DATABASE%${schema}%'"`,
    });
    expect(drops.trim()).toBe('1');
  });

  it.each(['lb1', 'ctl1', 'ctl2', 'db1', 'mq1'] as const)('ran no step of it twice on %s', async (host) => {
    const log = await onHost({ host, command: 'journalctl -q -o cat -t openstack-upgrade | grep -E "run=|step="' });
    const { runId } = await rig.client.status(rollbackId);
    const steps = log
      .split('\n')
      .filter((line) => line.includes(runId))
      .flatMap((line) => /\bstep=(\S+) .*\brc=/.exec(line)?.[1] ?? []);
    const twice = steps.filter((step, index) => steps.indexOf(step) !== index);
    expect(twice.filter((step) => !step.endsWith('/serving'))).toEqual([]);
  });
});
