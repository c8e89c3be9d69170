import type { Decision } from './decision';
import type { ServingMark } from './expected-times';
import type { HostName, Instant, ServiceName } from './names';
import { isGood, type Outcome } from './outcome';

/** Time in which nobody served a service, as the steps of a run brought it about. `toAt` null: it still lasts. */
export interface Outage {
  readonly service: ServiceName;
  readonly fromAt: Instant;
  readonly toAt: Instant | null;
}

/** A step that needs nothing more, whether it ran or a person said that it is done. */
export interface Settled {
  readonly stepId: string;
  readonly host: HostName;
  readonly at: Instant;
}

export function settledSteps(run: {
  readonly outcomes: readonly Pick<Outcome, 'kind' | 'stepId' | 'host' | 'endedAt'>[];
  readonly decisions: readonly Pick<Decision, 'about' | 'choice' | 'at'>[];
}): readonly Settled[] {
  const ran = run.outcomes.filter(isGood).map(({ stepId, host, endedAt }) => ({ stepId, host, at: endedAt }));
  const said = run.decisions.flatMap(({ about, choice, at }) =>
    choice === 'markDone' && 'stepId' in about ? [{ stepId: about.stepId, host: about.host, at }] : [],
  );
  return [...ran, ...said].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** Outages in the order in which they began. A service that is closed already is not closed again. */
export function outagesOf(options: { marks: readonly ServingMark[]; settled: readonly Settled[] }): readonly Outage[] {
  const { marks, settled } = options;
  return settled.reduce<readonly Outage[]>((outages, { stepId, host, at }) => {
    const mark = marks.find((one) => one.stepId === stepId && one.host === host);
    return mark === undefined ? outages : moved({ outages, mark, at });
  }, []);
}

function moved(options: { outages: readonly Outage[]; mark: ServingMark; at: Instant }): readonly Outage[] {
  const { outages, mark, at } = options;
  const lasts = (service: ServiceName): boolean =>
    outages.some((outage) => outage.service === service && outage.toAt === null);
  const ended = outages.map((outage) =>
    outage.toAt === null && mark.opens.includes(outage.service) ? { ...outage, toAt: at } : outage,
  );
  const begun = mark.closes.filter((service) => !lasts(service));
  return [...ended, ...begun.map((service): Outage => ({ service, fromAt: at, toAt: null }))];
}

/** Milliseconds of all outages of a service until `now`. */
export function outageMs(options: { outages: readonly Outage[]; service: ServiceName; now: Instant }): number {
  const { outages, service, now } = options;
  return outages
    .filter((outage) => outage.service === service)
    .reduce((sum, { fromAt, toAt }) => sum + Date.parse(toAt ?? now) - Date.parse(fromAt), 0);
}

/** Time in which at least one service was closed. */
export function wholeOutageMs(options: { outages: readonly Outage[]; now: Instant }): number {
  const { outages, now } = options;
  const spans = outages
    .map(({ fromAt, toAt }) => ({ from: Date.parse(fromAt), to: Date.parse(toAt ?? now) }))
    .sort((one, other) => one.from - other.from);
  return spans.reduce(
    ({ ms, until }, { from, to }) => ({ ms: ms + Math.max(0, to - Math.max(from, until)), until: Math.max(until, to) }),
    { ms: 0, until: 0 },
  ).ms;
}

/** When the outages of a service used its budget up, in the past or, of one that lasts, in the future. Null: they have not. */
export function usedUpAt(options: {
  outages: readonly Outage[];
  service: ServiceName;
  budgetSeconds: number;
}): Instant | null {
  const { outages, service, budgetSeconds } = options;
  let leftMs = budgetSeconds * 1000;
  for (const { fromAt, toAt } of outages.filter((outage) => outage.service === service)) {
    const fromMs = Date.parse(fromAt);
    const lengthMs = toAt === null ? Infinity : Date.parse(toAt) - fromMs;
    if (lengthMs > leftMs) return new Date(fromMs + leftMs).toISOString();
    leftMs -= lengthMs;
  }
  return null;
}
