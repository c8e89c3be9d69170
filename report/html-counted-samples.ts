import { limitInWords } from '../schema/duration-words';
import { listed } from '../schema/names';
import type { SampleCounts } from './counted-samples';
import { clock } from './durations';
import { number, table } from './html-table';
import { markup, type Markup } from './markup';

/** Per meter, what was taken too soon after the sample before (R-CEIL-21). */
export function countedSampleTable({ meters, unseen }: SampleCounts): Markup {
  return markup`${meters.length === 0 ? null : countedTable(meters)}
${unseen.length === 0 ? null : notSeen(unseen)}`;
}

function countedTable(meters: SampleCounts['meters']): Markup {
  const hidden = meters.filter(({ exact }) => !exact);
  return markup`${table({
    columns: [
      'Meter',
      ...['Taken twice', 'Taken early', 'Samples', 'Resources', 'Polled every'].map(number),
      'From',
      'To',
    ],
    rows: meters.map((one) => [
      one.meter,
      { content: String(one.twice), look: `number ${one.twice > 0 ? 'bad' : 'good'}` },
      number(one.early),
      number(one.samples),
      number(one.resources),
      number(limitInWords(one.intervalSeconds)),
      { content: clock(one.fromAt), look: 'nowrap' },
      { content: clock(one.toAt), look: 'nowrap' },
    ]),
  })}
<p class="quiet small">Early or twice: sooner after the sample before of the same resource than half of its interval. Early: this run started or stopped an agent in the interval before. An agent polls at once when it starts, and one that takes over polls by its own clock, so each start or stop may take one sample of each resource early; a systemctl restart does the same. Twice: nothing in this run tells why, as where two agents poll the same resources.</p>
${hidden.length === 0 ? null : markup`<p class="quiet small">Gnocchi makes one measure of all samples of a resource in one step (${listed([...new Set(hidden.map(({ stepSeconds }) => limitInWords(stepSeconds)))])} here): of two samples in the same step, one is not seen. An archive policy with the aggregation method count would show it.</p>`}`;
}

function notSeen(unseen: SampleCounts['unseen']): Markup {
  const names = unseen.map(
    ({ meter, stepSeconds, intervalSeconds }) =>
      `${meter} (kept every ${limitInWords(stepSeconds)}, polled every ${limitInWords(intervalSeconds)})`,
  );
  return markup`<p class="quiet small">Not counted: ${listed(names)}. Gnocchi keeps too few steps of them to tell two samples from one. A second sample in one step hardly moves the mean that is kept; a sum or a count would be wrong.</p>`;
}
