import { limitInWords, roughly } from '../../schema/duration-words';
import type { ExpectedTimes } from '../../schema/expected-times';
import { expectedSource } from '../../schema/expected-words';
import { listed, type HostName } from '../../schema/names';
import type { Finding, Plan } from '../../schema/plan';
import type { EarlierTimes } from '../../schema/run-times';
import { finding } from './finding';

/**
 * What the expected times say against a plan. They stand among its findings, and its digest does not count them: each warning is
 * accepted by its id all the same (docs/decisions/0010-expected-times.md).
 */
export function timeFindings(options: {
  plan: Pick<Plan, 'kind' | 'from' | 'to' | 'lockHost' | 'phases'>;
  times: ExpectedTimes | null;
  earlier: EarlierTimes;
}): Finding[] {
  const { plan, times, earlier } = options;
  return [...(times === null ? [] : overBudget({ plan, times })), ...unreadable({ ...earlier, host: plan.lockHost })];
}

/** A rollback is not refused because it is slow. */
function overBudget(options: { plan: Pick<Plan, 'kind' | 'from' | 'to' | 'phases'>; times: ExpectedTimes }): Finding[] {
  const { plan, times } = options;
  if (plan.kind === 'rollback') return [];
  return times.outages.flatMap(({ service, seconds, budgetSeconds }) =>
    budgetSeconds === null || seconds <= budgetSeconds
      ? []
      : [
          finding({
            what: `outage-over-budget-${service}`,
            level: 'warning',
            text: `${service} is expected to be closed to its users for ${roughly(seconds)} (${expectedSource({ times, plan })}). Its budget is ${limitInWords(budgetSeconds)}.`,
            remedy: `Accept it, or ${instead(plan.kind)}raise availability.budgetSeconds.${service}.${plan.kind === 'partial' ? 'rolling' : 'cold'} in the cloud file.`,
            sources: ['R-HEAT-6', 'R-HEAT-27'],
          }),
        ],
  );
}

function instead(kind: Plan['kind']): string {
  return kind === 'full' ? 'upgrade host by host where the service can (openstackPartialUpgrade), or ' : '';
}

function unreadable(options: { unreadable: readonly string[]; host: HostName }): Finding[] {
  const { unreadable: files, host } = options;
  if (files.length === 0) return [];
  return [
    finding({
      what: 'run-times-unreadable',
      level: 'note',
      host,
      text: `The times of earlier runs in ${listed(files.slice(0, 3))}${files.length > 3 ? ` and ${String(files.length - 3)} more` : ''} could not be read. The expected times are made without them.`,
      remedy: 'Nothing. To be rid of this note, delete these files below /var/lib/openstack-upgrade/times.',
      sources: [],
    }),
  ];
}
