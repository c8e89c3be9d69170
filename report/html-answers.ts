import type { GateSubject } from '../schema/decision';
import { dateAndClock } from './durations';
import type { AnsweredFinding } from './findings';
import { html, type Markup } from './markup';
import type { Report } from './report';

/** Who decided what, why and when. Nothing proves a typed name, so the page does not pretend. */
export function decisionTable(report: Report): Markup {
  if (report.decisions.length === 0) return html`<p class="quiet">Nobody was asked, nobody decided.</p>`;
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          <th>When</th>
          <th>Claimed by</th>
          <th>Decision</th>
          <th>About</th>
          <th>Why</th>
          <th>Gate</th>
        </tr>
      </thead>
      <tbody>
        ${report.decisions.map(
          (decision) =>
            html`<tr>
              <td class="nowrap">${dateAndClock(decision.at)}</td>
              <td>
                ${decision.by}${decision.via === 'automatic' ? html` <span class="badge plain">automatic</span>` : null}
              </td>
              <td><b>${decision.choice}</b></td>
              <td>${aboutText({ about: decision.about, report })}</td>
              <td>${decision.reason}</td>
              <td><code>${decision.gate}</code></td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

/** What planning saw, and what people made of it. */
export function findingTable(findings: readonly AnsweredFinding[]): Markup {
  if (findings.length === 0) return html`<p class="quiet">Planning found nothing wrong or risky.</p>`;
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          <th>Finding</th>
          <th>What was seen, what helps</th>
          <th>Answer</th>
        </tr>
      </thead>
      <tbody>
        ${findings.map(
          (finding) =>
            html`<tr>
              <td>
                <span class="badge ${levelClass(finding)}">${finding.level}</span><br /><code>${finding.id}</code>
              </td>
              <td>
                ${finding.text}<br /><span class="quiet">→ ${finding.remedy}</span><br /><span class="quiet small"
                  >${finding.sources.join(', ')}</span
                >
              </td>
              <td>${answerText(finding)}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function aboutText(options: { about: GateSubject; report: Report }): string {
  const { about, report } = options;
  const phaseTitle = (id: string): string => report.phases.find((phase) => phase.id === id)?.title ?? id;
  switch (about.kind) {
    case 'plan':
      return `the plan ${about.digest.slice(0, 12)}`;
    case 'phase':
      return `before "${phaseTitle(about.phaseId)}"`;
    case 'drift':
      return `the cloud had changed before "${phaseTitle(about.phaseId)}"`;
    case 'failure':
      return `${about.stepId}@${about.host}`;
    default:
      return about satisfies never;
  }
}

function levelClass(finding: AnsweredFinding): string {
  switch (finding.level) {
    case 'blocker':
      return 'bad';
    case 'warning':
      return 'warn';
    case 'note':
      return 'plain';
    default:
      return finding.level satisfies never;
  }
}

function answerText(finding: AnsweredFinding): Markup {
  switch (finding.answer) {
    case 'accepted':
      return html`accepted by
      ${finding.acceptedBy}${finding.reason === null || finding.reason === '' ? null : html`: ${finding.reason}`}`;
    case 'notAccepted':
      return html`not accepted by anybody`;
    case 'noted':
      return html`for information`;
    case 'refused':
      return html`the plan was refused`;
    default:
      return finding.answer satisfies never;
  }
}
