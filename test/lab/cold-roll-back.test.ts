import './lab-own-network';
import { createStack, stackStatus, updateStack } from './cloud-stack';
import { observedCloud } from './observed-cloud';
import { failToInstall, rolledBackAt } from './uninstallable';
import { startRig, type UpgradeRig } from './upgrade-rig';

jest.setTimeout(30 * 60 * 1000);

/** Keystone and Heat are stopped, one host has the new packages, the other one cannot install them. No schema was migrated. */
describe('a full upgrade that fails before it migrates', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig.stop());

  it('rolls back by itself to the cloud as it was, without a restore', async () => {
    await createStack({ name: 'from-before' });
    const before = await observedCloud();
    const { id, failure } = await failToInstall({
      rig,
      request: { cloud: 'cedar', to: 'bobcat' },
      packageName: 'heat-common',
    });
    expect(failure.choices).toContain('rollBack');
    expect(failure.question).toContain('rollBack: recorded packages and configuration. No database is restored.');
    expect(await rolledBackAt({ rig, id, failure })).toEqual(['rolledBack', [], []]);
    expect(await observedCloud()).toEqual(before);
    expect(Object.values(before.answers)).toEqual([true, true, true]);
    expect([await stackStatus({ name: 'from-before' }), await updateStack({ name: 'from-before' })]).toEqual([
      'CREATE_COMPLETE',
      'UPDATE_COMPLETE',
    ]);
  });
});
