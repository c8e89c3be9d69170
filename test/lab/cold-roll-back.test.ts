import './lab-own-network';
import { createStack, stackStatus, updateStack } from './cloud-stack';
import { observedCloud } from './observed-cloud';
import { insist, onHost, openGate, startRig, untilStatus, type UpgradeRig } from './upgrade-rig';

jest.setTimeout(30 * 60 * 1000);

const id = 'cedar.all.full.bobcat';

/** Keystone and Heat are stopped, one host has the new packages, the other one cannot install them. No schema was migrated. */
describe('a full upgrade that fails before it migrates', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig.stop());

  it('rolls back by itself to the cloud as it was, without a restore', async () => {
    const { client } = rig;
    await createStack({ name: 'from-before' });
    const before = await observedCloud();
    await client.startFull({
      cloud: 'cedar',
      to: 'bobcat',
      options: { gates: ['packages'], full: { order: 'allAtOnce' } },
    });
    const plan = await openGate({ client, id, about: 'plan', forSeconds: 240 });
    await client.approve(id, { gate: plan.code, by: 'ana', reason: 'test', accept: [...plan.accept] });
    const phase = await openGate({ client, id, about: 'phase', forSeconds: 900 });
    await onHost({
      host: 'ctl2',
      command: 'for file in /var/lib/openstack-upgrade/pool/*/new/heat-common_*.deb; do echo broken > "$file"; done',
    });
    await client.approve(id, { gate: phase.code, by: 'ana', reason: 'test' });

    const failure = await openGate({ client, id, about: 'failure', forSeconds: 600 });
    expect(failure.about).toMatchObject({ phaseId: 'packages', stepId: 'packages/install', host: 'ctl2' });
    expect(failure.choices).toContain('rollBack');
    expect(failure.question).toContain('rollBack: recorded packages and configuration. No database is restored.');
    await insist(() => client.decide(id, { gate: failure.code, choice: 'rollBack', by: 'bo', reason: 'test' }));

    const end = await untilStatus({
      client,
      id,
      holds: ({ state, gates }) => state === 'rolledBack' || gates.some(({ code }) => code !== failure.code),
      forSeconds: 1200,
    });
    expect([end.state, end.gates.map(({ question }) => question)]).toEqual(['rolledBack', []]);
    expect(end.owed).toEqual([]);
    expect(await observedCloud()).toEqual(before);
    expect(Object.values(before.answers)).toEqual([true, true, true]);
    expect([await stackStatus({ name: 'from-before' }), await updateStack({ name: 'from-before' })]).toEqual([
      'CREATE_COMPLETE',
      'UPDATE_COMPLETE',
    ]);
  });
});
