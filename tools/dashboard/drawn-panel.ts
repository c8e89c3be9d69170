import type { Axis } from './axis';

/** A panel as it is drawn: every text, colour and number is decided. */
export type DrawnPanel = DrawnStat | DrawnChart;

interface Drawn {
  readonly id: number;
  readonly title: string;
  readonly place: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

export interface DrawnStat extends Drawn {
  readonly kind: 'stat';
  readonly values: readonly { readonly name: string; readonly text: string; readonly colour: string }[];
  /** Stands there when there is no value. */
  readonly noValue: string;
}

export interface DrawnChart extends Drawn {
  readonly kind: 'chart';
  readonly times: readonly number[];
  readonly series: readonly DrawnSeries[];
  readonly clock: Axis;
  readonly value: Axis;
}

export interface DrawnSeries {
  readonly name: string;
  readonly colour: string;
  /** The colour below a line and inside of a bar. */
  readonly fill: string;
  readonly style: 'bars' | 'line';
  /** As high as it is drawn: bars that are stacked stand on those before them. */
  readonly heights: readonly (number | null)[];
  /** Positions of values without a neighbour: no line goes there, so they get a point. */
  readonly alone: readonly number[];
}
