import type { RunResult } from '../../schema/status';
import { smallPlan } from '../support/plan';
import { openSite, withRun, type ToySite } from './toy-site';

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
});
