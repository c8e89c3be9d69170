import type { RunResult } from '../../schema/status';
import { smallPlan } from '../support/plan';
import { openSite, withRun, type ToyRun, type ToySite } from './toy-site';

jest.setTimeout(60_000);

let site: ToySite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.teardown());

describe('a rolling upgrade', () => {
  it('asks for a rolling plan and carries it out like any other', async () => {
    const input = { cloud: 'cedar', to: 'bobcat', services: ['heat'] };
    const plan = { ...smallPlan(), kind: 'partial' as const };
    await withRun({ site, plan, type: 'openstackPartialUpgrade', input }, async (run) => {
      await run.gate();
      expect((await run.status()).kind).toBe('partial');
      await run.approve();
      const { state, owed } = (await run.handle.result()) as RunResult;
      expect({ state, owed }).toEqual({ state: 'completed', owed: [] });
      const request = { ...input, options: { gates: [], openAutomatically: false } };
      expect(run.world.planned).toEqual([{ runId: expect.any(String) as string, kind: 'partial', request }]);
      expect(run.world.starts.length).toBeGreaterThan(0);
    });
  });

  it('says that it is not done while hosts that it leaves have the release before', async () => {
    const input = { cloud: 'cedar', to: 'bobcat', services: ['ceilometer'] };
    const plan = { ...smallPlan(), kind: 'partial' as const };
    const remains = ['ceilometer on cmp1 is still at 1:20.0.0, and not at 1:21.0.0'];
    const world = (toy: ToyRun['world']): void => {
      toy.remains = remains;
    };
    await withRun({ site, plan, type: 'openstackPartialUpgrade', input, world }, async (run) => {
      await run.approve();
      const result = (await run.handle.result()) as RunResult;
      expect([result.state, result.remains, (await run.status()).remains]).toEqual(['completed', remains, remains]);
      expect(result.sentence).toMatch(
        / Not done yet: 1 host with the release before \(see "remains"\); every later plan reminds of them\.$/,
      );
    });
  });
});
