import type { ReportPlace } from '../../schema/activities';
import type { ExpectedTimes } from '../../schema/expected-times';
import type { Instant } from '../../schema/names';
import { outageMs, usedUpAt, type Outage } from '../../schema/outage';
import type { OutageStatus } from '../../schema/status';

interface Known {
  readonly times: ExpectedTimes | null;
  readonly outages: readonly Outage[];
  readonly report: Pick<ReportPlace, 'availability'> | null;
}

/** Every service of the run at this moment: closed or not, for how long, and against which budget. */
export function outageStatuses(options: Known & { readonly now: Instant }): readonly OutageStatus[] {
  const { times, outages, report, now } = options;
  return (times?.outages ?? []).map(({ service, apis, seconds, budgetSeconds }) => {
    const lasting = outages.find((one) => one.service === service && one.toAt === null);
    const watched = report?.availability.filter(({ api }) => apis.includes(api)) ?? [];
    const measuredSeconds =
      watched.length === 0 ? null : Math.max(...watched.map(({ downtimeMs }) => downtimeMs)) / 1000;
    const usedUp = budgetSeconds === null ? null : usedUpAt({ outages, service, budgetSeconds });
    const overBudgetSince = usedUp !== null && usedUp <= now ? usedUp : null;
    const measuredOver = budgetSeconds !== null && (measuredSeconds ?? 0) > budgetSeconds;
    return {
      service,
      expectedSeconds: seconds,
      budgetSeconds,
      closedSince: lasting?.fromAt ?? null,
      closedSeconds: outageMs({ outages, service, now }) / 1000,
      measuredSeconds,
      overBudget: overBudgetSince !== null || measuredOver,
      overBudgetSince,
    };
  });
}

/** The moments in which outages use budgets up, past ones and, of outages that last, those to come. */
export function budgetsUsedUp({ times, outages }: Pick<Known, 'times' | 'outages'>): readonly Instant[] {
  return (times?.outages ?? []).flatMap(({ service, budgetSeconds }) =>
    budgetSeconds === null ? [] : (usedUpAt({ outages, service, budgetSeconds }) ?? []),
  );
}
