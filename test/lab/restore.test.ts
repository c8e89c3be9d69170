import './lab-own-network';
import { createStack, stackStatus, updateStack } from './cloud-stack';
import { raiseDrillGround, type DrillGround } from './drill';
import { differences, exactCloud } from './exact-cloud';
import { rolledBackExactly } from './rolled-back-exactly';
import { failToInstall, rolledBackAt } from './uninstallable';

jest.setTimeout(30 * 60 * 1000);

/** Six telling steps of `npm run drill`, which does it in every state that a run comes to. */
describe('a full upgrade that fails', () => {
  let ground: DrillGround;

  beforeAll(async () => {
    ground = await raiseDrillGround();
  });
  afterAll(() => ground.stop());

  it.each([
    // In stages: the lead has the new packages, the rest serve.
    'packages/install@ctl1:after',
    // Everything is stopped, nothing is migrated.
    'restore-point/dump-heat-final@db1:after',
    // A migration that did its work and failed.
    'heat/db-sync@ctl1:after',
    // Users have tokens of the new code; Heat is closed.
    'keystone/open@lb1:after',
    // Users create stacks with the new code.
    'open/serve@lb1:after',
  ])('is as before once it is rolled back: %s', (step) => rolledBackExactly({ ground, step }));

  it('is as before without a restore where one of two hosts cannot install a package, and none was migrated', async () => {
    const { rig } = ground;
    await createStack({ name: 'from-before' });
    const before = await exactCloud();
    const { id, failure } = await failToInstall({
      rig,
      request: { cloud: 'cedar', to: 'bobcat' },
      packageName: 'heat-common',
    });
    expect(failure.choices).toContain('rollBack');
    expect(failure.question).toContain('rollBack: recorded packages and configuration. No database is restored.');
    expect(await rolledBackAt({ rig, id, failure })).toEqual(['rolledBack', [], []]);
    expect(differences({ before, now: await exactCloud() })).toEqual([]);
    expect([await stackStatus({ name: 'from-before' }), await updateStack({ name: 'from-before' })]).toEqual([
      'CREATE_COMPLETE',
      'UPDATE_COMPLETE',
    ]);
  });
});
