import { clock, inWords } from './durations';
import { html, type Markup } from './markup';
import type { Report } from './report';
import type { StepRecord } from './steps';

/** What went wrong, with the last of its output, how it was answered and how it ended. */
export function troubles(report: Report): Markup {
  const failed = report.steps.filter(({ good }) => !good);
  if (failed.length === 0) return html`<p class="quiet">No step failed.</p>`;
  return html`${failed.map((step) => trouble({ step, steps: report.steps }))}`;
}

function trouble(options: { step: StepRecord; steps: readonly StepRecord[] }): Markup {
  const { step, steps } = options;
  const later = steps.findLast((o) => o.stepId === step.stepId && o.host === step.host && o.endedAt > step.endedAt);
  const exit = step.exitCode === null ? '' : `, exit code ${step.exitCode}`;
  return html`<div class="trouble">
    <p><b>${step.title}</b> <code>${step.stepId}@${step.host}</code> <span class="badge bad">${step.kind}</span></p>
    <p>${step.sentence}</p>
    <p class="quiet small">
      ${clock(step.startedAt)} to
      ${clock(step.endedAt)}${exit}${step.stillRunning ? ', may still be running' : ''}${step.jobId === null ? '' : `, job ${step.jobId}`}
    </p>
    ${tail('Standard error', step.stderrTail)}${tail('Standard output', step.stdoutTail)}
    ${step.answers.map(({ choice, by, reason }) => html`<p>Answered: <b>${choice}</b> by ${by}${reason === '' ? null : html`: ${reason}`}</p>`)}${
      later === undefined
        ? null
        : html`<p class="${later.good ? 'good' : 'bad'}">Later: ${later.kind}. ${later.sentence}</p>`
    }
  </div> `;
}

function tail(title: string, text: string): Markup | null {
  return text.trim() === ''
    ? null
    : html`<p class="quiet small">${title}, the last of it</p>
        <pre>${text.trimEnd()}</pre>`;
}

/** Every step of every phase, folded; a phase with a failure lies open. */
export function phaseLists(report: Report): Markup {
  const rest = report.steps.filter(({ phaseId }) => phaseId === 'finally');
  return html`${report.phases.map((phase, index) => {
    const steps = report.steps.filter(({ phaseId }) => phaseId === phase.id);
    const took =
      phase.startedAt === null
        ? ''
        : inWords(Date.parse(phase.endedAt ?? report.endedAt) - Date.parse(phase.startedAt));
    return folded({
      steps,
      summary: html`<b>${index + 1}. ${phase.title}</b>
        <span class="badge ${phaseClass(phase.state)}">${phase.state}</span>
        <span class="quiet">${took}${took === '' ? '' : ', '}${phase.stepsDone} of ${phase.steps} steps</span>`,
      impact: phase.impact,
    });
  })}${rest.length === 0 ? null : folded({ steps: rest, summary: html`<b>Finally</b> <span class="quiet">what was put back, whatever happened</span>`, impact: '' })}`;
}

function folded(options: { steps: readonly StepRecord[]; summary: Markup; impact: string }): Markup {
  const { steps, summary, impact } = options;
  const open = steps.some(({ good }) => !good) ? html` open` : html``;
  return html`<details${open}><summary>${summary}</summary>${impact === '' ? null : html`<p class="quiet">${impact}</p>`}
<div class="wide"><table><thead><tr><th>Start</th><th>Host</th><th>Step</th><th class="number">Took</th><th>Outcome</th></tr></thead><tbody>
${steps.map(
  (step) =>
    html`<tr>
      <td class="nowrap">${clock(step.startedAt)}</td>
      <td>${step.host}</td>
      <td>${step.title}<br /><code class="quiet">${step.stepId}</code></td>
      <td class="number">${inWords(step.durationMs)}</td>
      <td class="${step.good ? '' : 'bad'}">${step.kind}</td>
    </tr> `,
)}</tbody></table></div></details>
`;
}

function phaseClass(state: Report['phases'][number]['state']): string {
  switch (state) {
    case 'complete':
      return 'good';
    case 'stopped':
      return 'bad';
    case 'running':
      return 'warn';
    case 'waiting':
      return 'plain';
    default:
      return state satisfies never;
  }
}
