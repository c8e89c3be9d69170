import { defineSearchAttributeKey } from '@temporalio/common';
import { searchAttributeNames } from '../../schema/search-attributes';
import type { RunResult } from '../../schema/status';
import { smallPlan } from '../support/plan';
import { openSite, withRun, type ToySite } from './toy-site';

jest.setTimeout(60_000);

let site: ToySite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.teardown());

describe('a full upgrade', () => {
  it('runs every step of the approved plan and says so', async () => {
    await withRun({ site }, async ({ approve, handle, world }) => {
      expect(await approve()).toBe('ana: approve for the plan. Press R to refresh the page.');
      const result = (await handle.result()) as RunResult;
      expect(result).toEqual({
        state: 'completed',
        sentence: 'cedar: keystone, heat upgraded from antelope to bobcat.',
        cloud: 'cedar',
        from: 'antelope',
        to: 'bobcat',
        versions: ['heat 20.0.0 -> 21.0.0 on ctl1, ctl2'],
        availability: [
          'heat: 4 of 100 requests failed, down 1.5 s, longest gap 1.5 s; before any change 0 of 20, longest gap 0.6 s',
        ],
        outages: [],
        report: { host: 'db1', json: '/runs/report.json', html: '/runs/report.html' },
        decisions: [expect.stringMatching(/^2\S+Z ana: approve for the plan \(CHG-1\), gate [a-z0-9]{6}, update$/)],
        owed: [],
      });
      expect(world.starts).toHaveLength(19);
      expect(world.given).toEqual([expect.objectContaining({ mark: 'clean', lockHost: 'db1' })]);
      expect(world.reports.map(({ state }) => state)).toEqual([
        'running',
        'running',
        'running',
        'running',
        'completed',
      ]);
    });
  });

  it.each([
    ['by a client that sets them', ['start']],
    ['in the Web UI, which does not', []],
  ])('keeps its search attributes true when it was started %s', async (_, values) => {
    const keys = searchAttributeNames.map((name) => defineSearchAttributeKey(name, 'KEYWORD'));
    const attributes = values.flatMap((value) => keys.map((key) => ({ key, value })));
    await withRun({ site, plan: smallPlan(), attributes }, async ({ gate, approve, handle }) => {
      const shown = async (): Promise<unknown[]> => {
        const { typedSearchAttributes } = await handle.describe();
        return keys.map((key) => typedSearchAttributes.get(key));
      };
      await gate();
      expect(await shown()).toEqual(['cedar', 'waitingForApproval', 'waitingForApproval']);
      await approve();
      await handle.result();
      expect(await shown()).toEqual(['cedar', 'no', 'completed']);
      expect((await handle.describe()).memo).toEqual({ approvedBy: 'ana', ticket: 'CHG-1' });
    });
  });
});
