import type { Unit } from './dashboard';
import type { Span } from './queries';
import { unitText } from './unit-text';

/** Where an axis begins and ends, and what is written along it. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

const mostTicks = 5;
const clockSteps = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
const secondSteps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400];

/** From zero to a round number above the largest value. */
export function valueAxis({ unit, largest }: { readonly unit: Unit; readonly largest: number }): Axis {
  const top = largest > 0 ? largest : 1;
  const step = unit === 's' ? timeStep(top) : countStep(top);
  const count = Math.max(1, Math.ceil(top / step));
  const ticks = Array.from({ length: count + 1 }, (_, index) => Number((index * step).toFixed(6)));
  return { from: 0, to: count * step, ticks: ticks.map((at) => ({ at, text: unitText({ unit, value: at }) })) };
}

function timeStep(top: number): number {
  return secondSteps.find((step) => top / step <= mostTicks) ?? countStep(top);
}

/** Of whole things: there is no half of a command. */
function countStep(top: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(top / mostTicks));
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((one) => top / one <= mostTicks);
  return Math.max(1, step ?? top);
}

/** Hours and minutes in UTC, as the dashboard says. */
export function clockAxis({ fromSeconds: from, toSeconds: to }: Pick<Span, 'fromSeconds' | 'toSeconds'>): Axis {
  // Texts with seconds are wider.
  const most = (step: number): number => (step < 60 ? mostTicks : 2 * mostTicks);
  const step = clockSteps.find((one) => (to - from) / one <= most(one)) ?? 86_400;
  const first = Math.ceil(from / step) * step;
  const count = Math.floor((to - first) / step) + 1;
  const ticks = Array.from({ length: Math.max(0, count) }, (_, index) => first + index * step);
  return { from, to, ticks: ticks.map((at) => ({ at, text: clockText({ at, step }) })) };
}

function clockText({ at, step }: { readonly at: number; readonly step: number }): string {
  const text = new Date(at * 1000).toISOString();
  return step < 60 ? text.slice(11, 19) : text.slice(11, 16);
}
