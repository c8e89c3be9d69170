import '../lab/lab-own-network';
import { asBefore, controllers, extras, found, hostState, makeThings, revisions } from '../lab/four-services';
import { observedCloud } from '../lab/observed-cloud';
import { failToInstall, rolledBackAt } from '../lab/uninstallable';
import { onHost, startRig, type UpgradeRig } from '../lab/upgrade-rig';

jest.setTimeout(40 * 60 * 1000);

describe('a full upgrade of four services that cannot go on', () => {
  let rig: UpgradeRig;

  const stateOf = async (): Promise<unknown> => [
    await observedCloud(),
    await Promise.all(controllers.map((host) => onHost({ host, command: hostState }))),
    await onHost({ host: 'db1', command: revisions }),
  ];

  beforeAll(async () => {
    rig = await startRig({ extras });
  });
  afterAll(() => rig.stop());

  it('rolls back where a host cannot install Glance, before any schema is migrated', async () => {
    const things = await makeThings();
    const before = await stateOf();
    const { id, failure } = await failToInstall({
      rig,
      request: { cloud: 'cedar', to: 'bobcat' },
      packageName: 'glance-common',
    });
    expect(await rolledBackAt({ rig, id, failure })).toEqual(['rolledBack', [], []]);
    expect(await stateOf()).toEqual(before);
    expect(await found(things)).toEqual(asBefore);
  });
});
