import '../lab/lab-own-network';
import { asBefore, extras, found, makeThings, revisions, upgraded } from '../lab/four-services';
import { onHost, startRig, type UpgradeRig } from '../lab/upgrade-rig';

jest.setTimeout(40 * 60 * 1000);

/** From the distribution's own packages; here Glance's schema has something to expand and to contract. */
describe('a full upgrade of four services, zed to antelope', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig({ extras, series: 'zed' });
  });
  afterAll(() => rig.stop());

  it('migrates the schema of Glance in its three steps, and what users had is as it was', async () => {
    const things = await makeThings();
    const before = await onHost({ host: 'db1', command: revisions });
    expect(await upgraded({ rig, to: 'antelope' })).toEqual(['completed', [], []]);
    expect(await found(things)).toEqual(asBefore);
    expect([before, await onHost({ host: 'db1', command: revisions })]).toEqual([
      'glance wallaby_contract01\nplacement 422ece571366\n',
      'glance 2023_1_contract01\nplacement 422ece571366\n',
    ]);
  });
});
