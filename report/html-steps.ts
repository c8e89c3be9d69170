import { phaseLooks } from '../schema/words';
import { between, clock, inWords } from './durations';
import { number, table } from './html-table';
import { markup, type Markup } from './markup';
import { badge } from './html-badge';
import type { Report } from './report';
import type { StepRecord } from './steps';

/** What went wrong, with the last of its output, how it was answered and how it ended. */
export function troubles(report: Report): Markup {
  const failed = report.steps.filter(({ good }) => !good);
  if (failed.length === 0) return markup`<p class="quiet">No step failed.</p>`;
  return markup`${failed.map((step) => trouble({ step, steps: report.steps }))}`;
}

function trouble(options: { step: StepRecord; steps: readonly StepRecord[] }): Markup {
  const { step, steps } = options;
  const later = steps.findLast((o) => o.stepId === step.stepId && o.host === step.host && o.endedAt > step.endedAt);
  const exit = step.exitCode === null ? '' : `, exit code ${step.exitCode}`;
  const running = step.stillRunning ? ', may still be running' : '';
  const job = step.jobId === null ? '' : `, job ${step.jobId}`;
  return markup`<div class="trouble"><p><b>${step.title}</b> <code>${step.stepId}@${step.host}</code> <span class="badge bad">${step.kind}</span></p>
<p>${step.sentence}</p>
<p class="quiet small">${clock(step.startedAt)} to ${clock(step.endedAt)}${exit}${running}${job}</p>
${tail('Standard error', step.stderrTail)}${tail('Standard output', step.stdoutTail)}
${step.answers.map(({ choice, by, reason }) => markup`<p>Answered: <b>${choice}</b> by ${by}${reason === '' ? '' : `: ${reason}`}</p>`)}
${later === undefined ? null : markup`<p class="${later.good ? 'good' : 'bad'}">Later: ${later.kind}. ${later.sentence}</p>`}</div>
`;
}

function tail(title: string, text: string): Markup | null {
  if (text.trim() === '') return null;
  return markup`<p class="quiet small">${title}, last part</p><pre>${text.trimEnd()}</pre>`;
}

/** Every step of every phase, folded; a phase with a failure lies open. */
export function phaseLists(report: Report): Markup {
  const named = report.phases.map(({ id }) => id);
  const rest = report.steps.filter(({ phaseId }) => !named.includes(phaseId));
  return markup`${report.phases.map((phase, index) => phaseList({ report, phase, index }))}${
    rest.length === 0 ? null : folded({ steps: rest, impact: '', summary: finallySummary })
  }`;
}

const finallySummary = markup`<b>Finally</b> <span class="quiet">cleanup, run in every case</span>`;

function phaseList(options: { report: Report; phase: Report['phases'][number]; index: number }): Markup {
  const { report, phase, index } = options;
  const { startedAt, endedAt } = phase;
  const took =
    startedAt === null ? '' : `${inWords(between({ fromAt: startedAt, toAt: endedAt ?? report.endedAt }))}, `;
  return folded({
    steps: report.steps.filter(({ phaseId }) => phaseId === phase.id),
    impact: phase.impact,
    summary: markup`<b>${index + 1}. ${phase.title}</b> ${badge(phaseLooks[phase.state])} <span class="quiet">${took}${phase.stepsDone} of ${phase.steps} steps</span>`,
  });
}

function folded(options: { steps: readonly StepRecord[]; summary: Markup; impact: string }): Markup {
  const { steps, summary, impact } = options;
  const open = steps.some(({ good }) => !good) ? markup` open` : null;
  const rows = steps.map((step) => [
    { content: clock(step.startedAt), look: 'nowrap' },
    step.host,
    markup`${step.title}<br><code class="quiet">${step.stepId}</code>`,
    number(inWords(step.durationMs)),
    { content: step.kind, look: step.good ? '' : 'bad' },
  ]);
  return markup`<details${open}><summary>${summary}</summary>
${impact === '' ? null : markup`<p class="quiet">${impact}</p>`}${table({ columns: ['Start', 'Host', 'Step', number('Took'), 'Outcome'], rows })}</details>
`;
}
