import { timesOf } from './draw-chart';
import type { Dashboard } from './dashboard';
import { queriesOf, type Query, type Span } from './queries';
import type { Answer, PrometheusSeries, Recording } from './recording';

/** Asks Prometheus all that a dashboard asks it. */
export async function record(options: {
  readonly url: string;
  readonly dashboard: Dashboard;
  readonly span: Span;
}): Promise<Recording> {
  const { url, dashboard, span } = options;
  const answers = await Promise.all(queriesOf({ dashboard, span }).map((query) => ask({ url, query, span })));
  const { version } = await api<{ readonly version: string }>({ url, path: 'status/buildinfo', search: {} });
  return { span, prometheusVersion: version, answers };
}

async function ask(options: { readonly url: string; readonly query: Query; readonly span: Span }): Promise<Answer> {
  const { url, query, span } = options;
  const { id, expr, kind, stepSeconds } = query;
  const times = timesOf({ span, stepSeconds });
  const search: Record<string, string> =
    kind === 'instant'
      ? { query: expr, time: String(span.toSeconds) }
      : { query: expr, start: String(times[0]), end: String(times.at(-1)), step: String(stepSeconds) };
  const path = kind === 'instant' ? 'query' : 'query_range';
  const { result } = await api<{ readonly result: readonly PrometheusSeries[] }>({ url, path, search });
  return { id, expr, result };
}

async function api<T>(options: {
  readonly url: string;
  readonly path: string;
  readonly search: Readonly<Record<string, string>>;
}): Promise<T> {
  const { url, path, search } = options;
  const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(search).toString()}`);
  const body = (await response.json()) as { readonly status: string; readonly data: T; readonly error?: string };
  if (body.status === 'success') return body.data;
  throw new Error(`Prometheus refuses ${search['query'] ?? path}: ${body.error ?? response.statusText}.`);
}
