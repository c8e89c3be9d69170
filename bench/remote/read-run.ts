import type { Run } from '../series';
import type { Entry } from './entries';
import type { Measurement } from './measure';

/** The figures of a run, or why there are none. */
export function readRun(options: { readonly entry: Entry; readonly got: Measurement }): Run | string {
  const { entry, got } = options;
  if (got.kind === 'failed') return got.why;
  const figures = entry.figures(got);
  if (!Object.values(figures).every(Number.isFinite)) return 'it ended well and printed no figure';
  return { figures, foreignLoad: got.foreignLoad };
}
