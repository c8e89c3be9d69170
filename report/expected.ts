import type { ReportInput } from '../schema/activities';
import { limitInWords } from '../schema/duration-words';
import { expectedOf, fromWords } from '../schema/expected-words';
import type { ServiceName } from '../schema/names';
import { outageMs, outagesOf, settledSteps, wholeOutageMs } from '../schema/outage';
import { inWords } from './durations';
import { workedMs } from './run-times';
import type { ServiceDowntime } from './service-downtime';

/** What was expected of a run beside what it took, in seconds. */
export interface ExpectedAndActual {
  /** Without the time in which the run waited for people. */
  readonly phases: readonly ExpectedPhaseRow[];
  readonly outages: readonly OutageRow[];
  /** From the first closing of a service to the last opening. */
  readonly wholeOutage: { readonly expectedSeconds: number; readonly actualSeconds: number };
}

export interface ExpectedPhaseRow {
  readonly id: string;
  readonly title: string;
  readonly expectedSeconds: number | null;
  /** `from the run of 2026-11-02`. Null: nothing was expected. */
  readonly from: string | null;
  /** Null: it did not complete. */
  readonly actualSeconds: number | null;
}

export interface OutageRow {
  readonly service: ServiceName;
  readonly expectedSeconds: number;
  readonly budgetSeconds: number | null;
  /** As the steps of the run closed and opened it. */
  readonly closedSeconds: number;
  /** As the requests from outside saw it. Null: nobody watched. */
  readonly measuredSeconds: number | null;
  /** Closed or down for longer than its budget. */
  readonly overBudget: boolean;
}

/** Null: the plan was made by a worker that expected nothing. */
export function expectedAndActual(options: {
  input: ReportInput;
  downtime: readonly ServiceDowntime[];
}): ExpectedAndActual | null {
  const { input, downtime } = options;
  const { times, plan, phases, outcomes, endedAt } = input;
  if (times == null) return null;
  const outages = outagesOf({ marks: times.marks, settled: settledSteps(input) });
  return {
    phases: phases.map((phase) => {
      const expected = expectedOf({ times, id: phase.id });
      const ms = workedMs({ phase, outcomes });
      return {
        id: phase.id,
        title: phase.title,
        expectedSeconds: expected?.seconds ?? null,
        from: expected === null ? null : fromWords({ source: expected.from, plan }),
        actualSeconds: ms === null ? null : inTenths(ms),
      };
    }),
    outages: times.outages.map(({ service, seconds, budgetSeconds }) => {
      const closedSeconds = inTenths(outageMs({ outages, service, now: endedAt }));
      const watched = downtime.find((one) => one.service === service);
      const measuredSeconds = watched === undefined ? null : inTenths(watched.downtimeMs);
      const longest = Math.max(closedSeconds, measuredSeconds ?? 0);
      const overBudget = budgetSeconds !== null && longest > budgetSeconds;
      return { service, expectedSeconds: seconds, budgetSeconds, closedSeconds, measuredSeconds, overBudget };
    }),
    wholeOutage: {
      expectedSeconds: times.outageSeconds,
      actualSeconds: inTenths(wholeOutageMs({ outages, now: endedAt })),
    },
  };
}

/** `heat: closed 1 min 31 s, down 1 min 32 s as measured; expected 1 min 25 s; budget 15 min`. */
export function outageLine(row: OutageRow): string {
  const { service, expectedSeconds, budgetSeconds, closedSeconds, measuredSeconds, overBudget } = row;
  const measured = measuredSeconds === null ? '' : `, down ${inSeconds(measuredSeconds)} as measured`;
  const budget =
    budgetSeconds === null ? '' : `; ${overBudget ? 'OVER its budget of' : 'budget'} ${limitInWords(budgetSeconds)}`;
  return `${service}: closed ${inSeconds(closedSeconds)}${measured}; expected ${inSeconds(expectedSeconds)}${budget}`;
}

export function inSeconds(seconds: number): string {
  return seconds === 0 ? '0 s' : inWords(seconds * 1000);
}

function inTenths(ms: number): number {
  return Math.round(ms / 100) / 10;
}
