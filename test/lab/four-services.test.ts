import './lab-own-network';
import { asBefore, extras, found, makeThings, revisions, upgraded, versions } from './four-services';
import { onHost, startRig, type UpgradeRig } from './upgrade-rig';

jest.setTimeout(40 * 60 * 1000);

/** Its rollback, and the pair in which Glance's schema has something to expand and to contract: `npm run lab:services`. */
describe('a full upgrade of four services, antelope to bobcat', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig({ extras });
  });
  afterAll(() => rig.stop());

  it('brings all four to the next series, and what users had is as it was', async () => {
    const things = await makeThings();
    expect(await upgraded({ rig, to: 'bobcat' })).toEqual(['completed', [], []]);
    expect(await found(things)).toEqual(asBefore);
    const all = '2:27.0.0-0lab1 1:21.0.0-0lab1 2:24.0.0-0lab1 10.0.0-0lab1 ';
    expect(await versions()).toEqual([all, all]);
    expect(await onHost({ host: 'db1', command: revisions })).toBe(
      'glance 2023_1_contract01\nplacement a082b8bb98d0\n',
    );
  });
});
