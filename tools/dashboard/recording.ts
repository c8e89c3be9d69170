import type { Span } from './queries';

/** What Prometheus answered to the queries of a dashboard: all that a picture is drawn from. */
export interface Recording {
  readonly span: Span;
  readonly prometheusVersion: string;
  readonly answers: readonly Answer[];
}

export interface Answer {
  /** Panel and query: `4A`. */
  readonly id: string;
  readonly expr: string;
  readonly result: readonly PrometheusSeries[];
}

/** As Prometheus' HTTP API writes it: `value` of an instant, `values` of a stretch of time. */
export type PrometheusSeries =
  | { readonly metric: Readonly<Record<string, string>>; readonly value: Sample }
  | { readonly metric: Readonly<Record<string, string>>; readonly values: readonly Sample[] };

type Sample = readonly [seconds: number, value: string];

export function samplesOf(series: PrometheusSeries): readonly Sample[] {
  return 'value' in series ? [series.value] : series.values;
}
