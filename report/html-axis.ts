import { markup, type Markup } from './markup';
import { clock, inWords } from './durations';
import type { Report } from './report';

/** Where an instant lies in a picture of `chart.width`, and what is drawn behind every row of it. */
export interface Axis {
  readonly fromMs: number;
  readonly toMs: number;
  readonly x: (instant: string) => number;
}

/** Room for the names on the left: the longest one, a third of the picture at most. */
function leftOf(report: Report): number {
  const names = [...report.hosts.map(({ name }) => name), ...report.availability.map(({ api }) => api)];
  const longest = names.reduce((most, { length }) => Math.max(most, length), 0);
  return Math.min(360, Math.max(60, 14 + 7 * longest));
}

/** In units of the view box, about one pixel each on a wide screen. */
export const chart = { width: 1080, right: 1070, head: 44 } as const;

const niceSeconds = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400];

/**
 * From the first thing that happened on the cloud to the last: the hours in which a plan waited for its approval
 * would press everything else into a line.
 */
export function axisOf(report: Report): Axis {
  const instants = [
    ...report.steps.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt]),
    ...report.availability.flatMap(({ firstAt, lastAt }) => [firstAt, lastAt]),
    ...report.phases.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt].flatMap((at) => at ?? [])),
  ].map((at) => Date.parse(at));
  const fromMs = instants.reduce((least, at) => Math.min(least, at), Infinity);
  const toMs = instants.reduce((most, at) => Math.max(most, at), -Infinity);
  const known = Number.isFinite(fromMs) && toMs > fromMs;
  const from = known ? fromMs : Date.parse(report.startedAt);
  const to = known ? toMs : Math.max(Date.parse(report.endedAt), from + 1);
  const left = leftOf(report);
  const x = (instant: string): number => {
    const share = Math.min(1, Math.max(0, (Date.parse(instant) - from) / (to - from)));
    return rounded(left + share * (chart.right - left));
  };
  return { fromMs: from, toMs: to, x };
}

/** Phases as bands with their numbers, and the time of day, behind a picture `height` high. */
export function background(options: { axis: Axis; report: Report; height: number }): Markup {
  const { axis, report, height } = options;
  return markup`${report.phases.map((phase, index) => band({ axis, phase, index, height }))}
${ticks(axis).map((at) => tick({ x: axis.x(at), at, height }))}`;
}

function tick(options: { x: number; at: string; height: number }): Markup {
  const { x, at, height } = options;
  // A time that would hang over the edge is left out; its line says enough.
  const text = x > chart.right - 50 ? null : markup`<text class="quiet" x="${x + 3}" y="34">${clock(at)}</text>`;
  return markup`<line class="grid" x1="${x}" x2="${x}" y1="36" y2="${height}"/>${text}
`;
}

function band(options: { axis: Axis; phase: Report['phases'][number]; index: number; height: number }): Markup {
  const { axis, phase, index, height } = options;
  if (phase.startedAt === null) return markup``;
  const endedAt = phase.endedAt ?? new Date(axis.toMs).toISOString();
  const left = axis.x(phase.startedAt);
  const width = rounded(Math.max(1, axis.x(endedAt) - left));
  const took = inWords(Date.parse(endedAt) - Date.parse(phase.startedAt));
  const label = width > 12 + 7 * phase.id.length ? `${index + 1} ${phase.id}` : String(index + 1);
  const text = width < 10 ? null : markup`<text x="${left + 4}" y="18">${label}</text>`;
  return markup`<g><title>${index + 1}. ${phase.title}: ${took}</title><rect class="band${index % 2 === 0 ? '' : ' odd'}" x="${left}" y="4" width="${width}" height="${height - 4}"/>${text}</g>
`;
}

/** Round instants, eight or fewer. */
function ticks(axis: Axis): string[] {
  const wantedMs = (axis.toMs - axis.fromMs) / 8;
  const everyMs = (niceSeconds.find((seconds) => seconds * 1000 >= wantedMs) ?? 86_400) * 1000;
  const first = Math.ceil(axis.fromMs / everyMs) * everyMs;
  const count = Math.min(100, Math.floor((axis.toMs - first) / everyMs) + 1);
  return Array.from({ length: Math.max(0, count) }, (_, index) => new Date(first + index * everyMs).toISOString());
}

/** A hundredth of a unit is finer than any screen, and keeps the page small. */
export function rounded(number: number): number {
  return Math.round(number * 100) / 100;
}
