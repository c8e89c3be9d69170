import type { ApiWatch, Interval } from './availability';
import { clock, inWords, between } from './durations';
import { background, chart, rounded, type Axis } from './html-axis';
import { number, table } from './html-table';
import { markup, type Markup } from './markup';
import type { Report } from './report';

const strip = { height: 28, bar: 16 } as const;

/** One strip an API on the same axis as the timeline, outages marked, and the numbers below. */
export function availability(options: { report: Report; axis: Axis }): Markup {
  const { report, axis } = options;
  if (report.availability.length === 0) return markup`<p class="quiet">No API was monitored.</p>`;
  const height = chart.head + report.availability.length * strip.height + 4;
  const top = (index: number): number => chart.head + index * strip.height;
  return markup`<div class="wide"><svg viewBox="0 0 ${chart.width} ${height}" role="img" aria-label="Availability of every API over time">
<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>
${background({ axis, report, height })}
${report.availability.map((api, index) => stripOf({ axis, api, top: top(index) }))}
</svg></div>
<p class="legend"><span><i class="key-done"></i>answers</span><span><i class="key-failed"></i>outage: from the last successful answer to the next</span><span><i class="key-blind"></i>no requests sent</span></p>
${numbers(report.availability)}`;
}

function stripOf(options: { axis: Axis; api: ApiWatch; top: number }): Markup {
  const { axis, api, top } = options;
  const piece = (interval: Interval, kind: string, text: string): Markup => {
    const left = axis.x(interval.fromAt);
    const width = rounded(Math.max(2, axis.x(interval.toAt) - left));
    return markup`<rect class="${kind}" x="${left}" y="${top + 2}" width="${width}" height="${strip.bar}"><title>${text}</title></rect>
`;
  };
  const took = (interval: Interval): string =>
    `${inWords(between(interval))}, ${clock(interval.fromAt)} to ${clock(interval.toAt)}`;
  const unseen = (interval: Interval): Markup[] => [
    piece(interval, 'lane', ''),
    piece(interval, 'unseen', `no requests sent: ${took(interval)}`),
  ];
  return markup`<text x="0" y="${top + 15}">${api.api}</text>
${piece({ fromAt: api.firstAt, toAt: api.lastAt }, 'up', `${api.api} answers`)}${api.blind.flatMap(unseen)}${api.outages.map(
    (interval) => piece(interval, 'down', `${api.api} down: ${took(interval)}`),
  )}`;
}

function numbers(apis: readonly ApiWatch[]): Markup {
  const columns = ['Downtime', 'Outages', 'Longest gap', 'Requests', 'Failed', 'Slowest successful answer'];
  const compared = ['Before: requests', 'Failed', 'Longest gap'];
  const rows = apis.map((api) => [
    api.api,
    {
      content: `${inWords(api.downtimeMs)}${api.downAtEnd ? ', still down' : ''}`,
      look: `number ${api.downtimeMs > 0 ? 'bad' : 'good'}`,
    },
    number(api.outages.length),
    number(inWords(api.longestGapMs)),
    number(api.requests),
    number(api.failures),
    number(inWords(api.slowestGoodMs)),
    number(api.baseline.requests),
    number(api.baseline.failures),
    number(inWords(api.baseline.longestGapMs)),
  ]);
  return markup`${table({ columns: ['API', ...[...columns, ...compared].map(number)], rows })}
<p class="quiet small">Before: from the start of monitoring to the first phase that changed the cloud. Not counted in the other columns.</p>`;
}
