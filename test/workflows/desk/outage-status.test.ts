import type { ReportPlace } from '../../../schema/activities';
import type { ExpectedTimes } from '../../../schema/expected-times';
import { budgetsUsedUp, outageStatuses } from '../../../workflows/desk/outage-status';
import { at } from '../../support/moment';

const expected = (
  service: string,
  apis: readonly string[],
  budgetSeconds: number | null,
): ExpectedTimes['outages'][0] => ({
  service,
  apis,
  seconds: 30,
  budgetSeconds,
});
const times: ExpectedTimes = {
  phases: [],
  seconds: 100,
  rollbackSeconds: null,
  outageSeconds: 30,
  outages: [
    expected('keystone', ['keystone'], null),
    expected('heat', ['heat-api', 'heat-api-cfn'], 20),
    expected('glance', ['glance-api'], 0),
  ],
  marks: [],
  schemaBytes: {},
};
const outages = [
  { service: 'keystone', fromAt: at(0), toAt: at(500) },
  { service: 'heat', fromAt: at(10), toAt: at(25) },
  { service: 'heat', fromAt: at(40), toAt: null },
];
const watched = (api: string, downtimeMs: number): ReportPlace['availability'][0] => ({
  api,
  requests: 10,
  failures: downtimeMs > 0 ? 1 : 0,
  longestGapMs: downtimeMs,
  downtimeMs,
  outages: [],
});
const of = (seconds: number, report: Pick<ReportPlace, 'availability'> | null = null): readonly unknown[] =>
  outageStatuses({ times, outages, report, now: at(seconds) }).map(
    ({ service, closedSince, closedSeconds, measuredSeconds, overBudget, overBudgetSince }) => [
      service,
      closedSince,
      closedSeconds,
      measuredSeconds,
      overBudget,
      overBudgetSince,
    ],
  );

describe('outages as the status has them', () => {
  it('add up, and are over the budget from the moment in which all of them together have used it up', () => {
    // Fifteen seconds are gone; five are left when the second outage begins.
    expect(of(44)[1]).toEqual(['heat', at(40), 19, null, false, null]);
    expect(of(45)[1]).toEqual(['heat', at(40), 20, null, true, at(45)]);
    expect(budgetsUsedUp({ times, outages })).toEqual([at(45)]);
  });

  it('of a service without a budget are never over', () => {
    expect(of(600)[0]).toEqual(['keystone', null, 500, null, false, null]);
  });

  it('count as over where requests from outside found the service down for longer, by its worst API', () => {
    const report = {
      availability: [watched('heat-api', 900), watched('heat-api-cfn', 21_000), watched('glance-api', 600)],
    };
    expect(of(44, report).slice(1)).toEqual([
      ['heat', at(40), 19, 21, true, null],
      ['glance', null, 0, 0.6, true, null],
    ]);
  });

  it('are none where nothing is expected', () => {
    expect(outageStatuses({ times: null, outages: [], report: null, now: at(0) })).toEqual([]);
    expect(budgetsUsedUp({ times: null, outages: [] })).toEqual([]);
  });
});
