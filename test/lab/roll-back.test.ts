import './lab-own-network';
import { apiStaysDown, migrationFails } from './roll-faults';
import { rollIntoFault } from './roll-into-fault';
import { startRig, type UpgradeRig } from './upgrade-rig';

jest.setTimeout(40 * 60 * 1000);

/** One after the other on the same cloud: the second run finds it as the first one left it. */
describe('a rolling upgrade that fails', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig.stop());

  it.each([migrationFails, apiStaysDown])('goes back when $name', async (fault) => {
    const { stoppedAt, question, choices, end, result, before, after, oldStack } = await rollIntoFault({ rig, fault });
    expect(stoppedAt).toMatch(fault.stopsAt);
    expect(question).toMatch(fault.says);
    expect(choices).toContain('rollBack');
    expect(end).toBe('rolledBack');
    expect(result?.owed).toEqual([]);
    expect(after).toEqual(before);
    expect(Object.values(after.answers)).toEqual([true, true, true]);
    expect(after.vhosts).toBe('/\n');
    expect(oldStack).toEqual(['CREATE_COMPLETE', 'UPDATE_COMPLETE']);
  });
});
