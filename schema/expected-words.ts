import { roughly, limitInWords } from './duration-words';
import type { ExpectedOutage, ExpectedPhase, ExpectedTimes, TimeSource } from './expected-times';
import { listed, type Series } from './names';

interface Pair {
  readonly from: Series;
  readonly to: Series;
}

interface Planned extends Pair {
  readonly phases: readonly { readonly id: string }[];
}

/** What a person is told of a plan's times, in sentences that begin with the most urgent one. */
export function expectedSentences(options: { times: ExpectedTimes; plan: Planned }): readonly string[] {
  const { times } = options;
  const { seconds, rollbackSeconds } = times;
  return [
    outageSentence(times),
    `Expected for the run: ${roughly(seconds)}, ${expectedSource(options)}. Not counted: how long people take to answer, and how long work in progress takes to end.`,
    ...(rollbackSeconds === null ? [] : [`A rollback from its end: ${roughly(rollbackSeconds)}.`]),
  ];
}

/** `Expected to be closed to users: keystone 45 s (budget 15 min) and heat 90 s (no budget).` */
function outageSentence({ outages, outageSeconds }: ExpectedTimes): string {
  const closed = outages.filter(({ seconds }) => seconds > 0);
  if (closed.length === 0) return `No service is expected to be closed to users${budgets(outages)}.`;
  const whole = closed.length === 1 ? '' : `; ${roughly(outageSeconds)} in which at least one of them is closed`;
  return `Expected to be closed to users: ${listed(closed.map(outageWords))}${whole}.`;
}

function outageWords({ service, seconds, budgetSeconds }: ExpectedOutage): string {
  const budget = budgetSeconds === null ? 'no budget' : `budget ${limitInWords(budgetSeconds)}`;
  return `${service} ${roughly(seconds)} (${budget})`;
}

function budgets(outages: readonly ExpectedOutage[]): string {
  const own = outages.flatMap(({ service, budgetSeconds }) =>
    budgetSeconds === null ? [] : [`${service} ${limitInWords(budgetSeconds)}`],
  );
  return own.length === 0 ? '' : ` (budget: ${listed(own)})`;
}

/** Of the way forward: `from the run of 2026-11-02`, `estimated from sizes`, or both. */
export function expectedSource({ times, plan }: { times: ExpectedTimes; plan: Planned }): string {
  const forward = plan.phases.flatMap(({ id }) => expectedOf({ times, id }) ?? []);
  const known = forward.filter(({ from }) => from.kind === 'run');
  if (known.length === 0) return estimatedWords;
  const sources = [...new Set(known.map(({ from }) => fromWords({ source: from, plan })))];
  return `${listed(sources)}${known.length === forward.length ? '' : `, else ${estimatedWords}`}`;
}

const estimatedWords = 'estimated from sizes';

/** Of one phase. A run between other series is named with them. */
export function fromWords(options: { source: TimeSource; plan: Pair }): string {
  const { source, plan } = options;
  switch (source.kind) {
    case 'sizes':
      return estimatedWords;
    case 'run': {
      const { endedAt, from, to } = source;
      const other = from === plan.from && to === plan.to ? '' : ` (${from} to ${to})`;
      return `from the run of ${endedAt.slice(0, 10)}${other}`;
    }
    default:
      return source satisfies never;
  }
}

export function expectedOf(options: { times: ExpectedTimes | null; id: string }): ExpectedPhase | null {
  return options.times?.phases.find(({ id }) => id === options.id) ?? null;
}
