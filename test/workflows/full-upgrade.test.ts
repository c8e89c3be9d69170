import type { RunResult } from '../../schema/status';
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
      expect(await approve()).toBe('ana: approve for the plan. Press R to see the page as it is now.');
      const result = (await handle.result()) as RunResult;
      expect(result).toEqual({
        state: 'completed',
        sentence: 'cedar: keystone, heat went from antelope to bobcat.',
        cloud: 'cedar',
        from: 'antelope',
        to: 'bobcat',
        versions: ['heat 20.0.0 -> 21.0.0 on ctl1, ctl2'],
        availability: ['heat: 4 of 100 requests failed, down 1.5 s, longest gap 1.5 s'],
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
});
