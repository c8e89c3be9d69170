import { clockAxis, valueAxis } from './axis';
import { colourInTurn, colourOf, paler, seenThrough } from './colours';
import type { ChartPanel } from './dashboard';
import type { DrawnChart, DrawnSeries } from './drawn-panel';
import { namedSeries, type NamedSeries, type TargetAnswer } from './named-series';
import type { Span } from './queries';

export function drawChart(options: {
  readonly panel: ChartPanel;
  readonly answers: readonly TargetAnswer[];
  readonly span: Span;
  readonly stepSeconds: number;
}): DrawnChart {
  const { panel, answers, span, stepSeconds } = options;
  const { id, title, gridPos: place } = panel;
  const times = timesOf({ span, stepSeconds });
  const series = stacked(namedSeries(answers).map((one, index) => looksOf({ panel, series: one, index, times })));
  const largest = Math.max(0, ...series.flatMap(({ heights }) => heights.map((height) => height ?? 0)));
  const value = valueAxis({ unit: panel.fieldConfig.defaults.unit, largest });
  return { kind: 'chart', id, title, place, times, series, clock: clockAxis(span), value };
}

/** The moments that Prometheus is asked about: whole steps, so that the same minute is the same bar in every picture. */
export function timesOf(options: { readonly span: Span; readonly stepSeconds: number }): readonly number[] {
  const { span, stepSeconds } = options;
  const first = Math.floor(span.fromSeconds / stepSeconds);
  const last = Math.floor(span.toSeconds / stepSeconds);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * stepSeconds);
}

interface Looks {
  readonly name: string;
  readonly colour: string;
  readonly fill: string;
  readonly style: DrawnSeries['style'];
  readonly isStacked: boolean;
  readonly values: readonly (number | null)[];
}

function looksOf(options: {
  readonly panel: ChartPanel;
  readonly series: NamedSeries;
  readonly index: number;
  readonly times: readonly number[];
}): Looks {
  const { panel, series, index, times } = options;
  const { custom } = panel.fieldConfig.defaults;
  const own = panel.fieldConfig.overrides
    .filter(({ matcher }) => matcher.options === series.name)
    .flatMap(({ properties }) => properties);
  const fixed = own.flatMap((one) => (one.id === 'color' ? [one.value.fixedColor] : []))[0];
  const style = own.flatMap((one) => (one.id === 'custom.drawStyle' ? [one.value] : []))[0] ?? custom.drawStyle;
  const stacking = own.flatMap((one) => (one.id === 'custom.stacking' ? [one.value] : []))[0] ?? custom.stacking;
  const opacity = own.flatMap((one) => (one.id === 'custom.fillOpacity' ? [one.value] : []))[0] ?? custom.fillOpacity;
  const colour = fixed === undefined ? colourInTurn(index) : colourOf(fixed);
  return {
    name: series.name,
    colour,
    fill: style === 'bars' ? paler({ colour, percent: opacity }) : seenThrough({ colour, percent: opacity }),
    style,
    isStacked: stacking.mode === 'normal',
    values: times.map((second) => series.at.get(second) ?? null),
  };
}

/** Each stacked series stands on those before it. */
function stacked(all: readonly Looks[]): readonly DrawnSeries[] {
  const tops: Record<number, number> = {};
  return all.map(({ isStacked, values, ...looks }) => {
    const heights = values.map((value, index) => {
      if (value === null || !isStacked) return value;
      return (tops[index] = (tops[index] ?? 0) + value);
    });
    return { ...looks, heights, alone: alonesOf(heights) };
  });
}

function alonesOf(heights: readonly (number | null)[]): readonly number[] {
  const isThere = (index: number): boolean => (heights[index] ?? null) !== null;
  return heights.flatMap((_, index) => (isThere(index) && !isThere(index - 1) && !isThere(index + 1) ? [index] : []));
}
