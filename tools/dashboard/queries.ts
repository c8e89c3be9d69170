import type { Dashboard, Panel } from './dashboard';

/** The stretch of time that a dashboard shows. */
export interface Span {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** How often Prometheus reads the worker; Grafana has it from the settings of its data source. */
  readonly scrapeSeconds: number;
}

/** One query of a panel, ready for Prometheus. */
export interface Query {
  /** Panel and query: `4A`. */
  readonly id: string;
  readonly expr: string;
  readonly kind: 'instant' | 'range';
  readonly stepSeconds: number;
}

/** A panel has at most one point for about so many pixels of its column of 24. */
const pointsPerColumn = 50;
const niceSeconds = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 21_600, 86_400];

/** Every query of a dashboard, with its variables as Grafana fills them in for all clouds. */
export function queriesOf(options: { readonly dashboard: Dashboard; readonly span: Span }): readonly Query[] {
  const { dashboard, span } = options;
  return dashboard.panels.flatMap((panel) => {
    const stepSeconds = stepOf({ panel, span });
    const rateSeconds = Math.max(stepSeconds + span.scrapeSeconds, 4 * span.scrapeSeconds);
    return panel.targets.map(({ refId, expr, instant }) => ({
      id: queryId({ panel, refId }),
      expr: filledIn({ panel, expr, rateSeconds }),
      kind: instant ? ('instant' as const) : ('range' as const),
      stepSeconds,
    }));
  });
}

export function queryId({ panel, refId }: { readonly panel: Panel; readonly refId: string }): string {
  return `${panel.id}${refId}`;
}

/** Seconds between two points of a panel: not more points than it has room for, and not more than are recorded. */
export function stepOf({ panel, span }: { readonly panel: Panel; readonly span: Span }): number {
  const wanted = (span.toSeconds - span.fromSeconds) / (panel.gridPos.w * pointsPerColumn);
  const fewest = panel.type === 'timeseries' && panel.interval !== undefined ? secondsOf(panel.interval) : 0;
  const least = Math.max(wanted, fewest, span.scrapeSeconds);
  return niceSeconds.find((seconds) => seconds >= least) ?? Math.ceil(least);
}

function secondsOf(duration: string): number {
  const factor = { s: 1, m: 60, h: 3600 }[duration.at(-1) ?? ''] ?? 1;
  return Number.parseInt(duration, 10) * factor;
}

/** @throws Error for a variable that the picture does not know: Prometheus would answer something else than Grafana shows */
function filledIn(options: { readonly panel: Panel; readonly expr: string; readonly rateSeconds: number }): string {
  const { panel, expr, rateSeconds } = options;
  const filled = expr.replaceAll('$__rate_interval', `${rateSeconds}s`).replaceAll('"$cloud"', '".*"');
  const unknown = /\$\w+|\$\{[^}]*\}/.exec(filled)?.[0];
  if (unknown === undefined) return filled;
  throw new Error(
    `The picture does not know the variable ${unknown} in panel ${panel.id} (${panel.title}). No picture was written. Use $cloud or $__rate_interval, or teach tools/dashboard/queries.ts what it means.`,
  );
}
