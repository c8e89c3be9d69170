import { clock } from './durations';
import { inSeconds } from './expected';
import { number, table } from './html-table';
import { markup, type Markup } from './markup';
import type { SampleGap } from './sample-gaps';

/** Per meter, the time without a sample (R-CEIL-31). */
export function sampleGapTable(gaps: readonly SampleGap[]): Markup {
  return markup`${table({
    columns: ['Meter', 'Last sample before', 'First after', number('Without one'), 'Agents started on'],
    rows: gaps.map(({ meter, host, lastBeforeAt, firstAfterAt, seconds }) => [
      meter,
      { content: clock(lastBeforeAt), look: 'nowrap' },
      { content: clock(firstAfterAt), look: 'nowrap' },
      number(inSeconds(seconds)),
      host,
    ]),
  })}
<p class="quiet small">Of each meter that is kept to the minute, the resource that had no sample for the longest time.</p>`;
}
