import { background, chart, rounded, type Axis } from './html-axis';
import { clock, inWords } from './durations';
import { markup, type Markup } from './markup';
import type { Report } from './report';
import type { StepRecord } from './steps';

const lane = { height: 26, bar: 16 } as const;

/** Every step of every host as a bar, one lane a host; hovering says what it was. Decisions are dashed lines. */
export function timeline(options: { report: Report; axis: Axis }): Markup {
  const { report, axis } = options;
  const hosts = report.hosts.map(({ name }) => name).filter((name) => report.steps.some(({ host }) => host === name));
  if (hosts.length === 0) return markup`<p class="quiet">No step ran.</p>`;
  const height = chart.head + hosts.length * lane.height + 4;
  return markup`<div class="wide"><svg viewBox="0 0 ${chart.width} ${height}" role="img" aria-label="Timeline of every step, one row a host">
${background({ axis, report, height })}
${hosts.map((host, index) => laneOf({ axis, report, host, top: chart.head + index * lane.height }))}
${report.decisions.map((decision) => decisionMark({ axis, decision, height }))}
</svg></div>
${legend()}`;
}

function laneOf(options: { axis: Axis; report: Report; host: string; top: number }): Markup {
  const { axis, report, host, top } = options;
  const steps = report.steps.filter((step) => step.host === host);
  return markup`<text x="0" y="${top + 15}">${host}</text>
${steps.map((step) => bar({ axis, step, top }))}`;
}

function bar(options: { axis: Axis; step: StepRecord; top: number }): Markup {
  const { axis, step, top } = options;
  const left = axis.x(step.startedAt);
  // Half a unit at least: a probe of three milliseconds is still something that was done, and can be hovered.
  const width = rounded(Math.max(1.5, axis.x(step.endedAt) - left - 0.5));
  const title = `${step.stepId}@${step.host}: ${step.title}\n${clock(step.startedAt)}, ${inWords(step.durationMs)}: ${step.sentence}`;
  return markup`<rect class="bar ${barClass(step)}" x="${left}" y="${top + 2}" width="${width}" height="${lane.bar}" rx="1.5"><title>${title}</title></rect>
`;
}

function barClass(step: StepRecord): string {
  if (!step.good) return 'failed';
  if (step.stepKind !== 'change') return step.stepKind;
  return step.kind === 'unchanged' ? 'unchanged' : 'done';
}

function decisionMark(options: { axis: Axis; decision: Report['decisions'][number]; height: number }): Markup {
  const { axis, decision, height } = options;
  if (Date.parse(decision.at) < axis.fromMs) return markup``;
  const x = axis.x(decision.at);
  const title = `${decision.choice} by ${decision.by}, ${clock(decision.at)}: ${decision.reason}`;
  return markup`<g><title>${title}</title><line class="person" x1="${x}" x2="${x}" y1="22" y2="${height}"/><circle class="person-mark" cx="${x}" cy="24" r="4"/></g>
`;
}

function legend(): Markup {
  const keys = [
    ['done', 'changed'],
    ['unchanged', 'already done'],
    ['probe', 'check'],
    ['failed', 'failed'],
    ['person', 'decided'],
  ] as const;
  const items = keys.map(([key, text]) => markup`<span><i class="key-${key}"></i>${text}</span>`);
  return markup`<p class="legend">${items}<span>Hover a bar for its step and time.</span></p>`;
}
