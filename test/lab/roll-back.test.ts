import './lab-own-network';
import { apiStaysDown, migrationStaysHalf } from './roll-faults';
import { rollIntoFault } from './roll-into-fault';
import { startRig, type UpgradeRig } from './upgrade-rig';

jest.setTimeout(40 * 60 * 1000);

/** One run with two faults, because a run takes minutes; `npm run lab:rolling` goes back from each of them, and from more. */
describe('a rolling upgrade that fails', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig.stop());

  it('goes on when a half migration is run again, and back when an API does not come up', async () => {
    const options = { rig, retried: migrationStaysHalf, fault: apiStaysDown };
    const { retried, stoppedAt, question, choices, end, result, before, after, oldStack } =
      await rollIntoFault(options);
    expect(retried?.stoppedAt).toMatch(migrationStaysHalf.stopsAt);
    expect(retried?.question).toMatch(migrationStaysHalf.says);
    expect(stoppedAt).toMatch(apiStaysDown.stopsAt);
    expect(question).toMatch(apiStaysDown.says);
    expect(choices).toContain('rollBack');
    expect(end).toBe('rolledBack');
    expect(result?.owed).toEqual([]);
    expect(after).toEqual(before);
    expect(Object.values(after.answers)).toEqual([true, true, true]);
    expect(after.vhosts).toBe('/\n');
    expect(oldStack).toEqual(['CREATE_COMPLETE', 'UPDATE_COMPLETE']);
  });
});
