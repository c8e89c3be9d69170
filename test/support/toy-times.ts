import { expectedTimes } from '../../plan/estimate/expected-times';
import type { ExpectedTimes } from '../../schema/expected-times';
import { noEarlierTimes } from '../../schema/run-times';
import { toyDrawing, type ToyOptions } from './planned';

export type Drawing = ReturnType<typeof toyDrawing>;

export const small = { keystone: 5e6, heat: 5e6 };
export const inOrder = (order: 'allAtOnce' | 'staged', toy: ToyOptions = {}): Drawing =>
  toyDrawing({ kind: 'full', ...toy, request: { options: { full: { order } } } });
export const full = inOrder('allAtOnce');
export const rolling = toyDrawing({ services: ['heat'], request: { services: ['heat'] } });

export function timesOf(
  options: Partial<Parameters<typeof expectedTimes>[0]> & { readonly drawing?: Drawing } = {},
): ExpectedTimes {
  const { drawing = full, ...more } = options;
  const times = expectedTimes({
    ...drawing,
    schemaBytes: small,
    earlier: noEarlierTimes,
    availability: undefined,
    ...more,
  });
  if (times === null) throw new Error('a plan with phases has times');
  return times;
}

export const closedSeconds = (times: ExpectedTimes): Record<string, number> =>
  Object.fromEntries(times.outages.map(({ service, seconds }) => [service, seconds]));

/** A run of this plan in which every phase took a minute. */
